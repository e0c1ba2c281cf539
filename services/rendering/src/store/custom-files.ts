import { bucketSubject } from '@strowger/bus'
import {
  type Database,
  isUniqueViolation,
  type OutboxMessage,
  sql,
  type TenantTransaction,
  type Writer,
} from '@strowger/database'
import { type CustomFile, customFileChanged, customFilesBucket, Fault } from '@strowger/schema'
import type { CustomFileRow, ProvisioningSchema } from './tables.ts'

/** Which custom file is meant. */
export type CustomFilePlace = Pick<CustomFile, 'tenant' | 'plugin' | 'folder' | 'name'>

export function customFileKey({ tenant, plugin, folder, name }: CustomFilePlace): string {
  return `${tenant}/${plugin}/${folder}/${name}`
}

export function customFileFromRow(row: CustomFileRow): CustomFile {
  return {
    tenant: row.tenant_id,
    plugin: row.plugin,
    folder: row.folder,
    name: row.name,
    revision: Number(row.revision),
    content: row.content,
    at: new Date(row.updated_at).toISOString(),
  }
}

/** The read model first, then the event by which files are rendered again. */
export function messagesOfCustomFile(file: CustomFile, deleted: boolean): OutboxMessage[] {
  const subject = bucketSubject(customFilesBucket, customFileKey(file))
  const { tenant, plugin, folder, name, revision } = file
  return [
    deleted ? { subject, payload: new Uint8Array(0), headers: { 'KV-Operation': 'DEL' } } : { subject, payload: file },
    { subject: `${customFileChanged.subject}.${tenant}`, payload: { plugin, folder, name, revision, deleted } },
  ]
}

/** One of the changes of `changeCustomFiles`; `content` undefined removes the file. */
export interface CustomFileChange extends CustomFilePlace {
  readonly content: string | undefined
  readonly ifRevision?: number | undefined
}

/** Files of one tenant that are there for one plugin: more are refused, since every replica holds them in memory. */
const maxFiles = 500
const maxCharacters = 8_388_608

/** Writes and removes files of one tenant, all or none, as one change set. Answers those written. */
export async function changeCustomFiles(
  database: Database<ProvisioningSchema>,
  writer: Writer,
  tenant: string,
  changes: readonly CustomFileChange[],
): Promise<CustomFile[]> {
  try {
    return await database.inTenants([tenant], { writer }, async (tx) => {
      const written: CustomFile[] = []
      for (const change of changes) {
        const file = await changeOne(tx, change)
        if (file) written.push(file)
      }
      for (const plugin of new Set(written.map((file) => file.plugin))) await refuseTooMany(tx, tenant, plugin)
      return written
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new Fault('conflict', { detail: 'It was just added', cause: error })
    throw error
  }
}

async function changeOne(
  tx: TenantTransaction<ProvisioningSchema>,
  change: CustomFileChange,
): Promise<CustomFile | undefined> {
  const { tenant, plugin, folder, name, content, ifRevision } = change
  const row = await tx.selectFrom('custom_file').selectAll().where(isRowOf(change)).forUpdate().executeTakeFirst()
  const present = row && customFileFromRow(row)
  if (ifRevision !== undefined && present?.revision !== ifRevision)
    throw new Fault('stale-revision', { detail: `${name} is at revision ${present?.revision ?? 0}, not ${ifRevision}` })
  if (content === undefined) {
    if (present === undefined) throw new Fault('not-found', { detail: `This tenant has no custom file ${name}` })
    await tx.deleteFrom('custom_file').where(isRowOf(change)).execute()
    await tx.outbox.addMany(messagesOfCustomFile(present, true))
    return undefined
  }
  if (present?.content === content) return present
  const stored = present
    ? await tx
        .updateTable('custom_file')
        .set({ content })
        .where(isRowOf(change))
        .returningAll()
        .executeTakeFirstOrThrow()
    : await tx
        .insertInto('custom_file')
        .values({ tenant_id: tenant, plugin, folder, name, content })
        .returningAll()
        .executeTakeFirstOrThrow()
  const file = customFileFromRow(stored)
  await tx.outbox.addMany(messagesOfCustomFile(file, false))
  return file
}

/** Chooses the row of a file. */
function isRowOf({ tenant, plugin, folder, name }: CustomFilePlace) {
  return sql<boolean>`tenant_id = ${tenant} and plugin = ${plugin} and folder = ${folder} and name = ${name}`
}

async function refuseTooMany(tx: TenantTransaction<ProvisioningSchema>, tenant: string, plugin: string): Promise<void> {
  const { rows } = await sql<{ files: number; characters: number }>`
    select count(*)::int as files, coalesce(sum(length(content)), 0)::int as characters from custom_file
    where tenant_id = ${tenant} and plugin = ${plugin}`.execute(tx)
  const [{ files, characters } = { files: 0, characters: 0 }] = rows
  if (files <= maxFiles && characters <= maxCharacters) return
  throw new Fault('too-large', {
    detail: `A tenant may have ${maxFiles} custom files of ${maxCharacters} characters in all for one plugin`,
  })
}

/** All custom files of a tenant that is gone. */
export async function removeCustomFilesOf(
  database: Database<ProvisioningSchema>,
  tenant: string,
): Promise<CustomFile[]> {
  return database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    const rows = await tx.deleteFrom('custom_file').where('tenant_id', '=', tenant).returningAll().execute()
    const files = rows.map(customFileFromRow)
    await tx.outbox.addMany(files.flatMap((file) => messagesOfCustomFile(file, true)))
    return files
  })
}

/** One version that a person wrote; `before` and `after` are texts. */
export interface StoredVersion {
  readonly change: number
  readonly at: Date
  readonly actor: string
  readonly note: string | null
  readonly operation: 'insert' | 'update' | 'delete'
  readonly before: string | null
  readonly after: string | null
}

/** What people did to one file, newest first. @param scope tenants in whose name it may have been done */
export async function customFileVersions(
  database: Database<ProvisioningSchema>,
  scope: readonly string[],
  place: CustomFilePlace,
  page: { limit: number; offset: number; direction?: 'asc' | 'desc' | undefined },
): Promise<{ versions: StoredVersion[]; total: number }> {
  const { tenant, plugin, folder, name } = place
  return database.inTenants(scope, {}, async (tx) => {
    const key = JSON.stringify({ tenant_id: tenant, plugin, folder, name })
    const chosen = sql`row_change."table" = 'custom_file' and row_change.key = ${key}::jsonb`
    const { rows } = await sql<StoredVersion>`
      select change_set.id as change, at, actor, note, op as operation,
        before ->> 'content' as before, after ->> 'content' as after
      from row_change join change_set on change_set.id = row_change.set_id where ${chosen}
      order by row_change.id ${page.direction === 'asc' ? sql`asc` : sql`desc`} limit ${page.limit} offset ${page.offset}`.execute(
      tx,
    )
    const { rows: counted } = await sql<{ total: number }>`
      select count(*)::int as total from row_change where ${chosen}`.execute(tx)
    return { versions: rows, total: counted[0]?.total ?? 0 }
  })
}

export async function hasCustomFiles(
  database: Database<ProvisioningSchema>,
  tenants: readonly string[],
): Promise<boolean> {
  const row = await database.inTenants(tenants, {}, (tx) =>
    tx.selectFrom('custom_file').select('name').limit(1).executeTakeFirst(),
  )
  return row !== undefined
}
