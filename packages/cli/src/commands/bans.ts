import { type Ban, createBan, deleteBan, isKnownAddress, listBans, type Offender, reportBans } from '@strowger/schema'
import type { Command } from 'commander'
import { exitCodes, Failure } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { shortInstant } from '../times.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { rest } from './devices.ts'
import { durationS } from './tokens.ts'

const columns: readonly Column<Ban>[] = [
  { title: 'address', text: ({ address }) => address },
  { title: 'until', text: ({ until }) => shortInstant(until) },
  { title: 'by', text: ({ by }) => by, shrinksTo: 8 },
  { title: 'reason', text: ({ reason }) => reason, shrinksTo: 10 },
]

const outcomes: Readonly<Record<Offender['outcome'], string>> = {
  banned: 'banned',
  'would-have-banned': 'would have been banned',
  'known-phones': 'spared: known phones are there',
  ignored: 'spared: never banned (banIgnore)',
}

const reportColumns: readonly Column<Offender>[] = [
  { title: 'address', text: ({ address }) => address },
  { title: 'at', text: ({ at }) => shortInstant(at) },
  { title: 'for', text: ({ kind, count }) => `${count} ${kind === 'refused' ? 'refused' : 'sensitive files'}` },
  { title: 'times', text: ({ times }) => String(times) },
  { title: 'what was done', text: ({ outcome }) => outcomes[outcome], shrinksTo: 10 },
]

export function addBans(program: Command, tool: Tool): void {
  const bans = program.command('bans').description('sources that are served nothing')

  withExamples(
    bans
      .command('list')
      .description('who is banned at present')
      .action(async () => {
        const page = await (await tool.client()).call(listBans, { limit: 1000 })
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger bans list'],
  )

  withExamples(
    bans
      .command('add <address>')
      .description('serves a source nothing for a while')
      .option('--for <duration>', '10m, 12h, 30d', durationS, 600)
      .option('--reason <text>')
      .action(async (address: string, { for: duration, reason }) => {
        const ban = { address, durationS: duration, ...(reason ? { reason } : {}) }
        const made = await (await tool.client()).call(createBan, { ban })
        tool.show(made, ({ until }) => [`${address} is served nothing until ${shortInstant(until)}`])
      }),
    ['strowger bans add 203.0.113.5 --for 12h --reason scanning'],
  )

  withExamples(
    bans
      .command('delete <address>')
      .description('serves a source again')
      .action(async (address: string) => {
        await (await tool.client()).call(deleteBan, { address })
        tool.show({ address }, () => [`${address} is served again`])
      }),
    ['strowger bans delete 203.0.113.5'],
  )

  withExamples(
    bans
      .command('report')
      .description('who was banned by the house itself, or would have been (banMode=observe), and who was spared')
      .option('--limit <number>', 'how many', wholeNumber, 100)
      .action(async ({ limit }) => {
        const page = await (await tool.client()).call(reportBans, { limit })
        const { columns: width } = tool.around.out
        tool.show(page, ({ items, total }) => table(items, reportColumns, width).concat(rest(items, total)))
      }),
    ['strowger bans report', 'strowger flood set banMode=observe'],
  )

  withExamples(
    bans
      .command('known <address>')
      .description('whether known phones are at an address: ends with 0 when they are, with 1 when not')
      .action(async (address: string) => {
        const standing = await (await tool.client()).call(isKnownAddress, { address })
        tool.show(standing, ({ known, why }) => [`${known ? 'known' : 'not known'}: ${why}`])
        if (!standing.known) throw new Failure('', exitCodes.failed)
      }),
    ['strowger bans known 192.0.2.30'],
  )
}
