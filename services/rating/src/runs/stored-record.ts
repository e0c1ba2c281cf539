import { type CopiedRow, sql } from '@strowger/database'
import { type CdrRecord, flags } from '@strowger/rating'
import { directions } from '../import/call-row.ts'
import { uuidText } from '../import/record-key.ts'

/** What of a stored call its price depends on, and what it is rated to at present. Written over by the next one. */
export interface StoredCall {
  /** 16 bytes. */
  readonly key: Uint8Array
  readonly revision: number
  readonly atMs: number
  readonly source: string
  readonly status: number
  readonly reason: number
  readonly node: string
  readonly billableNode: string
  readonly currency: string
  /** Whole numbers of 0.00000001; null: none. */
  readonly income: number | bigint | null
  readonly cost: number | bigint | null
  /** Of an allowance; 0: nothing. */
  readonly freeMs: number
  /** Asked for; else it is read only as it uses the same allowances. */
  readonly inScope: boolean
  /** The record as its source gave it, as far as its price depends on it. */
  readonly record: CdrRecord
}

const columns = [
  'key',
  'revision',
  'at',
  'source',
  'answered_at',
  'duration_ms',
  'caller',
  'raw_caller',
  'called',
  'dialled',
  'account',
  'channel',
  'trunk',
  'context',
  'ported',
  'linked',
  'stated_ms',
  'is_answered',
  'stated_direction',
  'disposition',
  'flags',
  'status',
  'reason',
  'node',
  'billable_node',
  'currency',
  'income',
  'cost',
  'free_ms',
] as const

/** What is selected of `present_call`, and by which place each is asked for; whether it is in scope stands behind. */
export const storedCallColumns = sql.join(columns.map((column) => sql.ref(column)))
export const storedCallFields = columns.length + 1
const place = Object.fromEntries(columns.map((column, index) => [column, index])) as Record<
  (typeof columns)[number],
  number
>

/** Flags that the record itself has, and not its rating: what its local times left open, and what was cut. */
const ownFlags = 1 | 2 | 32

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/**
 * A class, because an object with a getter of its own is a dictionary for V8: each of its fields would be looked up by
 * name, ten times with every call that is rated again.
 */
class StoredRecord implements Writable<CdrRecord> {
  link = ''
  caller = ''
  called = ''
  ported = ''
  account = ''
  trunkIn = ''
  trunkOut = ''
  context = ''
  startMs = Number.NaN
  answerMs = Number.NaN
  endMs = Number.NaN
  answeredMs = Number.NaN
  isAnswered = false
  disposition = ''
  expectedCost = ''
  direction: CdrRecord['direction'] = ''
  flags = 0
  native = ''
  line = 0
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** Only what is wrong with a call names it: the text is made when it is asked for. */
  get key(): string {
    return uuidText(this.#key, 0)
  }
}

/** Likewise a class. Whose a call was is asked for by few: these texts are made when they are. */
class StoredCallOfRow implements StoredCall {
  readonly key = Buffer.alloc(16)
  revision = 0
  atMs = 0
  source = ''
  status = 0
  reason = 0
  currency = ''
  income: number | bigint | null = null
  cost: number | bigint | null = null
  freeMs = 0
  inScope = true
  readonly record = new StoredRecord(this.key)
  row: CopiedRow | undefined

  get node(): string {
    return this.row?.text(place.node) ?? ''
  }

  get billableNode(): string {
    return this.row?.text(place.billable_node) ?? ''
  }
}

/** Makes the stored call of a row, always the same object. */
export function createStoredCalls(): (row: CopiedRow) => StoredCall {
  const call = new StoredCallOfRow()
  const { key, record } = call

  return (row) => {
    const atMs = row.timestampMs(place.at)
    call.row = row
    row.uuid(place.key, key)
    call.revision = row.int(place.revision)
    call.atMs = atMs
    call.source = row.text(place.source)
    call.status = row.int(place.status)
    call.reason = row.int(place.reason)
    call.currency = row.text(place.currency)
    call.income = row.int8(place.income)
    call.cost = row.int8(place.cost)
    call.freeMs = Number(row.int8(place.free_ms) ?? 0)
    call.inScope = row.bool(columns.length)
    // The same for all of one call is all that is asked of a link here: whether it was counted is known.
    record.link = row.isNull(place.linked) ? '' : 'linked'
    record.caller = row.text(row.isNull(place.raw_caller) ? place.caller : place.raw_caller)
    record.called = row.text(row.isNull(place.dialled) ? place.called : place.dialled)
    record.ported = row.text(place.ported)
    record.account = row.text(place.account)
    record.trunkIn = row.text(place.channel)
    record.trunkOut = row.text(place.trunk)
    record.context = row.text(place.context)
    record.startMs = atMs
    record.answerMs = row.timestampMs(place.answered_at)
    const stored = row.int(place.flags)
    record.endMs = (stored & flags.no_end) === 0 ? atMs + Number(row.int8(place.duration_ms)) : Number.NaN
    record.answeredMs = row.isNull(place.stated_ms) ? Number.NaN : Number(row.int8(place.stated_ms))
    record.isAnswered = row.bool(place.is_answered)
    record.direction = directions[row.int(place.stated_direction)] ?? ''
    record.disposition = row.text(place.disposition)
    record.flags = stored & ownFlags
    return call
  }
}
