import { type Database, sql } from '@strowger/database'
import type { DeviceLines } from '@strowger/schema'
import type { ProvisioningSchema } from './tables.ts'

/** Notes this state of a device’s lines; false when a newer one has been noted. */
export function isNewestState(database: Database<ProvisioningSchema>, lines: DeviceLines): Promise<boolean> {
  const { device, tenant, revision } = lines
  return database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    const { rows } = await sql`
      insert into device_lines (device_id, tenant_id, lines_revision) values (${device}, ${tenant}, ${revision})
      on conflict (device_id) do update set lines_revision = excluded.lines_revision
        where device_lines.lines_revision <= excluded.lines_revision
      returning device_id`.execute(tx)
    return rows.length > 0
  })
}
