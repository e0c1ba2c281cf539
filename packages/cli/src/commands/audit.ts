import { type AuditEntry, getAudit, listAudit } from '@strowger/schema'
import type { Command } from 'commander'
import { type Column, table } from '../table.ts'
import { shortInstant } from '../times.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { differences } from './changes.ts'
import { rest } from './devices.ts'

const columns: readonly Column<AuditEntry>[] = [
  { title: 'id', text: ({ id }) => String(id) },
  { title: 'at', text: ({ at }) => shortInstant(at) },
  { title: 'by', text: ({ actor }) => actor, shrinksTo: 8 },
  { title: 'from', text: ({ address }) => address, leaves: 0 },
  { title: 'what', text: ({ operation }) => operation },
  { title: 'outcome', text: ({ status, code }) => code ?? String(status) },
  { title: 'where', text: ({ path, note }) => note ?? path, shrinksTo: 16, leaves: 1 },
]

export function addAudit(program: Command, tool: Tool): void {
  const audit = program.command('audit').description('who changed what, or was refused')

  withExamples(
    audit
      .command('list')
      .description('the latest entries, newest first')
      .option('--by <actor>', 'of this user or token only')
      .option('--operation <operation>', 'as devices.update, or devices for all of them')
      .option('--refused', 'only what was refused')
      .option('--search <text>', 'part of anything')
      .option('--since <instant>', 'as 2026-11-21, or 2026-11-21T09:30:00Z')
      .option('--recurse', 'of the tenants below, too')
      .option('--limit <number>', 'at most so many', wholeNumber, 20)
      .action(async ({ by, refused, ...options }) => {
        const asked = { ...options, ...(by ? { actor: by } : {}), ...(refused ? { outcome: 'refused' as const } : {}) }
        const page = await (await tool.client()).call(listAudit, asked)
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger audit list --by marie', 'strowger audit list --operation devices --refused'],
  )

  withExamples(
    audit
      .command('get <entry>')
      .description('one entry with what it changed in each row, in every area')
      .action(async (id: string) => {
        const entry = await (await tool.client()).call(getAudit, { id: wholeNumber(id) })
        tool.show(entry, ({ changeSets, away }) => [
          ...table([entry], columns, tool.around.out.columns),
          ...changeSets.flatMap(({ area, id: set, changes }) => [
            '',
            `${area}/${set}:`,
            ...changes.flatMap(differences),
          ]),
          ...(away.length === 0 ? [] : ['', `Not asked, as they are away: ${away.join(', ')}`]),
        ])
      }),
    ['strowger audit get 412'],
  )
}
