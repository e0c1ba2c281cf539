import { sql, type TenantTransaction } from '@strowger/database'
import type { CdrRecord, LineFault } from '@strowger/rating'
import type { RatingSchema } from '../store/tables.ts'
import { createKeyPlaces, uuidArray } from './key-places.ts'
import { recordOfFault } from './rated-faults.ts'
import { createRecordKeys, uuidText, writeContent } from './record-key.ts'
import type { Slice, SourcePlace } from './slice.ts'

/** A record of a slice with where it will lie. */
export interface Candidate {
  readonly record: CdrRecord
  readonly fault: LineFault | undefined
  readonly keyOffset: number
  readonly atMs: number
  /** `2026-11` */
  readonly month: string
  revision: number
  /** Among those that are stored. */
  place: number
  /** Corrected by a later record of the same slice. */
  isSuperseded: boolean
}

export interface Candidates {
  readonly all: readonly Candidate[]
  /** 16 bytes each. */
  readonly keys: Buffer
  readonly links: Buffer
  /** 8 bytes each: what the record says. */
  readonly contents: Buffer
  readonly months: readonly string[]
}

const dayMs = 86_400_000
/** Before any exchange wrote records; what claims to be older has a broken clock. */
const earliestMs = Date.UTC(1995, 0, 1)

export function candidatesOf(source: SourcePlace, slice: Slice, nowMs: number): Candidates {
  const count = slice.records.length + slice.faults.length
  const keys = Buffer.alloc(16 * count)
  const links = Buffer.alloc(16 * count)
  const contents = Buffer.alloc(8 * count)
  const months = new Set<string>()
  const recordKeys = createRecordKeys(source.tenant, source.provider)
  const monthOf = createMonths()
  const latestMs = nowMs + 40 * dayMs
  const all: Candidate[] = []

  function add(record: CdrRecord, fault: LineFault | undefined): void {
    const keyOffset = all.length * 16
    recordKeys.write(record.key, keys, keyOffset)
    if (record.link !== '') recordKeys.write(`link\n${record.link}`, links, keyOffset)
    const claimed = Number.isNaN(record.startMs) ? record.answerMs : record.startMs
    // What has no believable time lies where it came in.
    const atMs = claimed > earliestMs && claimed < latestMs ? claimed : nowMs
    writeContent(record.native, contents, keyOffset >> 1)
    const month = monthOf(atMs)
    months.add(month)
    all.push({ record, fault, keyOffset, atMs, month, revision: 1, place: 0, isSuperseded: false })
  }
  for (const record of slice.records) add(record, undefined)
  const timesSaid = new Map<string, number>()
  for (const fault of slice.faults) {
    const place = `${fault.line}\n${fault.native}`
    const times = (timesSaid.get(place) ?? 0) + 1
    timesSaid.set(place, times)
    add(recordOfFault(fault, slice.file, times), fault)
  }
  return { all, keys, links, contents, months: [...months].sort() }
}

/** `2026-11` of an instant; most follow one of the same month. */
export function createMonths(): (atMs: number) => string {
  let last = { fromMs: 0, toMs: 0, text: '' }
  return (atMs) => {
    if (atMs >= last.fromMs && atMs < last.toMs) return last.text
    const at = new Date(atMs)
    const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
    last = { fromMs: Date.UTC(year, month, 1), toMs: Date.UTC(year, month + 1, 1), text: at.toISOString().slice(0, 7) }
    return last.text
  }
}

/** A stored revision that a record of the slice corrects. */
export interface Corrected {
  readonly keyOffset: number
  readonly revision: number
  /** Leaf partition in which it lies. */
  readonly table: string
}

interface Stored {
  readonly key: string
  readonly revision: number
  readonly content: string
  readonly leaf: string
}

/**
 * Which of them are not stored yet, and which correct what is. A correction is found when its start has moved to a
 * neighbouring month at most.
 */
export async function newOnes(
  tx: TenantTransaction<RatingSchema>,
  { all, keys, contents, months }: Candidates,
): Promise<{ fresh: Candidate[]; corrected: Corrected[]; duplicates: number; revised: number }> {
  const stored = await storedAmong(tx, uuidArray(keys, all.length), months)
  const fresh: Candidate[] = []
  const corrected: Corrected[] = []
  const inSlice = createKeyPlaces(keys, all.length)
  const isSame = (one: Candidate, other: Candidate) =>
    contents.compare(
      contents,
      other.keyOffset >> 1,
      (other.keyOffset >> 1) + 8,
      one.keyOffset >> 1,
      (one.keyOffset >> 1) + 8,
    ) === 0
  let duplicates = 0
  let revised = 0
  for (const [place, candidate] of all.entries()) {
    const { keyOffset } = candidate
    const known = stored.size === 0 ? undefined : stored.get(uuidText(keys, keyOffset))
    const earlier = all[inSlice.latest(place)]
    const isRepeated =
      earlier !== undefined
        ? isSame(earlier, candidate)
        : known !== undefined &&
          known.content !== withdrawn &&
          BigInt(known.content) === contents.readBigInt64BE(keyOffset >> 1)
    if (isRepeated) {
      duplicates += 1
      continue
    }
    if (earlier !== undefined || known !== undefined) revised += 1
    if (earlier !== undefined) {
      candidate.revision = earlier.revision + 1
      earlier.isSuperseded = true
    } else if (known !== undefined) {
      candidate.revision = known.revision + 1
      corrected.push({ keyOffset, revision: known.revision, table: known.leaf })
    }
    inSlice.put(place)
    fresh.push(candidate)
  }
  return { fresh, corrected, duplicates, revised }
}

/** The content of a withdrawn record is no content: brought again it is a new revision. */
const withdrawn = ''

async function storedAmong(
  tx: TenantTransaction<RatingSchema>,
  keys: Buffer,
  months: readonly string[],
): Promise<Map<string, Stored>> {
  const stored = new Map<string, Stored>()
  for (const leaf of await leavesAround(tx, months)) {
    const { rows } = await sql<Stored>`
      select key, revision, case when status = 4 then ${withdrawn} else content::text end as content, ${leaf}::text as leaf
      from ${sql.table(leaf)} where key = any(${keys}::uuid[])`.execute(tx)
    for (const row of rows) {
      const known = stored.get(row.key)
      if (known === undefined || known.revision < row.revision) stored.set(row.key, row)
    }
  }
  return stored
}

/** The partitions of these months and of those beside them, as far as there are any. */
async function leavesAround(tx: TenantTransaction<RatingSchema>, months: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ leaf: string }>`
    select distinct 'call_' || to_char(month::date + beside * interval '1 month', 'YYYYMM') as leaf
    from unnest(${months.map((month) => `${month}-01`)}::text[]) month, generate_series(-1, 1) beside
    where to_regclass('call_' || to_char(month::date + beside * interval '1 month', 'YYYYMM')) is not null
    order by leaf`.execute(tx)
  return rows.map(({ leaf }) => leaf)
}

/** Which of these internal calls have a record that was counted. */
export async function countedLinks(
  tx: TenantTransaction<RatingSchema>,
  months: readonly string[],
  links: readonly string[],
): Promise<Set<string>> {
  const counted = new Set<string>()
  for (const leaf of await leavesAround(tx, months)) {
    const { rows } = await sql<{ linked: string }>`select distinct linked from ${sql.table(leaf)}
      where linked = any(${[...links]}::uuid[]) and status = 0 and direction = 3`.execute(tx)
    for (const { linked } of rows) counted.add(linked)
  }
  return counted
}
