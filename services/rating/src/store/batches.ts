import { copyBytesInto, createCopyRows, sql, type TenantTransaction } from '@strowger/database'
import type { Corrected } from '../import/candidates.ts'
import { uuidBytes, uuidText } from '../import/record-key.ts'
import type { BatchOutcome, Slice, SourcePlace } from '../import/slice.ts'
import type { RatingSchema } from './tables.ts'

type Tx = TenantTransaction<RatingSchema>

export async function insertBatch(
  tx: Tx,
  source: SourcePlace,
  slice: Slice,
  counts: Omit<BatchOutcome, 'batch'>,
  span: { firstMs: number; lastMs: number },
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into batch (tenant_id, source, file, first_byte, bytes, sha256, parser, records, added, duplicates, revised,
      failed, ignored, first_at, last_at)
    values (${source.tenant}, ${source.id}, ${slice.file}, ${slice.firstByte}, ${slice.bytes}, ${slice.sha256},
      ${`${source.format} 1`}, ${counts.records}, ${counts.added}, ${counts.duplicates}, ${counts.revised},
      ${counts.failed}, ${counts.ignored}, ${new Date(span.firstMs)}, ${new Date(span.lastMs)})
    returning id`.execute(tx)
  return Number(rows[0]?.id)
}

/** What is known of a batch once its records are rated. */
export async function countBatch(
  tx: Tx,
  batch: number,
  { failed, ignored }: Pick<BatchOutcome, 'failed' | 'ignored'>,
): Promise<void> {
  if (failed === 0 && ignored === 0) return
  await sql`update batch set failed = ${failed}, ignored = ${ignored} where id = ${batch}`.execute(tx)
}

/** Most blocks of one batch. A number of the sequence stands for so many of them. */
const blocksPerBatch = 1_000

/** The number of the first native block of a batch; the others follow it. */
export async function takeBlocks(tx: Tx): Promise<number> {
  const { rows } = await sql<{ taken: number }>`select nextval('native_block_number') as taken`.execute(tx)
  return Number(rows[0]?.taken) * blocksPerBatch
}

export async function writeBlocks(
  tx: Tx,
  blocks: readonly Uint8Array[],
  { tenant, batch, firstBlock, nowMs }: { tenant: string; batch: number; firstBlock: number; nowMs: number },
): Promise<void> {
  const month = new Date(nowMs).toISOString().slice(0, 7)
  await sql`select ensure_month(${`${month}-01`}::date)`.execute(tx)
  const tenantBytes = uuidBytes(tenant)
  const rows = createCopyRows(blocks.reduce((sum, { length }) => sum + length + 64, 64))
  for (const [place, block] of blocks.entries()) {
    rows.row(5)
    rows.int8(firstBlock + place)
    rows.uuid(tenantBytes, 0)
    rows.int8(batch)
    rows.timestamp(nowMs)
    rows.bytes(block)
  }
  const columns = ['id', 'tenant_id', 'batch_id', 'at', 'content']
  await copyBytesInto(tx, `native_block_${month.replace('-', '')}`, columns, [rows.finish()])
}

/** Stored revisions that were corrected: kept, and no longer counted. */
export async function supersede(tx: Tx, corrected: readonly Corrected[], keys: Buffer): Promise<void> {
  for (const table of new Set(corrected.map((one) => one.table))) {
    const ofTable = corrected.filter((one) => one.table === table)
    await sql`update ${sql.table(table)} set status = 3 from unnest(
        ${ofTable.map(({ keyOffset }) => uuidText(keys, keyOffset))}::uuid[],
        ${ofTable.map(({ revision }) => revision)}::int[]) as old (key, revision)
      where ${sql.table(table)}.key = old.key and ${sql.table(table)}.revision = old.revision`.execute(tx)
  }
}

/** How far the source was read: in the transaction of what was read. */
export async function keepCursor(
  tx: Tx,
  source: SourcePlace,
  slice: Slice,
  { records, nowMs }: { records: number; nowMs: number },
): Promise<void> {
  const at = new Date(nowMs)
  const lastRecordAt = records > 0 ? at : null
  await sql`
    insert into source_state (tenant_id, source, cursor, records, last_read_at, last_record_at)
    values (${source.tenant}, ${source.id}, ${JSON.stringify(slice.cursor)}::jsonb, ${records}, ${at}, ${lastRecordAt})
    on conflict (tenant_id, source) do update set cursor = excluded.cursor,
      records = source_state.records + excluded.records, last_read_at = excluded.last_read_at,
      last_record_at = coalesce(excluded.last_record_at, source_state.last_record_at), last_error = null`.execute(tx)
}
