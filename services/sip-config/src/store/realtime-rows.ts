import { createHash } from 'node:crypto'
import { markAttribute } from '@strowger/asterisk'
import { type Database, sql } from '@strowger/database'
import type { DesiredObject, ObjectType } from '../desired-object.ts'

/** Tables that Asterisk reads by itself, by type of object. */
export const realtimeTables = {
  endpoint: 'ps_endpoints',
  auth: 'ps_auths',
  aor: 'ps_aors',
  identify: 'ps_endpoint_id_ips',
} as const satisfies Partial<Record<ObjectType, string>>
export type RealtimeType = keyof typeof realtimeTables

/** Objects as rows, for an Asterisk with the profile `realtime`. */
export interface RealtimeRows {
  /** Puts the object in the place of what was there. Resolves to what `fingerprint` answers then. */
  put(object: DesiredObject & { readonly type: RealtimeType }): Promise<string>
  delete(type: RealtimeType, id: string): Promise<void>
  /** Of the row that is there; empty when there is none. */
  fingerprint(type: RealtimeType, id: string): Promise<string>
  /** Digest by id. */
  digests(type: RealtimeType): Promise<ReadonlyMap<string, string>>
}

/** Options that may stand several times are one column: Asterisk parts it at semicolons, and reads `^3B` for one. */
function columnsOf({ fields, digest }: DesiredObject): Map<string, string> {
  const columns = new Map<string, string>()
  for (const [option, value] of fields) {
    const text = value.replaceAll('^', '^5E').replaceAll(';', '^3B')
    const before = columns.get(option)
    columns.set(option, before === undefined ? text : `${before};${text}`)
  }
  return columns.set(markAttribute, digest)
}

// biome-ignore lint/suspicious/noExplicitAny: rows of any service's schema; the statements name their own tables
export function createRealtimeRows(database: Pick<Database<any>, 'db'>): RealtimeRows {
  const { db } = database
  const columnsIn = new Map<RealtimeType, Promise<readonly string[]>>()

  /** Names of a table's columns, read once. */
  function known(type: RealtimeType): Promise<readonly string[]> {
    const reading =
      columnsIn.get(type) ??
      sql<{ name: string }>`select attname as name from pg_attribute where attrelid = ${realtimeTables[type]}::regclass
        and attnum > 0 and not attisdropped`
        .execute(db)
        .then(({ rows }) => rows.map(({ name }) => name))
    reading.catch(() => columnsIn.delete(type))
    columnsIn.set(type, reading)
    return reading
  }

  return {
    async put(object) {
      const given = columnsOf(object)
      const all = (await known(object.type)).filter((name) => name !== 'id')
      const strange = [...given.keys()].filter((name) => !name.startsWith('@') && !all.includes(name))
      if (strange.length > 0) throw new RangeError(`there is no column for ${strange.join(', ')}`)
      const names = sql.join(all.map((name) => sql.id(name)))
      const values = sql.join(all.map((name) => sql`${given.get(name) ?? null}`))
      const changes = sql.join(all.map((name) => sql`${sql.id(name)} = excluded.${sql.id(name)}`))
      const table = sql.id(realtimeTables[object.type])
      const { rows } = await sql<{
        row: unknown
      }>`insert into ${table} as stored (id, ${names}) values (${object.id}, ${values})
        on conflict (id) do update set ${changes} returning to_jsonb(stored) as row`.execute(db)
      return printOf(rows[0]?.row)
    },
    async delete(type, id) {
      await sql`delete from ${sql.id(realtimeTables[type])} where id = ${id}`.execute(db)
    },
    async fingerprint(type, id) {
      const { rows } = await sql<{
        row: unknown
      }>`select to_jsonb(stored) as row from ${sql.id(realtimeTables[type])} as stored
        where id = ${id}`.execute(db)
      return rows[0] === undefined ? '' : printOf(rows[0].row)
    },
    async digests(type) {
      const { rows } = await sql<{ id: string; digest: string }>`select id, ${sql.id(markAttribute)} as digest
        from ${sql.id(realtimeTables[type])}`.execute(db)
      return new Map(rows.map(({ id, digest }) => [id, digest]))
    },
  }
}

const printOf = (row: unknown) => createHash('sha1').update(JSON.stringify(row)).digest('base64')
