import { bucketSubject } from '@strowger/bus'
import type { Database, OutboxMessage, RevertedRow, Selectable, TenantTransaction } from '@strowger/database'
import { floodBucket, policiesBucket, rootTenantId } from '@strowger/schema'
import { deviceFromRow, messagesOf } from './device-rows.ts'
import { floodKey, floodLimitsFromRow, floodMessage } from './flood-limits.ts'
import { policyChangedMessage, policyFromRow, policyMessage, secretFromRow, secretMessage } from './policies.ts'
import type { DeviceRow, DevicesSchema, FloodLimitsTable, PolicyTable } from './tables.ts'

const whatOf = { insert: 'created', update: 'updated', delete: 'deleted' } as const

/** What the house is told when an undo wrote these rows. */
export async function publishReverted(
  tx: TenantTransaction<DevicesSchema>,
  rows: readonly RevertedRow[],
): Promise<void> {
  await tx.outbox.addMany(rows.flatMap(messagesOfReverted))
}

function messagesOfReverted({ table, op, key, row }: RevertedRow): OutboxMessage[] {
  if (table === 'policy') {
    const tenant = String(key['tenant_id'])
    if (row) {
      const policy = policyFromRow(row as unknown as Selectable<PolicyTable>)
      return [policyMessage(policy), policyChangedMessage(tenant, policy.revision)]
    }
    // Removed, not set to the defaults: readers drop a revision lower than the one they hold.
    const subject = bucketSubject(policiesBucket, tenant)
    return [
      { subject, payload: new Uint8Array(0), headers: { 'KV-Operation': 'DEL' } },
      policyChangedMessage(tenant, 0),
    ]
  }
  if (table === 'flood_limits') {
    if (row) return [floodMessage(floodLimitsFromRow(row as unknown as Selectable<FloodLimitsTable>))]
    const subject = bucketSubject(floodBucket, floodKey)
    return [{ subject, payload: new Uint8Array(0), headers: { 'KV-Operation': 'DEL' } }]
  }
  const present = row as unknown as DeviceRow | null
  const gone = {
    id: String(key['id']),
    tenant_id: rootTenantId,
    revision: Number.MAX_SAFE_INTEGER,
    added: 'auto' as const,
  }
  return messagesOf(deviceFromRow(present ?? gone), whatOf[op])
}

/** Puts everything into the read models again: for a bucket that is empty though the tables are not. */
export async function publishAll(database: Database<DevicesSchema>, tenants: readonly string[]): Promise<number> {
  let count = 0
  for (const tenant of tenants) {
    count += await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
      const devices = (await tx.selectFrom('device').selectAll().execute()).map(deviceFromRow)
      const policies = (await tx.selectFrom('policy').selectAll().execute()).map(policyFromRow)
      const limits = (await tx.selectFrom('flood_limits').selectAll().execute()).map(floodLimitsFromRow)
      const secrets = (await tx.selectFrom('provisioning_secret').selectAll().execute()).map(secretFromRow)
      // Only the read model: nothing happened to these devices.
      await tx.outbox.addMany([
        ...limits.map(floodMessage),
        ...devices.flatMap((device) => messagesOf(device, 'updated').slice(0, 1)),
        ...policies.map(policyMessage),
        ...secrets.map(secretMessage),
      ])
      return devices.length + policies.length
    })
  }
  return count
}
