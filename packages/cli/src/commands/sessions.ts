import { deleteSession, listSessions, type SessionView } from '@strowger/schema'
import type { Command } from 'commander'
import { type Column, table } from '../table.ts'
import { shortInstant } from '../times.ts'
import { type Tool, withExamples } from '../tool.ts'
import { rest } from './devices.ts'

const columns: readonly Column<SessionView>[] = [
  { title: 'id', text: ({ id }) => id },
  { title: 'login', text: ({ login }) => login, shrinksTo: 8 },
  { title: 'from', text: ({ address }) => address },
  { title: 'last used', text: ({ lastUsedAt }) => shortInstant(lastUsedAt) },
  {
    title: 'with',
    text: ({ agent, current }) => (current ? `this one, ${agent ?? ''}` : agent),
    shrinksTo: 8,
    leaves: 0,
  },
]

export function addSessions(program: Command, tool: Tool): void {
  const sessions = program.command('sessions').description('log-ins that are open')

  withExamples(
    sessions
      .command('list')
      .description('one’s own; all of the tenant for an administrator')
      .action(async () => {
        const page = await (await tool.client()).call(listSessions, { limit: 1000 })
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger sessions list'],
  )

  withExamples(
    sessions
      .command('end <session>')
      .description('ends a log-in')
      .action(async (id: string) => {
        await (await tool.client()).call(deleteSession, { id })
        tool.show({ id }, () => [`Ended ${id}`])
      }),
    ['strowger sessions end 9f1b3d5f7d2e4b6a8c0f4e1d9b3a5c7e'],
  )
}
