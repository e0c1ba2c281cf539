import {
  type CopyRows,
  copyBytesInto,
  createCopyRows,
  type Database,
  sql,
  type TenantTransaction,
} from '@strowger/database'
import { insertBatch, keepCursor, supersede, takeBlocks, writeBlocks } from '../store/batches.ts'
import type { RatingSchema } from '../store/tables.ts'
import { callColumns, writeCall } from './call-row.ts'
import { type Candidate, type Candidates, candidatesOf, countedLinks, newOnes } from './candidates.ts'
import { packNative, recordsPerBlock } from './native-block.ts'
import { failedRating, ratedFault } from './rated-faults.ts'
import type { Rated, Rater, RatingSession } from './rater.ts'
import { uuidBytes, uuidText } from './record-key.ts'
import type { BatchOutcome, Slice, SourcePlace } from './slice.ts'

/** Sees the batch in its transaction; when it throws nothing of it is stored. */
export type BeforeCommit = (tx: TenantTransaction<RatingSchema>, outcome: BatchOutcome) => Promise<void>

/** About what a row of `call` takes in COPY's format. */
const bytesPerRow = 420

/**
 * Stores a slice: finds what is new or corrected, rates it, and writes records, native blocks, the batch and the cursor
 * of the source in one transaction. When it fails nothing of it is there, and the same slice can be given again.
 */
export async function writeBatch(
  database: Database<RatingSchema>,
  source: SourcePlace,
  slice: Slice,
  parts: { rater: Rater; nowMs: number; beforeCommit?: BeforeCommit },
): Promise<BatchOutcome> {
  const { rater, nowMs } = parts
  const candidates = candidatesOf(source, slice, nowMs)

  return database.inTenants(rater.tenants, { writer: { kind: 'system' } }, async (tx) => {
    // Two sources of one provider must not both find a record new.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${source.tenant} ${source.provider}`}, 7))`.execute(tx)
    for (const month of candidates.months) await sql`select ensure_month(${`${month}-01`}::date)`.execute(tx)
    const { fresh, corrected, duplicates, revised } = await newOnes(tx, candidates)

    const counted = { records: candidates.all.length, duplicates, revised }
    if (fresh.length === 0) {
      await keepCursor(tx, source, slice, { records: 0, nowMs })
      return { batch: 0, added: 0, failed: 0, ignored: 0, ...counted }
    }
    const blocks = packBlocks(fresh)
    const session = await rater.begin(tx)
    const rated = rateAll(session, fresh, { file: slice.file, nowMs, keys: candidates.keys })
    await countInternalOnce(tx, session, candidates, rated)
    const outcome = { ...counted, added: fresh.length, ...countedBy(rated) }
    const batch = await insertBatch(tx, source, slice, outcome)
    const firstBlock = await takeBlocks(tx)
    await supersede(tx, corrected, candidates.keys)
    const rows = rowsByMonth(candidates, { fresh, rated, source, batch, firstBlock })
    for (const [month, written] of rows) {
      await copyBytesInto(tx, `call_${month.replace('-', '')}`, callColumns, [written.finish()])
    }
    await writeBlocks(tx, await Promise.all(blocks), { tenant: source.tenant, batch, firstBlock, nowMs })
    await session.finish(tx)
    await keepCursor(tx, source, slice, { records: fresh.length, nowMs })
    await parts.beforeCommit?.(tx, { batch, ...outcome })
    return { batch, ...outcome }
  })
}

function packBlocks(fresh: readonly Candidate[]): Promise<Uint8Array>[] {
  const blocks: Promise<Uint8Array>[] = []
  for (let from = 0; from < fresh.length; from += recordsPerBlock) {
    blocks.push(packNative(fresh.slice(from, from + recordsPerBlock).map(({ record }) => record.native)))
  }
  // One that fails is awaited later; until then it must not end the process.
  for (const block of blocks) block.catch(() => {})
  return blocks
}

