import { type Database, sql, type Writer } from '@strowger/database'
import { type ListQuery, rootTenantId } from '@strowger/schema'
import { deviceFromRow, messagesOf } from './device-rows.ts'
import type { DeviceRow, DevicesSchema } from './tables.ts'

/** A device nobody has claimed, and when its phone was last heard of. */
export interface ExpiringRow extends DeviceRow {
  readonly seen_at: Date
}

/** Whose phones have not asked since, and which not to touch as they have a config of their own. */
export interface ExpiryTerms {
  readonly unseenSince: Date
  readonly configured: readonly string[]
}

const fromExpiring = ({ unseenSince, configured }: ExpiryTerms) => sql`
  from (
    select device.*, greatest(device.updated_at, "fetch".at, sighting.at) as seen_at from device
    left join "fetch" on "fetch".device_id = device.id left join sighting on sighting.device_id = device.id
    where device.tenant_id = ${rootTenantId}::uuid and device.added = 'auto' and device.config is null
      and device.description is null and device.options is null
  ) as candidate
  where seen_at < ${unseenSince} and id <> all(${[...configured]}::text[])`

const columns = { seenAt: sql`seen_at`, createdAt: sql`created_at`, mac: sql`mac`, ip: sql`ip` }

/** What of the list is wanted; the phones that have been silent for longest come first. */
export type ExpiringPage = ListQuery<keyof typeof columns>

export async function listExpiringDevices(
  database: Database<DevicesSchema>,
  terms: ExpiryTerms,
  { search, order = 'seenAt', direction = 'asc', limit = 100, offset = 0 }: ExpiringPage,
): Promise<{ rows: ExpiringRow[]; total: number }> {
  return database.inTenants([rootTenantId], {}, async (tx) => {
    const wanted = search?.toLowerCase() ?? ''
    const chosen = sql`${fromExpiring(terms)}
      and strpos(lower(concat_ws(' ', id, mac, ip, vendor, model)), ${wanted}) > 0`
    const ascending = direction === 'asc' ? sql`asc` : sql`desc`
    const { rows } = await sql<ExpiringRow>`
      select * ${chosen} order by ${columns[order]} ${ascending} nulls last, id ${ascending}
      limit ${limit} offset ${offset}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`select count(*)::int as total ${chosen}`.execute(tx)
    return { rows, total: counted[0]?.total ?? 0 }
  })
}

/**
 * Removes up to `limit` of them, with their events. Undefined when another replica is at it. A device whose phone asks
 * at this moment is either seen here or made anew afterwards.
 */
export async function removeExpiringDevices(
  database: Database<DevicesSchema>,
  writer: Writer,
  terms: ExpiryTerms,
  limit: number,
): Promise<string[] | undefined> {
  return database.inTenants([rootTenantId], { writer }, async (tx) => {
    const { rows: locks } = await sql<{ free: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended('expiry of devices', 7)) as free`.execute(tx)
    if (locks[0]?.free !== true) return undefined
    const { rows } = await sql<DeviceRow>`
      delete from device where id in (select id ${fromExpiring(terms)} order by seen_at, id limit ${limit})
      returning *`.execute(tx)
    await tx.outbox.addMany(rows.flatMap((row) => messagesOf(deviceFromRow(row), 'deleted')))
    return rows.map(({ id }) => id)
  })
}

/** When phones were last heard of; those of devices that are gone, or claimed by now, are left out. */
export async function storeSightings(
  database: Database<DevicesSchema>,
  devices: readonly string[],
  at: string,
): Promise<void> {
  await database.inTenants([rootTenantId], { writer: { kind: 'system' } }, async (tx) => {
    await sql`
      insert into sighting (device_id, tenant_id, at)
      select id, tenant_id, ${at}::timestamptz from device where id = any(${[...devices].sort()}::text[])
      order by id
      on conflict (device_id) do update set tenant_id = excluded.tenant_id, at = excluded.at`.execute(tx)
  })
}
