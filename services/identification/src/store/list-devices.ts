import { type Database, sql } from '@strowger/database'
import type { DeviceRow, DevicesSchema } from './tables.ts'

export interface DeviceFilter {
  readonly search?: string
  readonly mac?: string
  readonly ip?: string
  readonly vendor?: string
  readonly model?: string
  readonly plugin?: string
  readonly isNew?: boolean
}

/** A device with what it last fetched, as stored. */
export interface DeviceRecord extends DeviceRow {
  fetch: {
    revision: number
    digest: string | null
    file: string
    transport: 'http' | 'tftp'
    address: string
    at: string
  } | null
}

const searched = ['id', 'mac', 'ip', 'sn', 'vendor', 'model', 'version', 'plugin', 'description'] as const
const orders = {
  ip: sql`case when device.ip ~ '^[0-9a-fA-F.:]+$' then device.ip::inet end`,
  mac: sql`device.mac`,
  vendor: sql`device.vendor`,
  model: sql`device.model`,
  version: sql`device.version`,
  plugin: sql`device.plugin`,
  createdAt: sql`device.created_at`,
}
export type DeviceOrder = keyof typeof orders

const fetchColumn = sql`(select to_jsonb("fetch") - 'device_id' - 'tenant_id' from "fetch" where "fetch".device_id = device.id) as fetch`

/** A page of the devices of these tenants, and how many there are in all. */
export async function listDevices(
  database: Database<DevicesSchema>,
  tenants: readonly string[],
  options: {
    filter: DeviceFilter
    order: DeviceOrder
    direction: 'asc' | 'desc'
    limit: number
    offset: number
    rootTenant: string
  },
): Promise<{ rows: DeviceRecord[]; total: number }> {
  const { filter, order, direction, limit, offset } = options
  const conditions = [sql<boolean>`device.tenant_id = any(${[...tenants]}::uuid[])`]
  for (const column of ['mac', 'ip', 'vendor', 'model', 'plugin'] as const) {
    const wanted = filter[column]
    if (wanted !== undefined) conditions.push(sql<boolean>`${sql.ref(`device.${column}`)} = ${wanted}`)
  }
  if (filter.isNew !== undefined) {
    conditions.push(sql<boolean>`(device.tenant_id = ${options.rootTenant}) = ${filter.isNew}`)
  }
  if (filter.search !== undefined) {
    const pattern = `%${filter.search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`
    const parts = searched.map((column) => sql<boolean>`${sql.ref(`device.${column}`)} ilike ${pattern}`)
    conditions.push(sql<boolean>`(${sql.join(parts, sql` or `)})`)
  }
  const where = sql.join(conditions, sql` and `)
  const by = sql`${orders[order]} ${direction === 'desc' ? sql`desc` : sql`asc`} nulls last, device.id`
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<DeviceRecord>`
      select device.*, ${fetchColumn} from device where ${where} order by ${by} limit ${limit} offset ${offset}`.execute(
      tx,
    )
    const { rows: counted } = await sql<{
      total: number
    }>`select count(*)::int as total from device where ${where}`.execute(tx)
    return { rows, total: counted[0]?.total ?? 0 }
  })
}

/**
 * Those of the devices that are there and in these tenants, by id. Each is looked for alone: while PostgreSQL has not yet
 * counted what was just added, it would take a tenant for small and read all devices of it.
 */
export async function readDevices(
  database: Database<DevicesSchema>,
  tenants: readonly string[],
  ids: readonly string[],
): Promise<Map<string, DeviceRecord>> {
  const rows = await database.readInTenants<DeviceRecord>(
    tenants,
    sql`select device.*, ${fetchColumn} from unnest(${[...ids]}::text[]) wanted (id) cross join lateral (
      select * from device where device.id = wanted.id and device.tenant_id = any(${[...tenants]}::uuid[]) offset 0
    ) device`,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

export async function readDevice(
  database: Database<DevicesSchema>,
  tenants: readonly string[],
  id: string,
): Promise<DeviceRecord | undefined> {
  return (await readDevices(database, tenants, [id])).get(id)
}
