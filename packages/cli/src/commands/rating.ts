import {
  getRatingCall,
  getSourceState,
  importRecords,
  type LeastCostAnswer,
  listRatingCalls,
  listRatingProblems,
  quoteCall,
  type RatingCall,
  type RatingItemKind,
  type RatingProblem,
  ratingItemKinds,
  ratingItems,
  ratingTotals,
  routeLeastCost,
  testSource,
} from '@strowger/schema'
import type { Command } from 'commander'
import { exitCodes, Failure } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { shortInstant } from '../times.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { rest } from './devices.ts'
import { addRatingDecks } from './rating-decks.ts'
import { readJson, uploadFile } from './rating-files.ts'
import { addRatingRuns } from './rating-runs.ts'

const routeColumns: readonly Column<LeastCostAnswer['routes'][number]>[] = [
  { title: 'vendor', text: ({ vendor }) => vendor },
  { title: 'prefix', text: ({ prefix }) => prefix },
  { title: 'expected', text: ({ expected }) => expected },
]

const callColumns: readonly Column<RatingCall>[] = [
  { title: 'at', text: ({ at }) => shortInstant(at) },
  { title: 'from', text: ({ caller }) => caller, shrinksTo: 8 },
  { title: 'to', text: ({ called }) => called, shrinksTo: 8 },
  { title: 'destination', text: ({ destination }) => destination, shrinksTo: 8, leaves: 1 },
  { title: 'seconds', text: ({ billableS }) => String(billableS) },
  { title: 'node', text: ({ node }) => node, shrinksTo: 6, leaves: 2 },
  { title: 'cost', text: ({ cost }) => cost ?? '' },
  { title: 'income', text: ({ income }) => income ?? '' },
  {
    title: 'status',
    text: ({ status, reason }) => (reason === 'none' ? status : `${status}: ${reason}`),
    shrinksTo: 10,
  },
  { title: 'key', text: ({ key }) => key, leaves: 0 },
]

const problemColumns: readonly Column<RatingProblem>[] = [
  { title: 'source', text: ({ source }) => source, leaves: 2 },
  { title: 'reason', text: ({ reason }) => reason },
  { title: 'what', text: ({ key }) => key, shrinksTo: 10 },
  { title: 'count', text: ({ count }) => String(count) },
  { title: 'first', text: ({ first }) => shortInstant(first), leaves: 0 },
  { title: 'last', text: ({ last }) => shortInstant(last) },
  { title: 'money', text: ({ estimate }) => estimate ?? '' },
  { title: 'what removes it', text: ({ hint }) => hint, shrinksTo: 20, leaves: 1 },
]

/** The first record of a problem, and how to see the others. */
function sampleOf({ reason, source, key, count, samples: [first] }: RatingProblem): string[] {
  const detail = first === undefined || first.detail === key ? '' : ` (${first.detail})`
  const problem = key === '' ? '' : ` --problem '${key.replaceAll("'", "'\\''")}'`
  return [
    `${reason}: ${first?.key ?? ''}${detail}`,
    ...(count > 1 ? [`  all: strowger rating calls --source ${source} --reason ${reason}${problem}`] : []),
  ]
}

const kinds = Object.entries(ratingItemKinds).map(([kind, { path }]) => ({ kind: kind as RatingItemKind, path }))

function kindOf(word: string): RatingItemKind {
  const found = kinds.find(({ kind, path }) => kind === word || path === word)
  if (found === undefined) {
    throw new Failure(`There are no "${word}"; there are ${kinds.map(({ path }) => path).join(', ')}`, exitCodes.usage)
  }
  return found.kind
}

export function addRating(program: Command, tool: Tool): void {
  const rating = program.command('rating').description('what calls cost and earn')
  addCalls(rating, tool)
  addItems(rating, tool)
  addSources(rating, tool)
  addRatingDecks(rating, tool)
  addRatingRuns(rating, tool)
  addQuote(rating, tool)
}

