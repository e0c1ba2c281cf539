import { setImmediate as nextTurn } from 'node:timers/promises'
import { bucketSubject } from '@strowger/bus'
import {
  type Database,
  isUniqueViolation,
  type OutboxMessage,
  type RevertedRow,
  sql,
  type TenantTransaction,
  type Writer,
} from '@strowger/database'
import { type DeviceLines, deviceLinesChanged, Fault } from '@strowger/schema'
import type { DeviceLinesOf } from '../device-lines.ts'
import { createLayer, documentKey, type Models, overlaid, type View, type Written } from '../models.ts'
import type { RefuseUndone } from '../undo-checks.ts'
import { type Documents, type Kind, kinds } from './kinds.ts'
import type { SipSchema } from './tables.ts'

/** A transaction in which documents are written. What was written shows in `view`. */
export interface Ledger {
  readonly tx: TenantTransaction<SipSchema>
  readonly view: View
  /** As the table has it now, locked until the end; what the models hold may be a moment old. */
  locked<K extends Kind>(kind: K, key: string): Promise<Documents[K] | undefined>
  /** The line that has this endpoint, and then the endpoint, both as `locked`. */
  lockEndpoint(uuid: string): Promise<void>
  insert<K extends Kind>(kind: K, columns: Readonly<Record<string, unknown>>): Promise<Documents[K]>
  /** As `insert`, in few statements; all rows have the same columns. Resolves to the documents in their order. */
  insertMany<K extends Kind>(kind: K, rows: readonly Readonly<Record<string, unknown>>[]): Promise<Documents[K][]>
  update<K extends Kind>(
    kind: K,
    document: Documents[K],
    columns: Readonly<Record<string, unknown>>,
  ): Promise<Documents[K]>
  remove<K extends Kind>(kind: K, document: Documents[K]): Promise<void>
  /** Takes a context for a tenant. @throws Fault `conflict` when it is another one’s. */
  claimContext(name: string | undefined, tenant: string, field: string): Promise<void>
}

export interface Ledgers {
  /**
   * Writes in one transaction; what it wrote is in the models when this resolves, and told to the house. `told` learns
   * which devices have other lines by it.
   */
  write<T>(
    writer: Writer,
    tenants: readonly string[],
    work: (ledger: Ledger) => Promise<T>,
    told?: (lines: readonly DeviceLines[]) => void,
  ): Promise<T>
  /** What an undo wrote: told to the house, within its transaction. */
  reverted(tx: TenantTransaction<SipSchema>, rows: readonly RevertedRow[]): Promise<void>
}

const rowsAtOnce = 250
const toldAtOnce = 1_000
const json = new Set(['sections', 'operations', 'options', 'hosts', 'keys'])

function columnsFrom(columns: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, value]) => [name, json.has(name) ? JSON.stringify(value) : value]),
  )
}

/** What the house is told of written documents. */
export function messagesOf(written: readonly Written[]): OutboxMessage[] {
  return written.map(({ kind, key, document }) => {
    const subject = bucketSubject(kinds[kind].bucket, key)
    return document === undefined
      ? { subject, payload: new Uint8Array(0), headers: { 'KV-Operation': 'DEL' } }
      : { subject, payload: document }
  })
}

export function createLedgers(parts: {
  database: Database<SipSchema>
  models: Models
  view: View
  deviceLines: DeviceLinesOf
  refuseUndone: RefuseUndone
}): Ledgers {
  const { database, models, view, deviceLines, refuseUndone } = parts

  /** Last in the transaction: documents, and the devices whose lines they change. */
  async function tell(tx: TenantTransaction<SipSchema>, written: readonly Written[], read: readonly Written[]) {
    const changes = deviceLines.changes(overlaid(view, read), overlaid(view, [...read, ...written]), written)
    const lines: DeviceLines[] = []
    if (changes.length > 0) {
      const { rows } = await sql<{ revision: number }>`select nextval('revision') as revision`.execute(tx)
      lines.push(...changes.map((change) => deviceLines.sealed(change, Number(rows[0]?.revision ?? 0))))
    }
    const events = lines.map((payload) => ({ subject: `${deviceLinesChanged.subject}.${payload.tenant}`, payload }))
    // An import tells of tens of thousands: others are answered in between.
    for (let at = 0; at < written.length; at += toldAtOnce)
      await tx.outbox.addMany(messagesOf(written.slice(at, at + toldAtOnce)))
    await tx.outbox.addMany(events)
    return lines
  }

  return {
    async write(writer, tenants, work, told) {
      const written: Written[] = []
      const read: Written[] = []
      const { result, lines } = await refusingTwins(() =>
        database.inTenants([...new Set(tenants)], { writer }, async (tx) => {
          const done = await work(createLedger(tx, view, written, read))
          return { result: done, lines: await tell(tx, written, read) }
        }),
      )
      for (const [index, { kind, key, document }] of written.entries()) {
        models[kind].applyLocal(key, document as never)
        if ((index + 1) % toldAtOnce === 0) await nextTurn()
      }
      told?.(lines)
      return result
    },
    async reverted(tx, rows) {
      const written = rows.flatMap(({ table, key, row }): Written[] => {
        if (!(table in kinds)) return []
        const kind = table as Kind
        const at = kinds[kind].key.map((column) => String(key[column])).join('/')
        return [{ kind, key: at, document: row === null ? undefined : kinds[kind].fromRow(row as never) } as Written]
      })
      refuseUndone(view, overlaid(view, written), written)
      await tell(tx, written, [])
    },
  }
}

