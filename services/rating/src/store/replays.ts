import { type Database, sql, type TenantTransaction } from '@strowger/database'
import type { RatingSchema } from './tables.ts'

type Tx = TenantTransaction<RatingSchema>

/** One that is due already begins at the earlier of both. */
const orEarlier = sql`on conflict (tenant_id) do update
  set from_at = least(replay.from_at, excluded.from_at), number = excluded.number`

/** Tells PostgreSQL which months a call of a batch can lie in. */
const isWithinBatch = sql`call.at between coalesce(batch.first_at, '-infinity') and coalesce(batch.last_at, 'infinity')`

/** Calls of a tenant that must be rated again because allowances are counted by them. */
export interface DueReplay {
  readonly tenant: string
  readonly fromMs: number
  readonly number: number
}

/** From this instant on the calls of a tenant must be rated again: in the transaction of what made it so. */
export async function markReplay(tx: Tx, tenant: string, fromMs: number): Promise<void> {
  await sql`insert into replay values (${tenant}, ${new Date(fromMs)}, nextval('replay_number'))
    ${orEarlier}`.execute(tx)
}

export async function dueReplays(database: Database<RatingSchema>, tenants: readonly string[]): Promise<DueReplay[]> {
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<{ tenant_id: string; from_at: Date; number: number }>`
      select tenant_id, from_at, number from replay where tenant_id = any(${[...tenants]}::uuid[])
      order by number`.execute(tx)
    return rows.map((row) => ({
      tenant: row.tenant_id,
      fromMs: new Date(row.from_at).getTime(),
      number: Number(row.number),
    }))
  })
}

/** It was done, unless there has been another reason since. */
export async function forgetReplay(database: Database<RatingSchema>, { tenant, number }: DueReplay): Promise<void> {
  await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    await sql`delete from replay where tenant_id = ${tenant} and number = ${number}`.execute(tx)
  })
}

/** What a batch used of allowances is not used any more, or used by other calls. */
export async function replayBatch(tx: Tx, batch: number): Promise<void> {
  await sql`insert into replay
    select call.tenant_id, min(call.at), nextval('replay_number') from call join batch on batch.id = call.batch_id
    where batch.id = ${batch} and ${isWithinBatch}
      and exists (select from allowance_counter counter where counter.tenant_id = call.tenant_id)
    group by call.tenant_id
    ${orEarlier}`.execute(tx)
}

/** A run whose counters hold now may not have seen calls that came meanwhile: they are counted by another. */
export async function replayUnseen(tx: Tx, run: number): Promise<void> {
  await sql`insert into replay
    select run.tenant_id, min(call.at), nextval('replay_number')
    from run
    -- Numbers of transactions begin anew in a database that was restored; an hour is longer than any transaction here.
    join batch on not pg_visible_in_snapshot(batch.xid, run.seen) and batch.at > run.created_at - interval '1 hour'
    join call on call.batch_id = batch.id and call.tenant_id = run.tenant_id and call.status = 0
      and ${isWithinBatch}
    where run.id = ${run} and run.counters is not null
    group by run.tenant_id
    ${orEarlier}`.execute(tx)
}

/** A run does not count any more: the counters that it left are not right. */
export async function replayRun(tx: Tx, run: number): Promise<void> {
  await sql`insert into replay
    select tenant_id, coalesce((scope ->> 'from')::timestamptz, (select min(at) from call where call.tenant_id = run.tenant_id)),
      nextval('replay_number')
    from run where id = ${run} and counters is not null
      and exists (select from call where call.tenant_id = run.tenant_id)
    ${orEarlier}`.execute(tx)
}
