import { type Device, devicesBucket, renderedBucket } from '@strowger/schema'
import type { HouseRecords } from '@strowger/testkit'

interface DeviceRow {
  readonly id: string
  readonly revision: string
  readonly mac: string
  readonly ip: string
}

/**
 * What is not yet as it must be after a fault, in words: every device in PostgreSQL and in the read model the same,
 * with files rendered and a fetch recorded; nothing on its way any more. Empty when everything has caught up.
 */
export async function disagreements(records: HouseRecords): Promise<string[]> {
  const problems: string[] = []
  const rows = await records.sql<DeviceRow>('select id, revision, mac, ip from devices.device')
  const held = new Map((await records.bus.bucket(devicesBucket).entries()).map(({ key, value }) => [key, value]))
  if (rows.length !== held.size) problems.push(`${rows.length} devices in the table, ${held.size} in DEVICES`)
  for (const row of rows) {
    const shown = shownRow(held.get(row.id))
    if (shown !== `${row.revision} ${row.mac} ${row.ip}`)
      problems.push(`device ${row.id}: ${row.revision} ${row.mac} ${row.ip}, DEVICES has ${shown}`)
  }
  const rendered = new Map((await records.bus.bucket(renderedBucket).entries()).map(({ key, value }) => [key, value]))
  const files = await records.sql<{ device_id: string; revision: string }>(
    'select device_id, revision from provisioning.rendered',
  )
  const fileRevisions = new Map(files.map(({ device_id, revision }) => [device_id, Number(revision)]))
  const fetches = new Set(
    (await records.sql<{ device_id: string }>('select device_id from devices.fetch')).map(({ device_id }) => device_id),
  )
  for (const { id, mac } of rows) {
    const revision = rendered.get(id)?.revision
    if (revision === undefined) problems.push(`${mac} is not in RENDERED`)
    if (revision !== fileRevisions.get(id))
      problems.push(`${mac}: RENDERED ${revision}, table ${fileRevisions.get(id)}`)
    if (!fetches.has(id)) problems.push(`no fetch of ${mac} is recorded`)
  }
  for (const [schema, count] of Object.entries(await records.outboxes()))
    if (count > 0) problems.push(`${count} in the outbox of ${schema}`)
  for (const [reader, count] of Object.entries(await records.pending()))
    if (count > 0) problems.push(`${count} pending for ${reader}`)
  return problems
}

function shownRow(device: Device | undefined): string {
  return device === undefined ? 'nothing' : `${device.revision} ${device.mac} ${device.ip ?? null}`
}
