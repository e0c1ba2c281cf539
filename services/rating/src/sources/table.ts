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
}

/**
 * Rows that were numbered earlier may be committed later than others: so far back it is read again each time. What is
 * stored already is found to be a repetition.
 */
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
  const { format, clock, signal, sliceRecords } = context
  const { table, column = 'id', pollMs = 1_000 } = settings
  if (format.kind !== 'row')
    throw new Fault('invalid-input', { detail: `${format.format.name} reads files and not rows` })
  const reader = format.format.open(format.settings)
  const by = quoted(column)
  let last = (stored as Cursor | null)?.last
  let seen = ''

  while (!signal.aborted) {
    const rows = await query<Record<string, unknown>>(
      settings,
      `select *, ${by}::text as "strowger cursor" from ${quotedTable(table)} where ${after(by, last)}
       order by ${by} limit ${sliceRecords + overlap.numbers}`,
    )
    const highest = rows.length === 0 ? '' : String(rows[rows.length - 1]?.['strowger cursor'])
    const state = `${highest} ${rows.length}`
    if (rows.length === 0 || state === seen) {
      await clock.sleep(pollMs, signal).catch(() => {})
      continue
    }
    const gathered = gather()
    for (const { 'strowger cursor': place, ...row } of rows) {
      try {
        const record = reader.row(row)
        if (record !== undefined) gathered.record(record)
      } catch (error) {
        if (!(error instanceof RecordFault)) throw error
        gathered.fault({
          line: 0,
          column: 0,
          reason: `row ${String(place)}: ${error.field} ${error.message}`,
          native: JSON.stringify(row).slice(0, 4_096),
        })
      }
    }
    for (const record of reader.overdue(clock.now())) gathered.record(record)
    yield {
      records: gathered.records,
      faults: gathered.faults,
      file: table,
      firstByte: 0,
      bytes: 0,
      sha256: '',
      cursor: { last: highest } satisfies Cursor,
    }
    seen = state
    last = highest
  }
}

function after(by: string, last: string | undefined): string {
  if (last === undefined) return 'true'
  if (/^\d{1,18}$/.test(last)) return `${by} > ${BigInt(last) - BigInt(overlap.numbers)}`
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