function addCalls(rating: Command, tool: Tool): void {
  withExamples(
    rating
      .command('calls')
      .description('calls with their cost and income, the latest first')
      .option('--from <instant>')
      .option('--to <instant>')
      .option('--node <node>', 'of this node and those below it')
      .option('--status <status>', 'rated, error, ignored, superseded, withdrawn')
      .option('--source <source>')
      .option('--reason <reason>', 'as strowger rating problems names it')
      .option('--problem <text>', 'those of one problem: its "what"')
      .option('--search <text>')
      .option('--recurse', 'of the tenants below, too')
      .option('--limit <number>', 'at most so many', wholeNumber, 20)
      .action(async (options) => {
        const page = await (await tool.client()).call(listRatingCalls, options)
        tool.show(page, ({ items, total }) =>
          table(items, callColumns, tool.around.out.columns).concat(rest(items, total)),
        )
      }),
    [
      'strowger rating calls --from 2026-11-01T00:00:00Z --node acme',
      'strowger rating calls --status error --reason no_rate --problem "plan business 881"',
    ],
  )
  withExamples(
    rating
      .command('call <key>')
      .description('one call: its native record, its ratings, and its price step by step')
      .action(async (key: string) => {
        tool.show(await (await tool.client()).call(getRatingCall, { key }), ({ call, native, ratings, steps }) => [
          ...table([call], callColumns, tool.around.out.columns),
          '',
          native,
          '',
          ...ratings.map(
            ({ run, income, cost, published }) =>
              `${run === null ? 'first rating' : `run ${run}`}: cost ${cost ?? '-'}, income ${income ?? '-'}${published ? '' : ' (not published)'}`,
          ),
          ...steps.flatMap(({ run, steps: each }) => [
            `${run}:`,
            ...each.map((step) => `  ${(step as { text?: string }).text ?? JSON.stringify(step)}`),
          ]),
        ])
      }),
    ['strowger rating call 7d0f4f5e-9c8b-4a3d-8e2f-1a2b3c4d5e6f'],
  )
  withExamples(
    rating
      .command('problems')
      .description('records that could not be rated, grouped by what is wrong, the most costly first, with one of each')
      .option('--search <text>')
      .option('--order <order>', 'estimate, count or last')
      .option('--recurse', 'of the tenants below, too')
      .option('--limit <number>', 'at most so many', wholeNumber, 20)
      .action(async (options) => {
        const page = await (await tool.client()).call(listRatingProblems, options)
        tool.show(page, ({ items, total }) => [
          ...table(items, problemColumns, tool.around.out.columns),
          ...rest(items, total),
          ...(items.length === 0 ? [] : ['', ...items.flatMap(sampleOf)]),
        ])
      }),
    ['strowger rating problems', 'strowger rating problems --search Master.csv'],
  )
  withExamples(
    rating
      .command('totals <by>')
      .description('sums by node, level, vendor, destination, hour, day, source or reason, as CSV')
      .requiredOption('--from <instant>')
      .requiredOption('--to <instant>')
      .option('--node <node>')
      .option('--zone <zone>', 'of hours and days')
      .option('--level <number>', 'with level: 0 is the top', wholeNumber)
      .action(async (by, options) => {
        const client = await tool.client()
        const limit = 1_000
        const first = await client.call(ratingTotals, { by, csv: true, limit, ...options })
        const [items, lines] = [[...first.items], linesOf(first.csv)]
        for (let offset = limit; offset < (first.groups ?? 0); offset += limit) {
          const next = await client.call(ratingTotals, { by, csv: true, limit, offset, ...options })
          items.push(...next.items)
          // Its heading is there.
          lines.push(...linesOf(next.csv).slice(1))
        }
        tool.show({ ...first, items, csv: `${lines.join('\r\n')}\r\n` }, () => lines)
      }),
    ['strowger rating totals node --from 2026-11-01T00:00:00Z --to 2026-12-01T00:00:00Z > november.csv'],
  )
}

function linesOf(csv = ''): string[] {
  return csv.trimEnd().split('\r\n')
}

