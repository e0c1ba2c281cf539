import type { CopyRows } from '@strowger/database'
import { type CdrRecord, powerOfTen, type RatedCall, type RatedRun } from '@strowger/rating'
import { ratingReasons, ratingStatuses } from '@strowger/schema'
import { amountOf } from '../amounts.ts'

/** Ids as the database has them, for what the engine was given under composed ones. */
export interface Names {
  /** `<tenant>/<id>` without the tenant. */
  plain(id: string): string
  /** Version of a deck, by the id the engine knows it by; 0: none. */
  deckVersion(id: string): number
  /** What a row of a deck calls its destination. */
  destination(deck: string, row: number): string
}

const resultColumns = [
  'status',
  'reason',
  'flags',
  'detail',
  'direction',
  'node',
  'billable_node',
  'extension',
  'vendor',
  'plan',
  'prefix',
  'destination',
  'billed_ms',
  'free_ms',
  'currency',
  'cost_currency',
  'income',
  'cost',
  'margin',
  'income_deck',
  'income_row',
  'cost_deck',
  'cost_row',
  'levels',
] as const

export const callColumns = [
  'tenant_id',
  'at',
  'key',
  'revision',
  'content',
  'batch_id',
  'source',
  'native_block',
  'native_place',
  'answered_at',
  'duration_ms',
  'billable_ms',
  'disposition',
  'caller',
  'called',
  'dialled',
  'account',
  'channel',
  'trunk',
  'linked',
  'stated_cost',
  'raw_caller',
  'context',
  'ported',
  'stated_ms',
  'is_answered',
  'stated_direction',
  ...resultColumns,
]

export const reratedColumns = ['run_id', 'tenant_id', 'adjusts', 'at', 'key', 'revision', ...resultColumns]

export const statusNumbers = Object.fromEntries(ratingStatuses.map((name, place) => [name, place])) as Record<
  (typeof ratingStatuses)[number],
  number
>
export const reasonNumbers: Readonly<Record<string, number>> = Object.fromEntries(
  ratingReasons.map((name, place) => [name, place]),
)
export const directions = ['', 'outgoing', 'incoming', 'internal', 'system'] as const
const directionNumbers: Readonly<Record<string, number>> = Object.fromEntries(
  directions.map((name, place) => [name, place]),
)

/** Where a record lies: who it belongs to, under which key, in which batch and native block. */
export interface Place {
  readonly tenant: Uint8Array
  readonly atMs: number
  readonly keys: Uint8Array
  readonly keyOffset: number
  readonly revision: number
  /** Eight bytes of each record, at half of its place in `keys`. */
  readonly contents: Uint8Array
  readonly batch: number
  readonly source: string
  readonly block: number
  readonly inBlock: number
  readonly links: Uint8Array | undefined
  /** A later record of the same batch corrects it. */
  readonly isSuperseded: boolean
}

/** One row of `call`: the record and what it was rated to. */
export function writeCall(rows: CopyRows, place: Place, record: CdrRecord, rated: RatedCall, names: Names): void {
  rows.row(callColumns.length)
  rows.uuid(place.tenant, 0)
  rows.timestamp(place.atMs)
  rows.uuid(place.keys, place.keyOffset)
  rows.int4(place.revision)
  rows.int8At(place.contents, place.keyOffset >> 1)
  rows.int8(place.batch)
  rows.text(place.source)
  rows.int8(place.block)
  rows.int2(place.inBlock)
  if (Number.isNaN(record.answerMs)) rows.null()
  else rows.timestamp(record.answerMs)
  rows.int8(durationMs(record))
  rows.int8(rated.answeredS * 1_000)
  rows.textOrNull(record.disposition)
  rows.textOrNull(rated.caller)
  rows.textOrNull(rated.called)
  rows.textOrNull(record.called === rated.called ? '' : record.called)
  rows.textOrNull(record.account)
  rows.textOrNull(record.trunkIn)
  rows.textOrNull(record.trunkOut)
  if (place.links === undefined) rows.null()
  else rows.uuid(place.links, place.keyOffset)
  const stated = record.expectedCost === '' ? undefined : statedCost(record.expectedCost)
  if (stated === undefined) rows.null()
  else rows.int8(stated)
  rows.textOrNull(record.caller === rated.caller ? '' : record.caller)
  rows.textOrNull(record.context)
  rows.textOrNull(record.ported)
  if (Number.isNaN(record.answeredMs)) rows.null()
  else rows.int8(Math.round(record.answeredMs))
  rows.bool(record.isAnswered)
  rows.int2(directionNumbers[record.direction] ?? 0)
  writeResult(rows, rated, names, place.isSuperseded ? statusNumbers.superseded : statusNumbers[rated.status])
}