function rateAll(
  session: RatingSession,
  fresh: readonly Candidate[],
  { file, nowMs, keys }: { file: string; nowMs: number; keys: Buffer },
): Map<Candidate, Rated> {
  const rated = new Map<Candidate, Rated>()
  for (const candidate of session.isOrdered ? fresh.toSorted(byInstant(keys)) : fresh) {
    const { record, fault, isSuperseded } = candidate
    if (fault !== undefined) rated.set(candidate, session.unrated(ratedFault(fault, file, nowMs)))
    else if (isSuperseded) rated.set(candidate, session.unrated(failedRating(record, '')))
    else rated.set(candidate, session.rate(record, isCounted))
  }
  return rated
}

/** Whether the other record of an internal call was counted is looked up for those that turn out to be internal. */
const isCounted = () => true

/** Internal calls of two records count once: the first of them in this batch, unless one is stored already. */
async function countInternalOnce(
  tx: TenantTransaction<RatingSchema>,
  session: RatingSession,
  { months, links }: Candidates,
  rated: Map<Candidate, Rated>,
): Promise<void> {
  const legs = [...rated].filter(([, { call }]) => call.reason === 'duplicate_leg').map(([candidate]) => candidate)
  if (legs.length === 0) return
  const linkOf = ({ keyOffset }: Candidate) => uuidText(links, keyOffset)
  const counted = await countedLinks(tx, months, legs.map(linkOf))
  for (const leg of legs) {
    const link = linkOf(leg)
    if (counted.has(link)) continue
    counted.add(link)
    rated.set(
      leg,
      session.rate(leg.record, () => false),
    )
  }
}

/** In the order in which allowances are used: the answer, then the key. */
function byInstant(keys: Buffer): (one: Candidate, other: Candidate) => number {
  const at = ({ record: { answerMs, startMs } }: Candidate) => (Number.isNaN(answerMs) ? startMs : answerMs)
  return (one, other) =>
    at(one) - at(other) || keys.compare(keys, other.keyOffset, other.keyOffset + 16, one.keyOffset, one.keyOffset + 16)
}

function countedBy(rated: ReadonlyMap<Candidate, Rated>): { failed: number; ignored: number } {
  let [failed, ignored] = [0, 0]
  for (const [{ isSuperseded }, { call }] of rated) {
    if (isSuperseded) continue
    if (call.status === 'error') failed += 1
    else if (call.status === 'ignored') ignored += 1
  }
  return { failed, ignored }
}

function rowsByMonth(
  { keys, links, months }: Candidates,
  parts: {
    fresh: readonly Candidate[]
    rated: ReadonlyMap<Candidate, Rated>
    source: SourcePlace
    batch: number
    firstBlock: number
  },
): Map<string, CopyRows> {
  const { fresh, rated, source, batch, firstBlock } = parts
  const rows = new Map<string, CopyRows>()
  const tenants = new Map<string, Buffer>()
  const startBytes = Math.max(65_536, Math.ceil((fresh.length * bytesPerRow) / months.length))
  for (const [place, candidate] of fresh.entries()) {
    const { call, tenant: tenantId, names } = rated.get(candidate) as Rated
    const tenant = tenants.get(tenantId) ?? uuidBytes(tenantId)
    tenants.set(tenantId, tenant)
    const ofMonth = rows.get(candidate.month) ?? createCopyRows(startBytes)
    rows.set(candidate.month, ofMonth)
    const { record, atMs, keyOffset, revision, content, isSuperseded } = candidate
    writeCall(
      ofMonth,
      {
        tenant,
        atMs,
        keys,
        keyOffset,
        revision,
        content,
        isSuperseded,
        batch,
        source: source.id,
        block: firstBlock + Math.floor(place / recordsPerBlock),
        inBlock: place % recordsPerBlock,
        links: record.link === '' ? undefined : links,
      },
      record,
      call,
      names,
    )
  }
  return rows
}
