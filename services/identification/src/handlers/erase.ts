import { type Bus, bucketSubject } from '@strowger/bus'
import { type Database, eraseOperation, type OutboxMessage } from '@strowger/database'
import { eraseDevices, policiesBucket, provisioningSecretsBucket } from '@strowger/schema'
import { deviceFromRow, messagesOf } from '../store/device-rows.ts'
import type { DevicesSchema } from '../store/tables.ts'

/** Everything of a tenant goes: its devices too, which a removal of the tenant would give back to the root tenant. */
export function answerErase(
  bus: Bus,
  parts: { database: Database<DevicesSchema>; applyLocal: (id: string, device: undefined) => void },
): void {
  const { database, applyLocal } = parts

  bus.reply(eraseDevices, async (input) => {
    const erased: string[] = []
    const erase = eraseOperation<DevicesSchema>({
      database,
      async more(tx, { tenant, dryRun }) {
        if (dryRun) return {}
        const devices = (await tx.selectFrom('device').selectAll().execute()).map(deviceFromRow)
        erased.push(...devices.map(({ id }) => id))
        const buckets = [policiesBucket, provisioningSecretsBucket]
        await tx.outbox.addMany([
          ...devices.flatMap((device) => messagesOf(device, 'deleted')),
          ...buckets.map(
            (bucket): OutboxMessage => ({
              subject: bucketSubject(bucket, tenant),
              payload: new Uint8Array(0),
              headers: { 'KV-Operation': 'DEL' },
            }),
          ),
        ])
        return {}
      },
    })
    const answer = await erase(input)
    for (const id of erased) applyLocal(id, undefined)
    return answer
  })
}
