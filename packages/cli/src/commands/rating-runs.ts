import { createRun, getRun, listRunChanges, listRuns, publishRun, type RatingRun, withdrawRun } from '@strowger/schema'
import type { Command } from 'commander'
import { type Column, table } from '../table.ts'
import { followTask } from '../task-progress.ts'
import { shortInstant } from '../times.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { rest } from './devices.ts'

const columns: readonly Column<RatingRun>[] = [
  { title: 'id', text: ({ id }) => String(id) },
  { title: 'at', text: ({ createdAt }) => shortInstant(createdAt) },
  { title: 'state', text: ({ state }) => state },
  { title: 'calls', text: ({ calls }) => String(calls) },
  { title: 'changed', text: ({ changed }) => String(changed) },
  { title: 'by', text: ({ actor }) => actor, shrinksTo: 6, leaves: 1 },
  { title: 'why', text: ({ reason }) => reason, shrinksTo: 10 },
]

function sumLines({ id, state, calls, changed, sums }: RatingRun): string[] {
  return [
    `Run ${id} (${state}): ${calls} calls, ${changed} come out otherwise`,
    ...sums
      .filter((sum) => sum.changed > 0)
      .slice(0, 20)
      .map(
        ({ node, currency, changed: count, incomeBefore, incomeAfter }) =>
          `  ${node || '(nobody)'}: ${incomeBefore} -> ${incomeAfter} ${currency} (${count} calls)`,
      ),
    ...(state === 'ready' && changed > 0 ? [`strowger rating publish ${id} makes it count`] : []),
  ]
}

export function addRatingRuns(rating: Command, tool: Tool): void {
  withExamples(
    rating
      .command('rerate')
      .description('rates calls again; nothing counts until the run is published')
      .requiredOption('--reason <text>', 'why, for those who look later')
      .option('--from <instant>')
      .option('--to <instant>')
      .option('--node <node>', 'of this node and those below it')
      .option('--plan <plan>')
      .option('--deck <deck>')
      .option('--known-at <instant>', 'by what was known then; default: now')
      .option('--publish', 'as soon as it is ready')
      .action(async ({ reason, from, to, node, plan, deck, knownAt, publish }) => {
        const client = await tool.client()
        const scope = {
          ...(from ? { from } : {}),
          ...(to ? { to } : {}),
          ...(node ? { nodes: [node] } : {}),
          ...(plan ? { plans: [plan] } : {}),
          ...(deck ? { decks: [deck] } : {}),
        }
        const { task, run } = await client.call(createRun, {
          run: { scope, reason, ...(knownAt ? { knownAt } : {}), ...(publish ? { publish: true } : {}) },
        })
        await followTask(tool, client, task.id)
        tool.show(await client.call(getRun, { id: run.id }), sumLines)
      }),
    ['strowger rating rerate --node acme --from 2026-11-01T00:00:00Z --reason "wrong deck in November"'],
  )
  withExamples(
    rating
      .command('runs')
      .description('what was rated again, the latest first')
      .action(async () => {
        const page = await (await tool.client()).call(listRuns, { limit: 50 })
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger rating runs'],
  )
  withExamples(
    rating
      .command('run <id>')
      .description('one run with its sums and the calls that come out otherwise')
      .option('--limit <number>', 'calls shown', wholeNumber, 20)
      .action(async (text: string, { limit }) => {
        const client = await tool.client()
        const id = wholeNumber(text)
        const [run, changes] = await Promise.all([
          client.call(getRun, { id }),
          client.call(listRunChanges, { id, limit }),
        ])
        tool.show({ run, changes }, () => [
          ...sumLines(run),
          ...changes.items.map(
            ({ at, called, before, after, adjusts }) =>
              `  ${shortInstant(at)} ${called}: ${before.income ?? before.status} -> ${after.income ?? after.status}${adjusts ? ' (adjustment)' : ''}`,
          ),
        ])
      }),
    ['strowger rating run 7'],
  )
  for (const [name, request, what] of [
    ['publish', publishRun, 'makes the amounts of a run count'],
    ['withdraw', withdrawRun, 'switches back to what counted before a run'],
  ] as const) {
    withExamples(
      rating
        .command(`${name} <run>`)
        .description(what)
        .option('--dry-run', 'say how many adjustments it makes')
        .action(async (text: string, { dryRun }) => {
          const input = { id: wholeNumber(text), ...(dryRun ? { dryRun: true } : {}) }
          const switched = await (await tool.client()).call(request, input)
          tool.show(switched, ({ run, applied, adjustments }) => [
            `Run ${run.id} ${applied ? `is ${run.state}` : 'was not touched'}; ${adjustments} adjustments of confirmed calls`,
          ])
        }),
      [`strowger rating ${name} 7`],
    )
  }
}
