import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { below, count, type Figure, milliseconds } from '../figure.ts'
import { cloneRoot, type House } from '../house.ts'
import type { Section } from '../report.ts'
import { importCalls } from './rating-import.ts'
import { prepareRating } from './rating-load.ts'

const callsOfDay = 30_000
const callsOfMonth = 1_000_000
/** The month into which everything is imported; what is added to it lies in those before. */
const month = '2026-10-01'

/**
 * What a day costs with nothing, a month and years of calls stored: calls by calls of it through the watched folder,
 * and what is asked of it. A month is imported as it would be; the months before it are copies of that one, made by
 * PostgreSQL within the partitions that the service itself makes.
 */
export async function benchRatingDays(house: House, most: number, say: (line: string) => void): Promise<Section> {
  const folder = join(cloneRoot, '.strowger', 'bench-days')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { prefixes } = await prepareRating(house, folder, 20_000)
  const place = { house, folder, prefixes }
  let serial = 0

  async function importDay(): Promise<number> {
    serial += 1
    const { allUs } = await importCalls(place, `day-${serial}`, { calls: callsOfDay, firstDay: 5, days: 1, serial })
    return allUs
  }

  /** The better of two: what else the machine does makes a day dearer and never cheaper. */
  async function costOfDay(): Promise<Day> {
    const storing = Math.min(await importDay(), await importDay())
    const calls = (await house.rest<{ total: { calls: number } }>('GET', sums)).total.calls
    const summing = ((await databaseMsOf(house, sums)) * 1_000) / calls
    return { storing, summing, problemsMs: await databaseMsOf(house, '/rating/problems') }
  }

  const days: [stored: number, day: Day][] = []
  await importDay()
  days.push([0, await costOfDay()])
  const ofMonth = Math.min(callsOfMonth, most)
  say(`${count(ofMonth)} calls of a month are imported …`)
  await importCalls(place, 'month', { calls: ofMonth, firstDay: 1, days: 30, serial: 100 })
  days.push([ofMonth, await costOfDay()])
  const copies = Math.ceil(most / ofMonth) - 1
  if (copies > 0) {
    const begun = performance.now()
    for (let back = 1; back <= copies; back += 1) {
      await copyMonth(house, back)
      say(`… and copied into the month ${back} before: ${count((back + 1) * ofMonth)} are stored`)
    }
    say(`copied in ${Math.round((performance.now() - begun) / 1_000)} s`)
    days.push([(copies + 1) * ofMonth, await costOfDay()])
  }
  rmSync(folder, { recursive: true, force: true })
  return {
    title: 'Cost of a day',
    notes: [
      `${count(callsOfDay)} calls of a day through the watched folder, deduplicated and rated; CPU time of rating and PostgreSQL together, the better of two days`,
      `the first ${count(ofMonth)} calls came the same way; those of the ${copies} months before are copies of that month, made in PostgreSQL (INSERT … SELECT, with times and keys moved) in the partitions that the service makes`,
      `asked over REST ${asked} times; CPU time of PostgreSQL`,
    ],
    figures: figuresOf(days),
  }
}

interface Day {
  /** CPU of storing one call, microseconds. */
  readonly storing: number
  /** CPU of PostgreSQL for each call of the day that is summed up, microseconds. */
  readonly summing: number
  /** Likewise for the list of what could not be rated, milliseconds. */
  readonly problemsMs: number
}

const sums = '/rating/totals?by=node&from=2026-10-05T00:00:00Z&to=2026-10-06T00:00:00Z'
const asked = 10

/** CPU that PostgreSQL takes for one answer. */
async function databaseMsOf(house: House, path: string): Promise<number> {
  await house.rest('GET', path)
  const before = house.databaseCpuMs()
  for (let turn = 0; turn < asked; turn += 1) await house.rest('GET', path)
  return (house.databaseCpuMs() - before) / asked
}

/** Each against the one before: that of a month against none, that of years against that of a month. */
function figuresOf(days: readonly (readonly [stored: number, day: Day])[]): Figure[] {
  return days.flatMap(([stored, { storing, summing, problemsMs }], place) => {
    const [storedBefore, before] = days[place - 1] ?? []
    const flat = (ours: number, theirs: number | undefined) =>
      theirs === undefined
        ? {}
        : { budget: below(ours, theirs * 1.3, `flat: ≤ 1.3 times that with ${count(storedBefore ?? 0)}`) }
    return [
      {
        what: `a day with ${count(stored)} calls stored: CPU a call`,
        ours: `${storing.toFixed(1)} µs`,
        ...flat(storing, before?.storing),
      },
      {
        what: '… summed up by customer: CPU a call of that day',
        ours: `${summing.toFixed(2)} µs`,
        // With none, all that is stored is the day itself.
        ...(place > 1 ? flat(summing, before?.summing) : {}),
      },
      { what: '… what could not be rated: CPU of the list', ours: milliseconds(problemsMs) },
    ]
  })
}

/** Copies the calls of the month, native blocks and all, into the month that lies so many before it. */
async function copyMonth(house: House, back: number): Promise<void> {
  const at = new Date(month)
  at.setUTCMonth(at.getUTCMonth() - back)
  // Of days, so that keys, which begin with a quarter of the seconds of the exchange's clock, move as times do.
  const days = Math.round((Date.parse(month) - at.getTime()) / 86_400_000)
  const blocks = back * 10_000_000
  const columns = await house.rows<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'rating.call'::regclass and attnum > 0 and not attisdropped
      order by attnum`,
  )
  const moved: Readonly<Record<string, string>> = {
    at: `at - interval '${days} days'`,
    answered_at: `answered_at - interval '${days} days'`,
    key: `(lpad(to_hex(('x' || left(key::text, 8))::bit(32)::bigint - ${days * 21_600}), 8, '0') || substr(key::text, 9))::uuid`,
    native_block: `native_block + ${blocks}`,
  }
  const names = columns.map(({ name }) => name)
  const first = at.toISOString().slice(0, 10)
  const leaf = `rating.call_${first.slice(0, 7).replace('-', '')}`
  // Indexes are made once all is there: for each call they take longer than the call.
  await house.sql(`select rating.ensure_month('${first}')`)
  await house.sql(`do $copy$
    declare
      indexes text[];
      index regclass;
      definition text;
    begin
      select array_agg(pg_get_indexdef(indexrelid)) into indexes from pg_index where indrelid = '${leaf}'::regclass;
      for index in select indexrelid from pg_index where indrelid = '${leaf}'::regclass loop
        execute format('drop index %s', index);
      end loop;
      insert into ${leaf} (${names.join(', ')})
      select ${names.map((name) => moved[name] ?? name).join(', ')} from rating.call
      where at >= '${month}' and at - interval '${days} days' < '${first}'::timestamptz + interval '1 month';
      foreach definition in array indexes loop
        execute definition;
      end loop;
      insert into rating.native_block (id, tenant_id, batch_id, at, content)
      select id + ${blocks}, tenant_id, batch_id, '${first}'::timestamptz, content
      from rating.native_block where at >= '${month}';
    end $copy$`)
  // As PostgreSQL would by itself, in the midst of what is measured.
  await house.sql(`vacuum (analyze) ${leaf}`)
}