function createLedger(tx: TenantTransaction<SipSchema>, view: View, written: Written[], read: Written[]): Ledger {
  const keysOf = (kind: Kind, key: string) => {
    const names = kinds[kind].key
    const values = names.length === 1 ? [key] : key.split('/')
    return sql.join(
      names.map((name, index) => sql`${sql.ref(name)} = ${values[index]}`),
      sql` and `,
    )
  }
  const layer = createLayer(view)
  const claimed = new Set<string>()
  const held = new Set<string>()
  const noteRead = <K extends Kind>(kind: K, key: string, row: unknown) => {
    const document = row === undefined || row === null ? undefined : kinds[kind].fromRow(row as never)
    held.add(`${kind} ${key}`)
    put(read, { kind, key, document } as Written)
    return document as Documents[K] | undefined
  }
  const put = (list: Written[], one: Written) => {
    list.push(one)
    layer.write(one)
  }
  const note = <K extends Kind>(kind: K, document: Documents[K]) => {
    put(written, { kind, key: documentKey(kind, document), document } as Written)
    return document
  }

  return {
    tx,
    view: layer,
    async locked(kind, key) {
      if (held.has(`${kind} ${key}`)) return layer.get(kind, key)
      const { rows } = await sql`select * from ${sql.table(kind)} where ${keysOf(kind, key)} for update`.execute(tx)
      return noteRead(kind, key, rows[0]) as never
    },
    async lockEndpoint(uuid) {
      const { rows } = await sql<{ line: { id: number } | null; endpoint: object | null }>`
        with line_of as materialized (select * from ${sql.table('line')} where endpoint = ${uuid}::uuid for update),
          itself as materialized (select * from ${sql.table('configuration')} where uuid = ${uuid}::uuid for update)
        select (select to_jsonb(line_of) from line_of) as line, (select to_jsonb(itself) from itself) as endpoint
      `.execute(tx)
      const { line, endpoint } = rows[0] ?? {}
      if (line) noteRead('line', String(line.id), line)
      noteRead('configuration', uuid, endpoint)
    },
    async insert(kind, columns) {
      const row = await tx
        .insertInto(kind as 'line')
        .values(columnsFrom(columns) as never)
        .returningAll()
        .executeTakeFirstOrThrow()
      return note(kind, kinds[kind].fromRow(row as never) as never)
    },
    async insertMany(kind, rows) {
      const documents: Documents[typeof kind][] = []
      for (let at = 0; at < rows.length; at += rowsAtOnce) {
        const stored = await tx
          .insertInto(kind as 'line')
          .values(rows.slice(at, at + rowsAtOnce).map(columnsFrom) as never)
          .returningAll()
          .execute()
        // PostgreSQL answers the rows of one `insert … values` in the order in which they were given.
        for (const row of stored) documents.push(note(kind, kinds[kind].fromRow(row as never) as never))
      }
      return documents
    },
    async update(kind, document, columns) {
      const row = await tx
        .updateTable(kind as 'line')
        .set(columnsFrom(columns) as never)
        .where(sql<boolean>`${keysOf(kind, documentKey(kind, document))}`)
        .returningAll()
        .executeTakeFirst()
      if (row === undefined) throw new Fault('not-found', { detail: 'It was removed meanwhile' })
      return note(kind, kinds[kind].fromRow(row as never) as never)
    },
    async remove(kind, document) {
      const key = documentKey(kind, document)
      await tx
        .deleteFrom(kind as 'line')
        .where(sql<boolean>`${keysOf(kind, key)}`)
        .execute()
      put(written, { kind, key, document: undefined } as Written)
    },
    async claimContext(name, tenant, field) {
      if (name === undefined || claimed.has(`${tenant} ${name}`)) return
      const { rows } = await sql<{ ours: boolean }>`select claim_context(${name}, ${tenant}::uuid) as ours`.execute(tx)
      if (rows[0]?.ours) {
        claimed.add(`${tenant} ${name}`)
        return
      }
      const problem = `the context ${name} belongs to another tenant: choose a name of your own`
      throw new Fault('conflict', { detail: problem, fields: [{ field, problem }] })
    },
  }
}

/** What a unique index of the tables means to who wrote. */
const twins: readonly [pattern: RegExp, detail: string][] = [
  [/taken_name/, 'This name is taken; names are unique among endpoints, templates and transports of all tenants'],
  [/provisioning_code/, 'This provisioning code is taken'],
  [/line_position/, 'The device has a line at this position already'],
  [/endpoint/, 'The endpoint belongs to another line or trunk'],
  [/extension_context/, 'This extension is in its context already'],
]

async function refusingTwins<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const constraint = String((error as { constraint?: string }).constraint ?? '')
    const [, detail = 'There is one already'] = twins.find(([pattern]) => pattern.test(constraint)) ?? []
    throw new Fault('conflict', { detail, cause: error })
  }
}
