import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { type RequestDefinition, sipEndpoints, sipMigration, sipTemplates, sipUploadLimits } from '@strowger/schema'
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
        tool.show(explained, ({ options, transport, withdrawn, objects: given, problems }) => [
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
          ...(transport === undefined
            ? []
            : [
                `transport ${transport.value}, of ${transport.set_by.label ?? transport.set_by.name}${transport.overrides
                  .map(({ value, set_by }) => `; instead of ${value} (${set_by.label ?? set_by.name})`)
                  .join('')}`,
              ]),
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
        const files = file === undefined ? [] : filesOf(file, options.users)
        const how = options.dryRun ? { dryRun: true } : {}
        const isLarge = files.reduce((sum, { text }) => sum + text.length, 0) > largeSource
        const done = isLarge
          ? await importAsTask(tool, client, files, how)
          : await importAtOnce(client, sourceOf(files), how)
        const { report } = done
        if (options.report !== undefined) {
          const lines = report.map((one) => `${one.file}:${one.line}  ${one.outcome}  ${one.text}  ->  ${one.what}`)
          writeFileSync(options.report, `${lines.join('\n')}\n`)
        }
        const dropped = report.filter(({ outcome }) => outcome !== 'taken over')
        tool.show(done, ({ applied, counts, items, remarks }) => [
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

type Imported = OutputOf<typeof sipMigration.import>
type OutputOf<Definition> = Definition extends RequestDefinition<unknown, infer Output> ? Output : never
type Source = (typeof sipMigration.import)['example']['input']['source']
type Done = Pick<Imported, 'applied' | 'counts' | 'items' | 'report' | 'remarks'>

async function importAtOnce(client: Client, source: Source, how: { dryRun?: boolean }): Promise<Done> {
  const first = await client.call(sipMigration.import, { source, limit: 1000, offset: 0, ...how })
  const report = [...first.report]
  // The report says of a line what it becomes, whether it has become that or not.
  const dry = { source, limit: 1000, dryRun: true }
  while (report.length < first.report_lines)
    report.push(...(await client.call(sipMigration.import, { ...dry, offset: report.length })).report)
  return { ...first, report }
}

/** In parts, as a task with progress; its report is asked for page by page. */
async function importAsTask(
  tool: Tool,
  client: Client,
  files: readonly NamedText[],
  how: { dryRun?: boolean },
): Promise<Done> {
  const upload = `import-${randomUUID()}`
  let place = 0
  for (const { file, text } of files)
    for (const piece of piecesOf(text))
      await client.call(sipMigration.upload, { upload, place: place++, part: { file, text: piece } })
  const { id: task } = await client.call(sipMigration.start, { source: { upload }, ...how })
  const { result } = await followTask(tool, client, task)
  const { applied, counts, refused, remarks } = result as Omit<Done, 'items'> & { refused: Done['items'] }
  const report: Done['report'] = []
  for (;;) {
    const { items, total } = await client.call(sipMigration.report, { task, limit: 1000, offset: report.length })
    report.push(...items)
    if (items.length === 0 || report.length >= total) return { applied, counts, items: refused, remarks, report }
  }
}

/** Of whole lines, as long as there are line ends; in any alphabet a piece fits into one message. */
function piecesOf(text: string): string[] {
  const most = sipUploadLimits.partCharacters / 2
  const pieces: string[] = []
  for (let at = 0; pieces.length === 0 || at < text.length; ) {
    const end = text.lastIndexOf('\n', at + most - 1) + 1
    const to = at + most >= text.length ? text.length : end > at ? end : at + most
    pieces.push(text.slice(at, to))
    at = to
  }
  return pieces
}

interface NamedText {
  readonly file: string
  readonly text: string
}

/** For one request. */
function sourceOf(files: readonly NamedText[]): Source {
  const [first, ...others] = files
  if (first === undefined) return {}
  const users = others.find(({ file }) => file === usersFile)?.text
  const included = Object.fromEntries(
    others.filter(({ file }) => file !== usersFile).map(({ file, text }) => [file, text]),
  )
  return { ...first, included, ...(users === undefined ? {} : { users }) }
}

const usersFile = 'users.conf'

/** The file, and after it what it includes, as far as it can be read here; `*` in a name stands for any. */
function filesOf(file: string, users: string | undefined): NamedText[] {
  const included = new Map<string, string>()
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      throw new Failure(`${path} cannot be read: ${(error as { code?: string }).code ?? ''}`, exitCodes.usage)
    }
  }
  const folder = dirname(file)
  const follow = (text: string): void => {
    for (const [, named = ''] of text.matchAll(/^\s*#(?:try)?include\s+[<"]?([^>"\n]+?)[>"]?\s*(?:;.*)?$/gm))
      for (const name of namesLike(named, folder)) {
        if (included.has(name)) continue
        try {
          included.set(name, readFileSync(isAbsolute(name) ? name : join(folder, name), 'utf8'))
        } catch {
          // The report says of the line that nothing was read.
          continue
        }
        follow(included.get(name) ?? '')
      }
  }
  const text = read(file)
  follow(text)
  return [
    { file: basename(file), text },
    ...[...included].map(([name, contents]) => ({ file: name, text: contents })),
    ...(users === undefined ? [] : [{ file: usersFile, text: read(users) }]),
  ]
}

/** Names of files in the words of an `#include`. */
function namesLike(named: string, folder: string): string[] {
  const last = basename(named)
  if (!/[*?]/.test(last)) return [named]
  const escaped = last.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
  const pattern = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`)
  const within = dirname(named)
  try {
    const names = readdirSync(isAbsolute(within) ? within : join(folder, within))
    return names.filter((name) => pattern.test(name)).map((name) => join(within, name))
  } catch {
    return []
  }
}
