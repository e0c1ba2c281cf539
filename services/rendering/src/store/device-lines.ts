import { sql, type TenantTransaction } from '@strowger/database'
import type { DeviceLines } from '@strowger/schema'
import type { ProvisioningSchema } from './tables.ts'

/**
 * Notes this state of a device’s lines; false when a newer one has been noted. Until the transaction ends, others that
 * come with a state of the same device wait: what is made of the newer one is written last.
 */
export async function isNewestState(tx: TenantTransaction<ProvisioningSchema>, lines: DeviceLines): Promise<boolean> {
  const { device, tenant, revision } = lines
  const { rows } = await sql`
    insert into device_lines (device_id, tenant_id, lines_revision) values (${device}, ${tenant}, ${revision})
    on conflict (device_id, tenant_id) do update set lines_revision = excluded.lines_revision
      where device_lines.lines_revision <= excluded.lines_revision
    returning device_id`.execute(tx)
  return rows.length > 0
}
