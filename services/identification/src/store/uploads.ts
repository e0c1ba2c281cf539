import { type Database, sql } from '@strowger/database'
import type { DevicesSchema } from './tables.ts'

/** What a phone has sent, without its content. */
export interface UploadRow {
  readonly id: string
  readonly device_id: string
  readonly file: string
  readonly content_type: string | null
  readonly address: string
  readonly size: number
  readonly at: Date
}

const columns = ['id', 'device_id', 'file', 'content_type', 'address', 'size', 'at'] as const
/** Of one device; further ones put the oldest out. */
const maxKept = 50
const maxAgeDays = 30

export async function isKeeping(database: Database<DevicesSchema>, tenant: string, device: string): Promise<boolean> {
  const rows = await database.inTenants([tenant], {}, (tx) =>
    tx
      .selectFrom('upload_keeping')
      .select('device_id')
      .where('device_id', '=', device)
      .where('until', '>', sql<Date>`now()`)
      .execute(),
  )
  return rows.length > 0
}

export async function keepUntil(
  database: Database<DevicesSchema>,
  tenant: string,
  device: string,
  until: string,
): Promise<void> {
  await database.inTenants([tenant], { writer: { kind: 'system' } }, (tx) =>
    tx
      .insertInto('upload_keeping')
      .values({ device_id: device, tenant_id: tenant, until: until as never })
      .onConflict((conflict) => conflict.column('device_id').doUpdateSet({ tenant_id: tenant, until: until as never }))
      .execute(),
  )
}

export async function removeUploads(database: Database<DevicesSchema>, tenant: string, device: string): Promise<void> {
  await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    await tx.deleteFrom('upload_keeping').where('device_id', '=', device).execute()
    await tx.deleteFrom('upload').where('device_id', '=', device).execute()
  })
}

/** Stores one; what is beyond the number kept of a device, or too old, goes. */
export async function insertUpload(
  database: Database<DevicesSchema>,
  tenant: string,
  upload: Omit<UploadRow, 'at'> & { content: Uint8Array },
): Promise<void> {
  await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    await tx
      .insertInto('upload')
      .values({ ...upload, tenant_id: tenant, content: Buffer.from(upload.content) })
      .execute()
    await sql`
      delete from upload where device_id = ${upload.device_id} and (
        at < now() - ${maxAgeDays} * interval '1 day'
        or id not in (select id from upload where device_id = ${upload.device_id} order by at desc, id limit ${maxKept}))`.execute(
      tx,
    )
  })
}

export async function listUploads(
  database: Database<DevicesSchema>,
  tenant: string,
  device: string,
): Promise<{ until: Date | undefined; rows: UploadRow[] }> {
  return database.inTenants([tenant], {}, async (tx) => {
    const keeping = await tx
      .selectFrom('upload_keeping')
      .select('until')
      .where('device_id', '=', device)
      .where('until', '>', sql<Date>`now()`)
      .executeTakeFirst()
    const rows = await tx
      .selectFrom('upload')
      .select(columns)
      .where('device_id', '=', device)
      .orderBy('at', 'desc')
      .execute()
    return { until: keeping?.until, rows }
  })
}

export async function readUpload(
  database: Database<DevicesSchema>,
  tenant: string,
  device: string,
  id: string,
): Promise<(UploadRow & { content: Buffer }) | undefined> {
  return database.inTenants([tenant], {}, (tx) =>
    tx
      .selectFrom('upload')
      .select([...columns, 'content'])
      .where('device_id', '=', device)
      .where('id', '=', id)
      .executeTakeFirst(),
  )
}

/** Everything whose time is over, of these tenants. */
export async function removeOldUploads(database: Database<DevicesSchema>, tenants: readonly string[]): Promise<void> {
  await database.inTenants(tenants, { writer: { kind: 'system' } }, async (tx) => {
    await sql`delete from upload where at < now() - ${maxAgeDays} * interval '1 day'`.execute(tx)
    await sql`delete from upload_keeping where until < now()`.execute(tx)
  })
}
