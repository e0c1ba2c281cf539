import { insertMany, sql, type TenantTransaction } from '@strowger/database'
import type { AllowanceCounter } from '@strowger/rating'
import type { RatingSchema } from './tables.ts'

interface Row {
  readonly tenant_id: string
  readonly node: string
  readonly allowance: string
  readonly first: Date
  readonly next: Date
  readonly granted: string
  readonly rolled: string
  readonly last_at: Date | null
  readonly used: string
}

/** One transaction after the other changes the counters of a tenant. */
export async function lockCounters(tx: TenantTransaction<RatingSchema>, tenants: readonly string[]): Promise<void> {
  for (const tenant of [...tenants].sort()) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`allowances ${tenant}`}, 7))`.execute(tx)
  }
}

/** The counters of these tenants; of periods that were over at an instant, when one is given. */
export async function readCounters(
  tx: TenantTransaction<RatingSchema>,
  tenants: readonly string[],
  overAt?: Date,
): Promise<AllowanceCounter[]> {
  const { rows } = await sql<Row>`select * from allowance_counter where tenant_id = any(${[...tenants]}::uuid[])
    and next <= ${overAt ?? 'infinity'}::timestamptz`.execute(tx)
  return rows.map((row) => ({
    node: `${row.tenant_id}/${row.node}`,
    allowance: row.allowance,
    fromMs: new Date(row.first).getTime(),
    toMs: new Date(row.next).getTime(),
    granted: Number(row.granted),
    used: Number(row.used),
    rolled: Number(row.rolled),
    lastMs: row.last_at === null ? Number.NEGATIVE_INFINITY : new Date(row.last_at).getTime(),
  }))
}

export async function writeCounters(
  tx: TenantTransaction<RatingSchema>,
  counters: readonly AllowanceCounter[],
): Promise<void> {
  if (counters.length === 0) return
  await sql`create temporary table counted (like allowance_counter) on commit drop`.execute(tx)
  await insertMany(
    tx,
    'pg_temp.counted',
    {
      tenant_id: 'uuid',
      node: 'text',
      allowance: 'text',
      first: 'timestamptz',
      next: 'timestamptz',
      granted: 'bigint',
      rolled: 'bigint',
      used: 'bigint',
      last_at: 'timestamptz',
    },
    counters.map(({ node, allowance, fromMs, toMs, granted, rolled, used, lastMs }) => [
      node.slice(0, node.indexOf('/')),
      node.slice(node.indexOf('/') + 1),
      allowance,
      new Date(fromMs),
      new Date(toMs),
      granted,
      rolled,
      used,
      Number.isFinite(lastMs) ? new Date(lastMs) : null,
    ]),
  )
  await sql`insert into allowance_counter select * from counted
    on conflict (tenant_id, node, allowance, first) do update set
      granted = excluded.granted, rolled = excluded.rolled, used = excluded.used, last_at = excluded.last_at`.execute(
    tx,
  )
}
