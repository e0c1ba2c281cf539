import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { type RequestDefinition, sipEndpoints, sipMigration, sipTemplates } from '@strowger/schema'
import type { Command } from 'commander'
import type { Client } from '../client.ts'
import { exitCodes, Failure } from '../failure.ts'
import { table } from '../table.ts'
import { followTask } from '../task-progress.ts'
import { type Tool, withExamples } from '../tool.ts'
import { addAsterisks } from './sip-asterisks.ts'
import { addSipConfigurations, configurationNamed } from './sip-configurations.ts'
import { addRegistrars, addTransports } from './sip-installation.ts'
import { addTrunks } from './sip-trunks.ts'

export function addSip(program: Command, tool: Tool): void {
  const sip = program
    .command('sip')
    .description('SIP configurations of the tenant, and what Asterisk is to have of them')
  addSipConfigurations(sip, tool, 'endpoint')
  addSipConfigurations(sip, tool, 'template')
  addTransports(sip, tool)
  addRegistrars(sip, tool)
  addTrunks(sip, tool)
  addAsterisks(sip, tool)

  withExamples(
    sip
      .command('explain <name>')
      .description('each option in effect: who set it, and what that overrode')
      .option('--template', 'of a template')
      .option('--objects', 'also the objects as Asterisk is given them')
      .action(async (named: string, { template, objects }: { template?: boolean; objects?: boolean }) => {
        const client = await tool.client()
        const { uuid } = await configurationNamed(client, template ? 'template' : 'endpoint', named)
        const explained = await client.call((template ? sipTemplates : sipEndpoints).explain, { uuid })
        tool.show(explained, ({ options, withdrawn, objects: given, problems }) => [
          ...table(
            options,
            [
              { title: 'section', text: ({ section }) => section },
              { title: 'option', text: ({ option }) => option },
              { title: 'value', text: ({ value }) => value, shrinksTo: 16 },
              { title: 'set by', text: ({ set_by }) => set_by.label ?? set_by.name },
              {
                title: 'instead of',
                text: ({ overrides }) =>
                  overrides.map(({ value, set_by }) => `${value} (${set_by.label ?? set_by.name})`).join(', '),
                shrinksTo: 16,
                leaves: 1,
              },
            ],
            tool.around.out.columns,
          ),
          ...withdrawn.map(
            ({ section, option, value, set_by, withdrawn_by }) =>
              `not ${section}.${option} = ${value} of ${set_by.label ?? set_by.name}: taken away by ${withdrawn_by.label ?? withdrawn_by.name}`,
          ),
          ...(objects
            ? given.flatMap(({ type, id, fields }) => [
                `[${id}] ${type}`,
                ...fields.map(
                  ({ option, value, set_by }) => `  ${option} = ${value}  ; ${set_by.label ?? set_by.name}`,
                ),
              ])
            : []),
          ...problems.map((problem) => `PROBLEM: ${problem}`),
        ])
      }),
    ['strowger sip explain room101', 'strowger sip explain global --template'],
  )

  withExamples(
    sip
      .command('import [file]')
      .description('takes over a sip.conf or pjsip.conf; without a file the one that the server offers')
      .option('--users <file>', 'users.conf beside it')
      .option('--dry-run', 'only say what would become of it')
      .option('--report <file>', 'write what became of every line there')
      .action(async (file: string | undefined, options: { users?: string; dryRun?: boolean; report?: string }) => {
        const client = await tool.client()
        const source = file === undefined ? {} : sourceFrom(file, options.users)
        const dry = { dryRun: true }
        const ask = (offset: number, how: { dryRun?: boolean }) =>
          client.call(sipMigration.import, { source, limit: 1000, offset, ...how })
        const asked = options.dryRun ? dry : {}
        const isLarge = JSON.stringify(source).length > largeSource
        const done = isLarge ? await importAsTask(tool, client, { source, ...asked }) : undefined
        // The report says of a line what it becomes, whether it has become that or not.
        const first = { ...(await ask(0, done ? dry : asked)), ...done }
        const report = [...first.report]
        while (report.length < first.report_lines) report.push(...(await ask(report.length, dry)).report)
        if (options.report !== undefined) {
          const lines = report.map((one) => `${one.file}:${one.line}  ${one.outcome}  ${one.text}  ->  ${one.what}`)
          writeFileSync(options.report, `${lines.join('\n')}\n`)
        }
        const dropped = report.filter(({ outcome }) => outcome !== 'taken over')
        tool.show({ ...first, report }, ({ applied, counts, items, remarks }) => [
          `${applied ? 'Imported' : 'Would import'}: ${counts.added} added, ${counts.changed} changed, ${counts.same} as before, ${counts.refused} refused`,
          ...items.flatMap(({ kind, name, outcome, reason = '' }) =>
            outcome === 'refused' ? [`refused: ${kind} ${name}: ${reason}`] : [],
          ),
          ...remarks,
          ...dropped.map((one) => `${one.file}:${one.line} ${one.outcome}: ${one.text} (${one.what})`),
        ])
      }),
    [
      'strowger sip import /etc/asterisk/sip.conf --dry-run',
      'strowger sip import /etc/asterisk/pjsip.conf --tenant "Hotel Paris"',
    ],
  )

  withExamples(
    sip
      .command('export')
      .description('prints a pjsip.conf of what Asterisk is to have; passwords stand in it')
      .option('--asterisk <id>', 'of this Asterisk')
      .action(async ({ asterisk }: { asterisk?: string }) => {
        const client = await tool.client()
        const limit = 500
        for (let offset = 0; ; offset += limit) {
          const page = await client.call(sipMigration.export, {
            limit,
            offset,
            ...(asterisk === undefined ? {} : { asterisk_id: asterisk }),
          })
          tool.show(page, ({ text }) => [text.replace(/\n$/, '')])
          if (offset + limit >= page.total) return
        }
      }),
    ['strowger sip export > pjsip.conf'],
  )
}

const largeSource = 100_000

/** What came of it, for the same answer as of a small one. */
async function importAsTask(tool: Tool, client: Client, input: InputOf<typeof sipMigration.start>) {
  const { id } = await client.call(sipMigration.start, input)
  const { result } = await followTask(tool, client, id)
  const { applied, counts, refused } = result as Pick<Imported, 'applied' | 'counts'> & { refused: Imported['items'] }
  return { applied, counts, items: refused }
}
type Imported = OutputOf<typeof sipMigration.import>
type InputOf<Definition> = Definition extends RequestDefinition<infer Input, unknown> ? Input : never
type OutputOf<Definition> = Definition extends RequestDefinition<unknown, infer Output> ? Output : never

/** The file with what it includes, as far as it can be read here. */
function sourceFrom(file: string, users: string | undefined) {
  const included: Record<string, string> = {}
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      throw new Failure(`${path} cannot be read: ${(error as { code?: string }).code ?? ''}`, exitCodes.usage)
    }
  }
  const follow = (text: string, folder: string): void => {
    for (const [, name = ''] of text.matchAll(/^\s*#(?:try)?include\s+[<"]?([^>"\s]+)/gm)) {
      if (name in included) continue
      try {
        included[name] = readFileSync(isAbsolute(name) ? name : join(folder, name), 'utf8')
        follow(included[name], folder)
      } catch {
        // The report says of the line that nothing was read.
      }
    }
  }
  const text = read(file)
  follow(text, dirname(file))
  return { file: basename(file), text, included, ...(users === undefined ? {} : { users: read(users) }) }
}
