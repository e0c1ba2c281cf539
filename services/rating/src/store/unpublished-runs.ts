import { type Database, sql } from '@strowger/database'
import type { RatingSchema } from './tables.ts'

/** Rows that one transaction deletes: a second of work, and no lock that others would wait for. */
const rowsAtOnce = 20_000
const system = { writer: { kind: 'system' as const } }

/**
 * Deletes what runs were rated to that nobody has switched to for so many days: first each of them expires, and can be
 * published no more; then its rows go, in portions. It can be broken off anywhere and begun again.
 * Answers how many rows went.
 */
export async function cleanUnpublishedRuns(
  database: Database<RatingSchema>,
  parts: { tenants: readonly string[]; keptDays: number; signal?: AbortSignal },
): Promise<number> {
  const { tenants, keptDays, signal } = parts
  await expireRuns(database, tenants, keptDays)
  let gone = 0
  for (const run of await expiredRuns(database, tenants)) {
    if (signal?.aborted) return gone
    for (const leaf of await leavesOf(database)) {
      let deleted = rowsAtOnce
      while (deleted === rowsAtOnce) {
        if (signal?.aborted) return gone
        deleted = await deleteRows(database, run, leaf)
        gone += deleted
      }
    }
    await endRun(database, run)
  }
  return gone
}

interface ExpiredRun {
  readonly id: number
  readonly tenant: string
}

/** One that is being published meanwhile is published. Of those that failed nothing was kept but that they did. */
async function expireRuns(database: Database<RatingSchema>, tenants: readonly string[], keptDays: number) {
  const isOld = sql`tenant_id = any(${[...tenants]}::uuid[]) and cleaned_at is null
    and coalesce(withdrawn_at, finished_at, created_at) < clock_timestamp() - make_interval(days => ${keptDays})`
  await database.inTenants(tenants, system, async (tx) => {
    await sql`update run set state = 'expired', counters = null where id in (
      select id from run where state in ('ready', 'withdrawn') and ${isOld} for update skip locked)`.execute(tx)
    await sql`delete from run where state = 'failed' and cause <> 'request' and ${isOld}`.execute(tx)
  })
}

async function expiredRuns(database: Database<RatingSchema>, tenants: readonly string[]): Promise<ExpiredRun[]> {
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<{ id: number; tenant_id: string }>`
      select id, tenant_id from run where state = 'expired' and cleaned_at is null
        and tenant_id = any(${[...tenants]}::uuid[]) order by id`.execute(tx)
    return rows.map(({ id, tenant_id: tenant }) => ({ id: Number(id), tenant }))
  })
}

async function leavesOf(database: Database<RatingSchema>): Promise<string[]> {
  const { rows } = await sql<{ relname: string }>`
    select relname from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'rerated'::regclass order by relname`.execute(database.db)
  return rows.map(({ relname }) => relname)
}

async function deleteRows(database: Database<RatingSchema>, run: ExpiredRun, leaf: string): Promise<number> {
  return database.inTenants([run.tenant], system, async (tx) => {
    const table = sql.table(leaf)
    const { numAffectedRows = 0n } = await sql`delete from ${table} where ctid = any (array(
      select ctid from ${table} where run_id = ${run.id} and tenant_id = ${run.tenant} limit ${rowsAtOnce}))`.execute(
      tx,
    )
    return Number(numAffectedRows)
  })
}

/** Why it was made and what it came to stays with those that people asked for; of the others there is nothing to tell. */
async function endRun(database: Database<RatingSchema>, { id, tenant }: ExpiredRun): Promise<void> {
  await database.inTenants([tenant], system, async (tx) => {
    await sql`delete from run where id = ${id} and cause <> 'request'`.execute(tx)
    await sql`update run set cleaned_at = clock_timestamp() where id = ${id}`.execute(tx)
  })
}
