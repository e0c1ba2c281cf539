import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { defaultPolicy, getPolicy, type Policy, updatePolicy } from '@strowger/schema'
import { writePolicy } from '../store/policies.ts'
import type { DevicesSchema } from '../store/tables.ts'

export function answerPolicies(
  bus: Bus,
  parts: {
    database: Database<DevicesSchema>
    policies: { get(tenant: string): Policy | undefined; applyLocal(tenant: string, policy: Policy): void }
  },
): void {
  const { database, policies } = parts
  const present = (tenant: string): Policy => policies.get(tenant) ?? { ...defaultPolicy, tenant }

  bus.reply(getPolicy, async (_input, { context }) => present(personFrom(context).tenantId))

  bus.reply(updatePolicy, async ({ policy, ifRevision }, { context }) => {
    const writer = personFrom(context)
    const tenant = writer.tenantId
    const written = await writePolicy(database, writer, {
      tenant,
      present: { ...present(tenant), ...policy },
      ifRevision,
    })
    policies.applyLocal(tenant, written)
    return written
  })
}
