import {
  type CopyRows,
  copyBytesInto,
  createCopyRows,
  type Database,
  sql,
  type TenantTransaction,
} from '@strowger/database'
import { countBatch, insertBatch, keepCursor, supersede, takeBlocks, writeBlocks } from '../store/batches.ts'
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
const callsPerPause = 500

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
    // Keys are looked for by their index, whatever statistics say of reading a month whole: that would cost every batch
    // more with each call that is stored. Two sources of one provider must not both find a record new.
    await sql`select set_config('enable_seqscan', 'off', true),
      pg_advisory_xact_lock(hashtextextended(${`${source.tenant} ${source.provider}`}, 7))`.execute(tx)
    for (const month of candidates.months) await sql`select ensure_month(${`${month}-01`}::date)`.execute(tx)
    const { fresh, corrected, duplicates, revised } = await newOnes(tx, candidates)

    const counted = { records: candidates.all.length, duplicates, revised }
    if (fresh.length === 0) {
      await keepCursor(tx, source, slice, { records: 0, nowMs })
      return { batch: 0, added: 0, failed: 0, ignored: 0, ...counted }
    }
    const blocks = packBlocks(fresh)
    const session = await rater.begin(tx)
    const counts = { ...counted, added: fresh.length, failed: 0, ignored: 0 }
    const batch = await insertBatch(tx, source, slice, counts, spanOf(fresh))
    const firstBlock = await takeBlocks(tx)
    await supersede(tx, corrected, candidates.keys)
    const rows = createCallRows(candidates, { fresh, source, batch, firstBlock })
    const legs: Candidate[] = []
    const rating = rateEach(session, fresh, { rows, legs, file: slice.file, nowMs, keys: candidates.keys })
    const [month = ''] = candidates.months
    if (candidates.months.length === 1) await copyBytesInto(tx, tableOf(month), callColumns, rows.sent(month, rating))
    else while (rating.next().done !== true);
    await countInternalOnce(tx, session, candidates, { legs, rows })
    const outcome = { ...counted, added: fresh.length, ...rows.counts }
    await countBatch(tx, batch, outcome)
    for (const [rest, written] of rows.months) {
      await copyBytesInto(tx, tableOf(rest), callColumns, [written.finish()])
    }
    await writeBlocks(tx, await Promise.all(blocks), { tenant: source.tenant, batch, firstBlock, nowMs })
    await session.finish(tx)
    await keepCursor(tx, source, slice, { records: fresh.length, nowMs })
    await parts.beforeCommit?.(tx, { batch, ...outcome })
    return { batch, ...outcome }
  })
}

function spanOf(fresh: readonly Candidate[]): { firstMs: number; lastMs: number } {
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = Number.NEGATIVE_INFINITY
  for (const { atMs } of fresh) {
    firstMs = Math.min(firstMs, atMs)
    lastMs = Math.max(lastMs, atMs)
  }
  return { firstMs, lastMs }
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

function tableOf(month: string): string {
  return `call_${month.replace('-', '')}`
}

/**
 * Rates and writes each, with a pause now and then in which what was written can be sent. Records of internal calls that
 * may have been counted already wait in `legs`.
 */
function* rateEach(
  session: RatingSession,
  fresh: readonly Candidate[],
  { rows, legs, file, nowMs, keys }: { rows: CallRows; legs: Candidate[]; file: string; nowMs: number; keys: Buffer },
): Generator<void> {
  let untilPause = callsPerPause
  for (const candidate of session.isOrdered ? fresh.toSorted(byInstant(keys)) : fresh) {
    const { record, fault, isSuperseded } = candidate
    if (fault !== undefined) rows.write(candidate, session.unrated(ratedFault(fault, file, nowMs)))
    else if (isSuperseded) rows.write(candidate, session.unrated(failedRating(record, '')))
    else {
      const rated = session.rate(record, isCounted)
      if (rated.call.reason === 'duplicate_leg') legs.push(candidate)
      else rows.write(candidate, rated)
    }
    untilPause -= 1
    if (untilPause > 0) continue
    untilPause = callsPerPause
    yield
  }
}

/** Whether the other record of an internal call was counted is looked up for those that turn out to be internal. */
const isCounted = () => true

/** Internal calls of two records count once: the first of them in this batch, unless one is stored already. */
async function countInternalOnce(
  tx: TenantTransaction<RatingSchema>,
  session: RatingSession,
  { months, links }: Candidates,
  { legs, rows }: { legs: readonly Candidate[]; rows: CallRows },
): Promise<void> {
  if (legs.length === 0) return
  const linkOf = ({ keyOffset }: Candidate) => uuidText(links, keyOffset)
  const counted = await countedLinks(tx, months, legs.map(linkOf))
  const isNotCounted = () => false
  for (const leg of legs) {
    const link = linkOf(leg)
    rows.write(leg, session.rate(leg.record, counted.has(link) ? isCounted : isNotCounted))
    counted.add(link)
  }
}

/** In the order in which allowances are used: the answer, then the key. */
function byInstant(keys: Buffer): (one: Candidate, other: Candidate) => number {
  const at = ({ record: { answerMs, startMs } }: Candidate) => (Number.isNaN(answerMs) ? startMs : answerMs)
  return (one, other) =>
    at(one) - at(other) || keys.compare(keys, other.keyOffset, other.keyOffset + 16, one.keyOffset, one.keyOffset + 16)
}

interface CallRows {
  /** Each call becomes a row as soon as it is rated: nothing of its rating is kept. */
  write(candidate: Candidate, rated: Rated): void
  readonly counts: { failed: number; ignored: number }
  /** What was written and not sent. */
  readonly months: ReadonlyMap<string, CopyRows>
  /** The rows of a month piece by piece, as they are made: PostgreSQL stores the first while the last are rated. */
  sent(month: string, making: Iterator<void>): Generator<Uint8Array>
}

function createCallRows(
  { keys, links, contents, months }: Candidates,
  parts: { fresh: readonly Candidate[]; source: SourcePlace; batch: number; firstBlock: number },
): CallRows {
  const { fresh, source, batch, firstBlock } = parts
  const rows = new Map<string, CopyRows>()
  const tenants = new Map<string, Buffer>()
  const startBytes = Math.max(65_536, Math.ceil((fresh.length * bytesPerRow) / months.length))
  const counts = { failed: 0, ignored: 0 }
  for (const [place, candidate] of fresh.entries()) candidate.place = place

  return {
    counts,
    months: rows,
    *sent(month, making) {
      const ofMonth = createCopyRows(bytesPerRow * (callsPerPause + 20))
      rows.set(month, ofMonth)
      while (making.next().done !== true) yield ofMonth.take()
      rows.delete(month)
      yield ofMonth.finish()
    },
    write(candidate, { call, tenant: tenantId, names }) {
      const { record, atMs, keyOffset, revision, isSuperseded, place, month } = candidate
      if (!isSuperseded) {
        if (call.status === 'error') counts.failed += 1
        else if (call.status === 'ignored') counts.ignored += 1
      }
      let tenant = tenants.get(tenantId)
      if (tenant === undefined) {
        tenant = uuidBytes(tenantId)
        tenants.set(tenantId, tenant)
      }
      let ofMonth = rows.get(month)
      if (ofMonth === undefined) {
        ofMonth = createCopyRows(startBytes)
        rows.set(month, ofMonth)
      }
      writeCall(
        ofMonth,
        {
          tenant,
          atMs,
          keys,
          keyOffset,
          revision,
          contents,
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
    },
  }
}