function durationMs({ startMs, endMs }: CdrRecord): number {
  const between = endMs - startMs
  return Number.isFinite(between) && between > 0 ? Math.round(between) : 0
}

function statedCost(text: string): bigint | undefined {
  try {
    return amountOf(text)
  } catch {
    return undefined
  }
}

/** One row of `rerated`; gives its bytes that say which call it is and what it was rated to. */
export function writeRerated(
  rows: CopyRows,
  place: {
    run: number
    tenant: Uint8Array
    atMs: number
    keys: Uint8Array
    keyOffset: number
    revision: number
    adjusts: boolean
  },
  rated: RatedCall,
  names: Names,
): Uint8Array {
  rows.row(reratedColumns.length)
  rows.int8(place.run)
  rows.uuid(place.tenant, 0)
  rows.bool(place.adjusts)
  const mark = rows.mark()
  rows.timestamp(place.atMs)
  rows.uuid(place.keys, place.keyOffset)
  rows.int4(place.revision)
  writeResult(rows, rated, names, statusNumbers[rated.status])
  return rows.since(mark)
}

function writeResult(rows: CopyRows, rated: RatedCall, names: Names, status: number): void {
  let income: RatedRun | undefined
  let cost: RatedRun | undefined
  let levels: RatedRun[] | undefined
  for (const run of rated.runs) {
    if (run.kind === 'cost') cost ??= run
    else if (run.level === 0) income ??= run
    else levels = [...(levels ?? []), run]
  }
  const named = income ?? cost
  rows.int2(status)
  rows.int2(reasonNumbers[rated.reason === '' ? 'none' : rated.reason] ?? 0)
  rows.int2(rated.flags)
  rows.textOrNull(plainPart(rated.part))
  rows.int2(directionNumbers[rated.direction] ?? 0)
  rows.textOrNull(names.plain(rated.owner))
  rows.textOrNull(names.plain(rated.billable))
  rows.textOrNull(rated.direction === 'incoming' ? rated.called : rated.caller)
  rows.textOrNull(cost === undefined ? '' : names.plain(cost.party))
  rows.textOrNull(income === undefined ? '' : names.plain(income.plan))
  rows.textOrNull(named?.prefix ?? '')
  rows.textOrNull(named === undefined ? '' : names.destination(named.deck, named.row))
  number(rows, income && income.billedS * 1_000)
  number(rows, income && income.includedS * 1_000)
  rows.textOrNull(income?.currency ?? '')
  rows.textOrNull(cost?.currency ?? '')
  number(rows, income && storedAmount(income.amount, income.scale))
  number(rows, cost && storedAmount(cost.amount, cost.scale))
  number(rows, rated.margin ?? undefined)
  number(rows, income && names.deckVersion(income.deck))
  if (income === undefined) rows.null()
  else rows.int4(income.row)
  number(rows, cost && names.deckVersion(cost.deck))
  if (cost === undefined) rows.null()
  else rows.int4(cost.row)
  if (levels === undefined) rows.null()
  else rows.jsonb(levels.map((run) => levelOf(run, names)))
}

const composed = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\//

/** What is wrong with a call, with ids as people know them. */
function plainPart(part: string): string {
  return part.length > 36 && composed.test(part) ? part.slice(37) : part
}

function levelOf(run: RatedRun, names: Names): object {
  return {
    level: run.level,
    node: names.plain(run.party),
    plan: names.plain(run.plan),
    deck: names.deckVersion(run.deck),
    row: run.row,
    currency: run.currency,
    amount: String(storedAmount(run.amount, run.scale)),
  }
}

function number(rows: CopyRows, value: number | bigint | undefined): void {
  if (value === undefined) rows.null()
  else rows.int8(value)
}

/** At the eight digits of the database, as a number where that is exact. */
export function storedAmount(amount: number, scale: number): number | bigint {
  const factor = powerOfTen(8 - scale)
  const value = amount * factor
  return Number.isSafeInteger(value) ? value : BigInt(amount) * BigInt(factor)
}
