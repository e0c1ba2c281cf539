import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@strowger/testkit'
import type { House } from '../house.ts'
import { cpuMs } from '../machine.ts'
import { type Calls, writeCalls } from './rating-load.ts'

/** Puts a file into the folder that is watched, and waits until all of it is stored. */
export async function importCalls(
  { house, folder, prefixes }: { house: House; folder: string; prefixes: readonly string[] },
  name: string,
  given: Calls,
) {
  const draft = join(folder, 'draft')
  await writeCalls(draft, given, prefixes)
  // Asked of the service and not counted in the table: counting a million rows ten times a second costs more than a day.
  const storedRecords = async () => (await house.rest<{ records: number }>('GET', '/rating/sources/pbx/state')).records
  const wanted = (await storedRecords()) + given.calls
  const cpu = () => [cpuMs(house.pid('rating')), house.databaseCpuMs()] as const
  // What PostgreSQL has still to do for the calls of before is not counted with these.
  await house.sql('vacuum (analyze) rating.call')
  const [ratingBefore, databaseBefore] = cpu()
  const begun = performance.now()
  renameSync(draft, join(folder, `Master-${name}.csv`))
  await eventually(
    async () => {
      const stored = await storedRecords()
      if (stored < wanted) throw new Error(`${stored} of ${wanted}`)
    },
    { timeoutMs: 600_000, intervalMs: 50 },
  )
  const seconds = (performance.now() - begun) / 1_000
  const [rating, database] = cpu()
  // A fast import of spoilt lines is none.
  const rated = await house.countRows(`rating.call where status = 0 and at >= '2026-10-01'`)
  if (rated !== wanted) throw new Error(`${wanted - rated} of the lines that were written have no price`)
  const each = (ms: number) => (ms * 1_000) / given.calls
  return {
    perSecond: given.calls / seconds,
    ratingUs: each(rating - ratingBefore),
    databaseUs: each(database - databaseBefore),
    allUs: each(rating - ratingBefore + database - databaseBefore),
  }
}
