import { asterisks } from '@strowger/schema'
import type { Command } from 'commander'
import { table } from '../table.ts'
import { followTask } from '../task-progress.ts'
import { type Tool, withExamples } from '../tool.ts'

/** `sip asterisks`: how each stands, and comparing one now. */
export function addAsterisks(sip: Command, tool: Tool): void {
  const group = sip.command('asterisks').description('how each Asterisk stands')
  withExamples(
    group
      .command('list', { isDefault: true })
      .description('whether it is reached, and what it has not as it is to be')
      .action(async () => {
        tool.show(await (await tool.client()).call(asterisks.list, { limit: 1000 }), ({ items }) =>
          table(
            items,
            [
              { title: 'id', text: ({ id }) => id },
              { title: 'profile', text: ({ profile }) => profile, leaves: 2 },
              { title: 'state', text: ({ connected, problem }) => (connected ? 'connected' : (problem ?? 'away')) },
              { title: 'objects', text: ({ wanted }) => String(wanted) },
              { title: 'waiting', text: ({ waiting }) => String(waiting) },
              { title: 'refused', text: ({ refused }) => String(refused) },
              { title: 'last full push', text: ({ last_full_push: push }) => push?.at, leaves: 1 },
              {
                title: 'last check',
                text: ({ last_check: check }) =>
                  check && `${check.at}: ${check.problem ?? `${check.difference_count} differ`}`,
                leaves: 1,
              },
            ],
            tool.around.out.columns,
          ),
        )
      }),
    ['strowger sip asterisks list'],
  )
  withExamples(
    group
      .command('check <id>')
      .description('compares every object with what was written, and repairs what differs')
      .action(async (id: string) => {
        const client = await tool.client()
        const task = await followTask(tool, client, (await client.call(asterisks.check, { id })).id)
        const { last_check: check } = await client.call(asterisks.get, { id })
        tool.show(task, () => [
          `${check?.compared ?? 0} compared, ${check?.difference_count ?? 0} differed`,
          ...(check?.differences ?? []).map(({ object, what }) => `  ${object}: ${what}`),
        ])
      }),
    ['strowger sip asterisks check asterisk'],
  )
}
