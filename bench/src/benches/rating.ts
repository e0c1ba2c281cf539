import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { quoteCall, rootTenantId } from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { atLeast, below, count, type Figure, megabytes, milliseconds, perSecond } from '../figure.ts'
import { cloneRoot, type House } from '../house.ts'
import { latenciesFrom } from '../latencies.ts'
import { cpuMs, memoryOf, waitedForCpuMs } from '../machine.ts'
import { extensionsEach, organisations } from '../rating-traffic.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'
import { importCalls } from './rating-import.ts'
import { plan, prepareRating } from './rating-load.ts'
import { loadOrganisations } from './rating-organisations.ts'

const peer = 'Asterisell states 8,500/s (4 cores), CGRateS 50,000/s (another kind of request)'
const callsOfDay = 30_000
const quotes = 1_000
/** Until then both sides compile their code, on the same two cores: the first thousand are told apart. */
const warmingQuotes = 5_000
const decks = 5

/** From a file to committed rated rows, decks, rating again and quotes. */
export async function benchRating(house: House, calls: number, deckRows: number): Promise<Section> {
  const folder = join(cloneRoot, '.strowger', 'bench-cdr')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { prefixes, deckMs } = await prepareRating(house, folder, deckRows, decks - 2)
  const place = { house, folder, prefixes }
  const speed = await speedOf('cpu')
  const figures: Figure[] = [
    {
      what: `${count(deckRows)} prefixes sent, checked against the other deck, committed and live`,
      ours: milliseconds(deckMs),
      budget: below(deckMs, 5_000, '< 5 s', speed),
      peer: 'CGRateS users: 10-90 min for 170,000',
    },
  ]
  // The first thousands only warm it up.
  await importCalls(place, 'warm', { calls: callsOfDay, firstDay: 1, days: 1, serial: 1 })
  const firstDay = await importCalls(place, 'first', { calls: callsOfDay, firstDay: 2, days: 1, serial: 2 })
  const month = await importCalls(place, 'month', { calls, firstDay: 1, days: 30, serial: 3 })
  const { rss } = memoryOf(house.pid('rating'))
  const lastDay = await importCalls(place, 'last', { calls: callsOfDay, firstDay: 2, days: 1, serial: 4 })
  const stored = calls + 3 * callsOfDay
  figures.push(
    {
      what: `${count(calls)} lines of Master.csv to committed rated rows`,
      ours: perSecond(month.perSecond),
      budget: atLeast(month.perSecond, 60_000, undefined, speed),
      peer,
    },
    {
      what: '… CPU a call: rating / PostgreSQL',
      ours: `${month.ratingUs.toFixed(1)} µs / ${month.databaseUs.toFixed(1)} µs`,
    },
    {
      what: `… memory of rating, with ${decks} decks of ${count(deckRows)}`,
      ours: megabytes(rss),
      budget: below(rss, 2 ** 30, '< 1 GiB'),
    },
    {
      what: `a day of ${count(callsOfDay)} calls, with none stored / with ${count(calls)}: CPU a call of both`,
      ours: `${firstDay.allUs.toFixed(1)} µs / ${lastDay.allUs.toFixed(1)} µs`,
      budget: below(lastDay.allUs, firstDay.allUs * 1.3, 'flat: ≤ 1.3 times'),
    },
    await rateAgain(house, { calls: stored, what: 'with sums and hash', secondsAMillion: 15 }),
    await rateAgainWithAllowance(house, stored),
    ...(await quoteFigures(house, prefixes)),
    ...(await loadOrganisations(house, 100_000)),
  )
  rmSync(folder, { recursive: true, force: true })
  return {
    title: 'Rating',
    notes: [
      `${count(organisations)} organisations with ${extensionsEach} extensions each; native records kept, deduplicated (0.5 % come twice), cost and income, fsync as PostgreSQL has it`,
    ],
    figures,
  }
}

async function rateAgain(
  house: House,
  { calls, what, secondsAMillion }: { calls: number; what: string; secondsAMillion: number },
): Promise<Figure> {
  const speed = await speedOf('cpu')
  const begun = performance.now()
  const { task } = await house.rest<{ task: { id: string } }>('POST', '/rating/runs', { scope: {}, reason: 'bench' })
  await house.untilTaskEnds(task)
  const seconds = (performance.now() - begun) / 1_000
  const budgetS = (secondsAMillion * calls) / 1_000_000
  return {
    what: `${count(calls)} calls rated again, ${what}`,
    ours: `${seconds.toFixed(1)} s`,
    budget: below(seconds, budgetS, `< ${budgetS.toFixed(1)} s (${secondsAMillion} s a million)`, speed),
  }
}

