import { bucketSubject } from '@strowger/bus'
import type { Database, OutboxMessage, Person, Selectable } from '@strowger/database'
import { Fault, type Policy, policiesBucket } from '@strowger/schema'
import type { DevicesSchema, PolicyTable } from './tables.ts'

function policyFromRow(row: Selectable<PolicyTable>): Policy {
  return { tenant: row.tenant_id, revision: Number(row.revision), nat: row.nat, addressChange: row.address_change }
}

export function policyMessage(policy: Policy): OutboxMessage {
  return { subject: bucketSubject(policiesBucket, policy.tenant), payload: policy }
}

export function writePolicy(
  database: Database<DevicesSchema>,
  writer: Person,
  change: { tenant: string; present: Policy; ifRevision: number | undefined },
): Promise<Policy> {
  const { tenant, present, ifRevision } = change
  return database.inTenants([tenant], { writer }, async (tx) => {
    const stored = await tx
      .selectFrom('policy')
      .select('revision')
      .where('tenant_id', '=', tenant)
      .forUpdate()
      .executeTakeFirst()
    const revision = Number(stored?.revision ?? 0)
    if (ifRevision !== undefined && ifRevision !== revision) {
      throw new Fault('stale-revision', { detail: `The policy is at revision ${revision}, not ${ifRevision}` })
    }
    const columns = { nat: present.nat, address_change: present.addressChange }
    const row = await tx
      .insertInto('policy')
      .values({ tenant_id: tenant, ...columns } as never)
      .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(columns))
      .returningAll()
      .executeTakeFirstOrThrow()
    const policy = policyFromRow(row)
    await tx.outbox.add(policyMessage(policy))
    return policy
  })
}

export { policyFromRow }
