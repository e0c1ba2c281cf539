import { bucketSubject } from '@strowger/bus'
import type { OutboxMessage } from '@strowger/database'
import { type Device, deviceCreated, deviceDeleted, devicesBucket, deviceUpdated } from '@strowger/schema'
import type { DeviceRow } from './tables.ts'

const optionalColumns = [
  'mac',
  'ip',
  'sn',
  'uuid',
  'vendor',
  'model',
  'version',
  'plugin',
  'config',
  'description',
  'options',
] as const

/** The document of a row: columns without value are absent. */
export function deviceFromRow(
  row: Pick<DeviceRow, 'id' | 'tenant_id' | 'revision' | 'added'> & Partial<DeviceRow>,
): Device {
  const device: Record<string, unknown> = {
    id: row.id,
    tenant: row.tenant_id,
    revision: Number(row.revision),
    added: row.added,
  }
  for (const column of optionalColumns) if (row[column] != null) device[column] = row[column]
  if (row.key_number) device['keyNumber'] = row.key_number
  if (row.consent_at) device['consentAt'] = instant(row.consent_at)
  if (row.first_boot_address && row.first_boot_until) {
    device['firstBoot'] = { address: row.first_boot_address, until: instant(row.first_boot_until) }
  }
  return device as Device
}

/** Rows that an undo brought back have their moments as text. */
export function instant(moment: Date | string): string {
  return new Date(moment).toISOString()
}

const events = { created: deviceCreated, updated: deviceUpdated, deleted: deviceDeleted }

/** What the house is told of a device that was written: the read model first, then the event. */
export function messagesOf(device: Device, what: keyof typeof events): OutboxMessage[] {
  const key = bucketSubject(devicesBucket, device.id)
  return [
    what === 'deleted'
      ? { subject: key, payload: new Uint8Array(0), headers: { 'KV-Operation': 'DEL' } }
      : { subject: key, payload: device },
    { subject: `${events[what].subject}.${device.tenant}`, payload: { device } },
  ]
}
