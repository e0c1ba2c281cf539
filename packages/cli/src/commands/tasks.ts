import { cancelTask, getTask, listTasks, type TaskDocument } from '@strowger/schema'
import type { Command } from 'commander'
import { details } from '../details.ts'
import { type Column, table } from '../table.ts'
import { followTask } from '../task-progress.ts'
import { shortInstant } from '../times.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { rest } from './devices.ts'

const columns: readonly Column<TaskDocument>[] = [
  { title: 'id', text: ({ id }) => id },
  { title: 'started', text: ({ startedAt }) => shortInstant(startedAt) },
  { title: 'kind', text: ({ kind }) => kind, shrinksTo: 12 },
  {
    title: 'state',
    text: ({ state, cancelRequested }) => (cancelRequested && state === 'running' ? 'stopping' : state),
  },
  {
    title: 'progress',
    text: ({ progress: p }) => p && `${p.current} of ${p.total} ${p.unit}`,
    shrinksTo: 10,
    leaves: 2,
  },
  { title: 'by', text: ({ actor }) => actor.name, shrinksTo: 6, leaves: 1 },
  { title: 'reason', text: ({ reason }) => reason, shrinksTo: 8, leaves: 0 },
]

export function addTasks(program: Command, tool: Tool): void {
  const tasks = program.command('tasks').description('long work of the last 30 days')

  withExamples(
    tasks
      .command('list')
      .description('newest first')
      .option('--state <state>', 'waiting, running, done, failed or cancelled')
      .option('--recurse', 'of the tenants below, too')
      .option('--limit <number>', 'at most so many', wholeNumber, 20)
      .action(async (options) => {
        const page = await (await tool.client()).call(listTasks, options)
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger tasks list --state running'],
  )

  withExamples(
    tasks
      .command('get <task>')
      .description('one task')
      .action(async (id: string) => {
        tool.show(await (await tool.client()).call(getTask, { id }), details)
      }),
    ['strowger tasks get 0d9c1f5e7a2b4c3d8e6f5a4b3c2d1e0f'],
  )

  withExamples(
    tasks
      .command('cancel <task>')
      .description('asks a task to stop; what it has done stays done')
      .action(async (id: string) => {
        const task = await (await tool.client()).call(cancelTask, { id })
        tool.show(task, () => [`${id} was asked to stop`])
      }),
    ['strowger tasks cancel 0d9c1f5e7a2b4c3d8e6f5a4b3c2d1e0f'],
  )

  withExamples(
    tasks
      .command('watch <task>')
      .description('follows a task to its end')
      .action(async (id: string) => {
        tool.show(await followTask(tool, await tool.client(), id), details)
      }),
    ['strowger tasks watch 0d9c1f5e7a2b4c3d8e6f5a4b3c2d1e0f'],
  )
}