function addItems(rating: Command, tool: Tool): void {
  const words = kinds.map(({ path }) => path).join(', ')
  withExamples(
    rating
      .command('list <kind>')
      .description(`one kind of what prices depend on: ${words}`)
      .option('--search <text>')
      .action(async (word: string, { search }) => {
        const client = await tool.client()
        const page = await client.call(ratingItems[kindOf(word)].list as typeof ratingItems.node.list, {
          limit: 1000,
          ...(search ? { search } : {}),
        })
        const columns: readonly Column<(typeof page.items)[number]>[] = [
          { title: 'id', text: ({ id }) => id },
          { title: 'name', text: (item) => String((item as { name?: string }).name ?? ''), shrinksTo: 10 },
          { title: 'revision', text: ({ revision }) => String(revision) },
        ]
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger rating list plans', 'strowger rating list nodes --search acme'],
  )
  withExamples(
    rating
      .command('get <kind> <id>')
      .description('one of them, as JSON')
      .action(async (word: string, id: string) => {
        const found = await (await tool.client()).call(ratingItems[kindOf(word)].get as typeof ratingItems.node.get, {
          id,
        })
        tool.print([JSON.stringify(found, undefined, 2)])
      }),
    ['strowger rating get plans business'],
  )
  withExamples(
    rating
      .command('set <kind> <id> <file>')
      .description('writes one from a JSON file (- is standard input), new or in place of the one that is there')
      .option('--dry-run', 'say which calls used it, and change nothing')
      .action(async (word: string, id: string, file: string, { dryRun }) => {
        const client = await tool.client()
        const requests = ratingItems[kindOf(word)] as typeof ratingItems.node
        const item = readJson(file)
        const isThere = await client.call(requests.get, { id }).then(
          () => true,
          () => false,
        )
        const input = dryRun ? { dryRun: true } : {}
        const changed = isThere
          ? await client.call(requests.put, { id, item, ...input })
          : await client.call(requests.create, { item: { ...item, id }, ...input })
        tool.show(changed, ({ applied, usedBy }) => [
          `${applied ? (isThere ? 'Changed' : 'Added') : 'Would be written'}: ${word} ${id}`,
          ...(usedBy.calls > 0
            ? [
                `${usedBy.atLeast ? 'at least ' : ''}${usedBy.calls} calls used it; strowger rating rerate rates them again`,
              ]
            : []),
        ])
      }),
    ['strowger rating set plans business business.json'],
  )
  withExamples(
    rating
      .command('delete <kind> <id>')
      .description('removes one that nothing else names')
      .action(async (word: string, id: string) => {
        const removed = await (await tool.client()).call(
          ratingItems[kindOf(word)].remove as typeof ratingItems.node.remove,
          { id },
        )
        tool.show(removed, () => [`Removed: ${word} ${id}`])
      }),
    ['strowger rating delete nodes office'],
  )
}

function addSources(rating: Command, tool: Tool): void {
  withExamples(
    rating
      .command('source <id>')
      .description('how far a source was read, and whether it can be reached')
      .action(async (id: string) => {
        const client = await tool.client()
        const [state, test] = await Promise.all([client.call(getSourceState, { id }), client.call(testSource, { id })])
        tool.show({ state, test }, () => [
          `${state.records} records, last read ${state.lastReadAt === null ? 'never' : shortInstant(state.lastReadAt)}`,
          test.ok ? test.found : `cannot be read: ${test.found}`,
          ...(state.lastError === null ? [] : [`last error: ${state.lastError}`]),
        ])
      }),
    ['strowger rating source pbx'],
  )
  withExamples(
    rating
      .command('import <source> <file>')
      .description('takes the records of a file: all of them or none')
      .option('--dry-run', 'say what would become of them')
      .action(async (id: string, file: string, { dryRun }) => {
        const client = await tool.client()
        const upload = await uploadFile(tool, client, file)
        const outcome = await client.call(importRecords, { id, import: upload, ...(dryRun ? { dryRun: true } : {}) })
        tool.show(outcome, ({ applied, added, duplicates, revised, failed, faults }) => [
          `${applied ? 'Stored' : 'Would be stored'}: ${added} (${duplicates} were there already, ${revised} are corrections, ${failed} cannot be rated)`,
          ...faults.map(({ line, column, reason }) => `${file}:${line}:${column}: ${reason}`),
        ])
      }),
    ['strowger rating import pbx october.csv --dry-run'],
  )
}

function addQuote(rating: Command, tool: Tool): void {
  withExamples(
    rating
      .command('quote <destination> <seconds>')
      .description('what a call would cost, step by step')
      .option('--plan <plan>')
      .option('--deck <deck>')
      .option('--vendor <vendor>')
      .option('--node <node>')
      .option('--tariff <file>', 'JSON of a tariff that is stored nowhere')
      .option('--at <instant>', 'when it is answered; default: now')
      .action(async (destination: string, seconds: string, { plan, deck, vendor, node, tariff, at }) => {
        const start = at ?? new Date().toISOString()
        const call = { start, duration_s: Number(seconds), destination }
        const by = {
          ...(plan ? { plan } : {}),
          ...(deck ? { deck } : {}),
          ...(vendor ? { vendor } : {}),
          ...(node ? { organisation: node } : {}),
          ...(tariff ? { tariff: readJson(tariff) as never } : {}),
        }
        const quoted = await (await tool.client()).call(quoteCall, { quote: { call, ...by } })
        tool.show(quoted, ({ cost, currency = '', billed_s, error, steps }) => [
          ...steps.map(({ text }) => text),
          cost === null ? `No price: ${error}` : `${cost} ${currency} for ${billed_s} s`,
        ])
      }),
    [
      'strowger rating quote 393471234567 73 --plan business',
      'strowger rating quote 442079460000 60 --tariff tariff.json',
    ],
  )
  withExamples(
    rating
      .command('route <number>')
      .description('vendors for a number, the cheapest first, by what calls cost with fees and increments')
      .option('--seconds <list>', 'lengths of calls, one of each', '30,60,180')
      .option('--node <node>', 'instead: as long as the stored calls of this customer are')
      .option('--plan <plan>', 'what such calls earn, for --margin')
      .option('--margin <amount>', 'least that a call must leave')
      .option('--at <instant>', 'when it is answered; default: now')
      .action(async (number: string, { seconds, node, plan, margin, at }) => {
        const question = {
          number,
          ...(node
            ? { histogram: { node } }
            : {
                durations: String(seconds)
                  .split(',')
                  .map((one) => ({ seconds: wholeNumber(one), calls: 1 })),
              }),
          ...(plan ? { plan } : {}),
          ...(margin ? { minimumMargin: margin } : {}),
          ...(at ? { at } : {}),
        }
        const found = await (await tool.client()).call(routeLeastCost, { question })
        tool.show(found, ({ routes, dropped, currency }) => [
          ...table(routes, routeColumns, tool.around.out.columns),
          ...(routes.length === 0 ? ['Nobody takes this number'] : [`Expected cost of a call in ${currency}`]),
          ...dropped.map(({ vendor, reason }) => `${vendor}: ${reason}`),
        ])
      }),
    ['strowger rating route 393471234567', 'strowger rating route 393471234567 --node acme --plan business'],
  )
}