/** Every organisation has an hour a month, which the calls use up in their order and the last of them in part. */
async function rateAgainWithAllowance(house: House, calls: number): Promise<Figure> {
  const hour = { name: 'An hour', unit: 'seconds', amount: '3600', period: 'month', policy: 'split' }
  await house.rest('POST', '/rating/allowances', { id: 'hour', ...hour })
  await house.rest('PUT', '/rating/plans/plan', { ...plan, allowances: ['hour'] })
  const figure = await rateAgain(house, { calls, what: 'with an allowance that is split', secondsAMillion: 25 })
  const { items } = await house.rest<{ items: { changed: number }[] }>('GET', '/rating/runs?limit=1')
  if ((items[0]?.changed ?? 0) === 0) throw new Error('the allowance changed no call')
  await house.rest('PUT', '/rating/plans/plan', plan)
  return { ...figure, calibration: `${count(items[0]?.changed ?? 0)} cost something else` }
}

/** One after the other, nothing else going on. */
async function quoteFigures(house: House, prefixes: readonly string[]): Promise<Figure[]> {
  const quoteOf = (n: number) => ({
    plan: 'plan',
    call: { start: '2026-10-10T10:00:00Z', duration_s: 73, destination: `${prefixes[n % prefixes.length]}12345` },
  })
  const speed = await speedOf('http')
  const tidiedMs = await untilTidied(house)
  const { bus, close } = await house.connectBus()
  const context = { tenant: rootTenantId, actor: { kind: 'person' as const, name: 'bench' }, requestId: 'bench' }
  try {
    const before = cpuNow()
    const overBus = await latenciesOf((n) => bus.request(quoteCall, { quote: quoteOf(n) }, context))
    const used = cpuNow().map((ms, place) => ((ms - (before[place] ?? 0)) * 1_000) / (warmingQuotes + quotes))
    const slowest = await slowestOf((n) => bus.request(quoteCall, { quote: quoteOf(n) }, context), waitedMs)
    const overRest = await latenciesOf((n) => house.rest('POST', '/rating/quote', quoteOf(n)))
    const text = ({ p50, p99 }: { p50: number; p99: number }) => `${milliseconds(p50)} / ${milliseconds(p99)}`
    return [
      {
        what: 'one quote over NATS, one at a time, p50 / p99',
        ours: text(overBus),
        budget: below(overBus.p99, 2, 'p99 < 2 ms', speed),
      },
      { what: `… the first ${count(quotes)} after a start, p50 / p99`, ours: text(overBus.first) },
      {
        what: '… CPU a quote: rating / PostgreSQL / this bench, which asks',
        ours: used.map((us) => `${us.toFixed(0)} µs`).join(' / '),
      },
      {
        what: '… asked once more, the slowest hundredth: time / of which bench, NATS and rating waited for a CPU, at most',
        ours: `${milliseconds(slowest.ms)} / ${milliseconds(slowest.waitedMs)}`,
      },
      { what: '… before which PostgreSQL and rating tidied up behind the runs for', ours: milliseconds(tidiedMs) },
      { what: '… over REST', ours: text(overRest) },
    ]
  } finally {
    await close()
  }

  function waitedMs(): number {
    return [process.pid, house.pid('nats'), house.pid('rating')].reduce((sum, pid) => sum + waitedForCpuMs(pid), 0)
  }

  function cpuNow(): number[] {
    const { user, system } = process.cpuUsage()
    return [cpuMs(house.pid('rating')), house.databaseCpuMs(), (user + system) / 1_000]
  }
}

/** A quarter of a second in which both do next to nothing: after a million rows PostgreSQL vacuums, and rating collects its garbage, for a while. */
async function untilTidied(house: House): Promise<number> {
  const begun = performance.now()
  let last = Number.NEGATIVE_INFINITY
  await eventually(
    () => {
      const now = house.databaseCpuMs() + cpuMs(house.pid('rating'))
      const used = now - last
      last = now
      return used <= 20
    },
    { timeoutMs: 120_000, intervalMs: 250 },
  )
  return performance.now() - begun
}

async function latenciesOf(ask: (n: number) => Promise<unknown>) {
  const times: number[] = []
  for (let n = 0; n < warmingQuotes + quotes; n += 1) {
    const begun = performance.now()
    await ask(n)
    times.push(performance.now() - begun)
  }
  return { first: latenciesFrom(times.slice(0, quotes)), ...latenciesFrom(times.slice(-quotes)) }
}

/**
 * How long the slowest hundredth takes on average, and how much of it whoever has a part in it was ready to run while
 * others had the CPU. Some wait at the same time, so that it may be less of it, and never more than all.
 */
async function slowestOf(ask: (n: number) => Promise<unknown>, waitedMs: () => number) {
  const asked: { ms: number; waitedMs: number }[] = []
  for (let n = 0; n < quotes; n += 1) {
    const waitedBefore = waitedMs()
    const begun = performance.now()
    await ask(n)
    const ms = performance.now() - begun
    asked.push({ ms, waitedMs: Math.min(ms, waitedMs() - waitedBefore) })
  }
  const slowest = asked.sort((one, other) => other.ms - one.ms).slice(0, quotes / 100)
  const mean = (of: 'ms' | 'waitedMs') => slowest.reduce((sum, one) => sum + one[of], 0) / slowest.length
  return { ms: mean('ms'), waitedMs: mean('waitedMs') }
}
