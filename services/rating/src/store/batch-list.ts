import { type Database, sql, type TenantTransaction } from '@strowger/database'
import { Fault, type RatingBatch } from '@strowger/schema'
import { replayBatch } from './replays.ts'
import type { RatingSchema } from './tables.ts'

interface Row {
  readonly id: number
  readonly tenant_id: string
  readonly source: string
  readonly file: string | null
  readonly first_byte: number | null
  readonly bytes: number
  readonly sha256: string | null
  readonly parser: string
  readonly records: number
  readonly added: number
  readonly duplicates: number
  readonly revised: number
  readonly failed: number
  readonly ignored: number
  readonly at: Date
  readonly withdrawn_at: Date | null
  readonly first_at: Date | null
  readonly last_at: Date | null
}

function batchView(row: Row): RatingBatch {
  return {
    id: Number(row.id),
    source: row.source,
    file: row.file ?? '',
    firstByte: Number(row.first_byte ?? 0),
    bytes: Number(row.bytes),
    sha256: row.sha256 ?? '',
    parser: row.parser,
    records: row.records,
    added: row.added,
    duplicates: row.duplicates,
    revised: row.revised,
    failed: row.failed,
    ignored: row.ignored,
    at: new Date(row.at).toISOString(),
    withdrawnAt: row.withdrawn_at === null ? null : new Date(row.withdrawn_at).toISOString(),
  }
}

export async function listStoredBatches(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  options: {
    source: string | undefined
    search: string | undefined
    direction: 'asc' | 'desc'
    limit: number
    offset: number
  },
): Promise<{ items: RatingBatch[]; total: number }> {
  const { source, search, direction, limit, offset } = options
  const where = sql`tenant_id = any(${[...tenants]}::uuid[])
    and (${source ?? null}::text is null or source = ${source ?? null})
    and (${search ?? null}::text is null or strpos(lower(coalesce(file, '')), lower(${search ?? ''})) > 0)`
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<Row>`select * from batch where ${where}
      order by id ${direction === 'asc' ? sql`asc` : sql`desc`} limit ${limit} offset ${offset}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`select count(*) as total from batch where ${where}`.execute(
      tx,
    )
    return { items: rows.map(batchView), total: Number(counted[0]?.total ?? 0) }
  })
}

/** A batch that brought exactly these bytes and was not withdrawn. */
export async function batchOfContent(
  database: Database<RatingSchema>,
  place: { tenant: string; id: string },
  sha256: string,
): Promise<number | undefined> {
  return database.inTenants([place.tenant], {}, async (tx) => {
    const { rows } = await sql<{ id: number }>`select id from batch where tenant_id = ${place.tenant}
      and source = ${place.id} and sha256 = ${sha256} and withdrawn_at is null limit 1`.execute(tx)
    return rows[0] && Number(rows[0].id)
  })
}

/**
 * Takes a batch back: its records are withdrawn, and what they corrected counts again, unless a later batch corrected
 * it anew. Answers the batch and how many rows were touched. @throws Fault `not-found`, `conflict`
 */
export async function withdrawStoredBatch(
  tx: TenantTransaction<RatingSchema>,
  tenants: readonly string[],
  id: number,
): Promise<{ batch: RatingBatch; withdrawn: number; restored: number }> {
  const { rows } = await sql<Row>`update batch set withdrawn_at = clock_timestamp()
    where id = ${id} and tenant_id = any(${[...tenants]}::uuid[]) and withdrawn_at is null returning *`.execute(tx)
  const [row] = rows
  if (row === undefined) {
    const { rows: there } = await sql`select from batch where id = ${id}`.execute(tx)
    if (there.length > 0) throw new Fault('conflict', { detail: `Batch ${id} has been withdrawn already` })
    throw new Fault('not-found', { detail: `There is no batch ${id}` })
  }
  const span = sql`between ${row.first_at ?? '-infinity'}::timestamptz and ${row.last_at ?? 'infinity'}::timestamptz`
  const { numAffectedRows: withdrawn = 0n } = await sql`
    update call set status = 4 where batch_id = ${id} and status <> 4
      and at ${span}`.execute(tx)
  // The revision before counts again, with the status its result has: what was rated has an income or a cost of null
  // only when it is in error or ignored, which its reason tells.
  const { numAffectedRows: restored = 0n } = await sql`
    update call set status = case when call.reason in (0, 17, 18) then 0 when call.reason in (19, 20) then 2 else 1 end
    from call gone
    where gone.batch_id = ${id} and gone.status = 4 and gone.revision > 1
      and gone.at ${span}
      and call.key = gone.key and call.revision = gone.revision - 1 and call.status = 3
      and call.at between gone.at - interval '62 days' and gone.at + interval '62 days'
      and not exists (select from call later where later.key = gone.key and later.revision > gone.revision
        and later.status < 3 and later.at between gone.at - interval '62 days' and gone.at + interval '62 days')`.execute(
    tx,
  )
  await replayBatch(tx, id)
  return { batch: batchView(row), withdrawn: Number(withdrawn), restored: Number(restored) }
}
