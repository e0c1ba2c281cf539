import { type Database, type OutboxMessage, sql } from '@strowger/database'
import { deviceAutocreated, type FetchFact, rootTenantId } from '@strowger/schema'
import type { DevicesSchema } from './tables.ts'

/** What the security log is told of a device that asking has made, once its source is proved. */
export function autocreated(tenant: string, created: { address: string; device: string; at: string }): OutboxMessage {
  return { subject: `${deviceAutocreated.subject}.${tenant}`, payload: created }
}

/**
 * Phones have taken files: who takes a file over TFTP acknowledges it, and so has the address that it says. Devices
 * that were made by a request over TFTP are told to the security log now, each once.
 */
export async function tellOfProved(database: Database<DevicesSchema>, facts: readonly FetchFact[]): Promise<void> {
  const first = new Map<string, FetchFact>()
  for (const fact of facts) if (!first.has(fact.device)) first.set(fact.device, fact)
  if (first.size === 0) return
  await database.inTenants([rootTenantId], { writer: { kind: 'system' } }, async (tx) => {
    const { rows } = await sql<{ device_id: string }>`
      delete from unproven_device where device_id = any(${[...first.keys()]}::text[]) returning device_id`.execute(tx)
    const messages = rows.flatMap(({ device_id: device }) => {
      const fact = first.get(device)
      return fact === undefined ? [] : [autocreated(rootTenantId, { address: fact.address, device, at: fact.at })]
    })
    if (messages.length > 0) await tx.outbox.addMany(messages)
  })
}
