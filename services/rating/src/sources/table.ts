import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { executeAsAdmin } from '@strowger/database'
import { RecordFault } from '@strowger/rating'
import { Fault } from '@strowger/schema'
import Type from 'typebox'
import type { Slice } from '../import/slice.ts'
import { gather, type ReadContext, type SourceKind } from './source-kind.ts'

const TableSettings = Type.Object({
  host: Type.String({ minLength: 1, maxLength: 255 }),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, default: 5432 })),
  database: Type.String({ minLength: 1, maxLength: 63 }),
  user: Type.String({ minLength: 1, maxLength: 63 }),
  passwordFile: Type.Optional(Type.String({ maxLength: 4096, description: 'File that holds the password' })),
  table: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_$]*(?:\\.[A-Za-z_][A-Za-z0-9_$]*)?$' }),
  column: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z_][A-Za-z0-9_$]*$',
      default: 'id',
      description: 'A column that rises: a serial number, or the time at which a row is written',
    }),
  ),
  pollMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 3_600_000, default: 1_000 })),
})
type TableSettings = Type.Static<typeof TableSettings>

interface Cursor {
  /** The highest value that was stored, as text. */
  readonly last: string
  /** That of the oldest row which waits for another, as an INVITE for its BYE: what follows it is read again. */
  readonly waiting?: string
}

/** Rows that were numbered earlier may be committed later than others: so far back it is read again each time. */
const overlap = { numbers: 500, time: '10 minutes' }

/** A table into which an exchange writes its records (cdr_pgsql, adaptive): read by a column that rises. */
export const tableSource: SourceKind<TableSettings> = {
  name: 'table',
  settings: TableSettings,
  read: readTable,
  async test(settings) {
    const [found] = await query<{ rows: string; last: string | null }>(
      settings,
      `select count(*)::text as rows, max(${quoted(settings.column ?? 'id')})::text as last from ${quotedTable(settings.table)}`,
    )
    return `${found?.rows ?? 0} rows, the last ${found?.last ?? 'of none'}`
  },
}

async function* readTable(settings: TableSettings, stored: unknown, context: ReadContext): AsyncGenerator<Slice> {
  const { format, clock, signal } = context
  const { table, pollMs = 1_000 } = settings
  if (format.kind !== 'row')
    throw new Fault('invalid-input', { detail: `${format.format.name} reads files and not rows` })
  const reader = format.format.open(format.settings)
  const cursor = stored as Cursor | null
  const rows = createNewRows(settings, cursor?.waiting ?? cursor?.last, context.sliceRecords)
  let last = cursor?.last
  /** What waited before a restart is not read again yet. */
  let isBehind = cursor?.waiting !== undefined

  while (!signal.aborted) {
    const gathered = gather()
    const found = await rows.next()
    for (const { place, row } of found) {
      const isKnown = cursor !== null && !isAfter(place, cursor.last)
      try {
        const record = reader.row(row, place)
        if (record !== undefined) gathered.record(record)
      } catch (error) {
        if (!(error instanceof RecordFault)) throw error
        // Before the restart it was a part of a record.
        if (error.isLone && isKnown) continue
        const reason = `row ${place}: ${error.field} ${error.message}`
        gathered.fault({ line: 0, column: 0, reason, native: JSON.stringify(row).slice(0, 4_096) })
      }
      if (last === undefined || isAfter(place, last)) last = place
    }
    // Not while older rows are read on, whose other parts are still to come.
    const overdue = found.length < context.sliceRecords ? reader.overdue(clock.now()) : []
    for (const record of overdue) gathered.record(record)
    if (found.length === 0 && overdue.length === 0) {
      await clock.sleep(pollMs, signal).catch(() => {})
      continue
    }
    const newest = found.at(-1)?.place
    isBehind &&= newest !== undefined && !isAfter(newest, cursor?.last ?? newest)
    const waiting = isBehind ? cursor?.waiting : reader.waitingSince
    yield {
      records: gathered.records,
      faults: gathered.faults,
      file: table,
      firstByte: 0,
      bytes: 0,
      sha256: '',
      cursor: { last: last ?? '', ...(waiting === undefined ? {} : { waiting }) } satisfies Cursor,
    }
  }
}

interface NewRow {
  readonly place: string
  readonly row: Record<string, unknown>
}

/** Rows that were not read before, or have changed since: those a little before the last are looked at once more. */
function createNewRows(settings: TableSettings, from: string | undefined, most: number) {
  const by = quoted(settings.column ?? 'id')
  let last = from
  let seen = new Set<string>()

  return {
    async next(): Promise<NewRow[]> {
      // However many were seen, there is room for others behind them.
      const rows = await query<Record<string, unknown>>(
        settings,
        `select *, ${by}::text as "strowger cursor" from ${quotedTable(settings.table)} where ${after(by, last)}
         order by ${by} limit ${most + seen.size}`,
      )
      const among = new Set<string>()
      const found: NewRow[] = []
      for (const { 'strowger cursor': place, ...row } of rows) {
        const digest = createHash('sha1')
          .update(`${place} ${JSON.stringify(row)}`)
          .digest('base64')
        if (!seen.has(digest)) found.push({ place: String(place), row })
        among.add(digest)
      }
      seen = among
      const highest = rows.at(-1)?.['strowger cursor']
      if (highest !== undefined) last = String(highest)
      return found
    },
  }
}

/** Numbers by their value, times as texts of one zone. */
function isAfter(place: string, other: string): boolean {
  return isNumber(place) && isNumber(other) ? BigInt(place) > BigInt(other) : place > other
}

function isNumber(place: string): boolean {
  return /^\d{1,18}$/.test(place)
}

function after(by: string, last: string | undefined): string {
  if (last === undefined) return 'true'
  if (isNumber(last)) return `${by} > ${BigInt(last) - BigInt(overlap.numbers)}`
  return `${by} > '${last.replaceAll("'", "''")}'::timestamptz - interval '${overlap.time}'`
}

async function query<Row extends object>(settings: TableSettings, text: string): Promise<Row[]> {
  const { host, port = 5432, database, user, passwordFile } = settings
  const password = passwordFile === undefined ? '' : readFileSync(passwordFile, 'utf8').trimEnd()
  try {
    return await executeAsAdmin({ host, port, database, user, password }, text)
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('unavailable', { detail: error instanceof Error ? error.message : String(error) })
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function quotedTable(table: string): string {
  return table.split('.').map(quoted).join('.')
}
