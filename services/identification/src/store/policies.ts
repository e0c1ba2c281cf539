import { bucketSubject } from '@strowger/bus'
import type { Database, OutboxMessage, Person, Selectable, TenantTransaction } from '@strowger/database'
import {
  type Policy,
  type ProvisioningSecret,
  policiesBucket,
  policyChanged,
  provisioningSecretsBucket,
  refuseStale,
} from '@strowger/schema'
import { instant } from './device-rows.ts'
import type { DevicesSchema, PolicyTable, ProvisioningSecretTable } from './tables.ts'

export function policyFromRow(row: Selectable<PolicyTable>): Policy {
  return {
    tenant: row.tenant_id,
    revision: Number(row.revision),
    nat: row.nat,
    addressChange: row.address_change,
    keys: row.keys,
    basicAuth: row.basic_auth,
    clientCertificate: row.client_certificate,
    allow: row.allow,
    consentHours: row.consent_hours,
    consentFrom: row.consent_from === null ? null : instant(row.consent_from),
    keyNumber: row.key_number,
    previousKeyUntil: row.previous_key_until === null ? null : instant(row.previous_key_until),
  }
}

export function policyMessage(policy: Policy): OutboxMessage {
  return { subject: bucketSubject(policiesBucket, policy.tenant), payload: policy }
}

export function policyChangedMessage(tenant: string, revision: number): OutboxMessage {
  return { subject: `${policyChanged.subject}.${tenant}`, payload: { tenant, revision } }
}

export function secretFromRow(row: Selectable<ProvisioningSecretTable>): ProvisioningSecret {
  return { tenant: row.tenant_id, revision: Number(row.revision), secret: row.secret }
}

export function secretMessage(secret: ProvisioningSecret): OutboxMessage {
  return { subject: bucketSubject(provisioningSecretsBucket, secret.tenant), payload: secret }
}

/** What files are made of: a change of it renders them again. */
const reachesFiles = ['keys', 'basicAuth'] as const

/** Writes what `change` makes of the present policy; `present` is that of a tenant without a row. */
export function writePolicy(
  database: Database<DevicesSchema>,
  writer: Person,
  parts: {
    tenant: string
    present: Policy
    change: (present: Policy) => Policy
    ifRevision?: number | undefined
    /** A sealed secret for a tenant that has none; undefined when it has. */
    newSecret: string | undefined
  },
): Promise<{ policy: Policy; secret: ProvisioningSecret | undefined }> {
  const { tenant, change, ifRevision, newSecret } = parts
  return database.inTenants([tenant], { writer }, async (tx) => {
    const stored = await tx
      .selectFrom('policy')
      .selectAll()
      .where('tenant_id', '=', tenant)
      .forUpdate()
      .executeTakeFirst()
    const revision = Number(stored?.revision ?? 0)
    refuseStale('The policy', revision, ifRevision)
    const before = stored ? policyFromRow(stored) : parts.present
    const wanted = change(before)
    const columns = {
      nat: wanted.nat,
      address_change: wanted.addressChange,
      keys: wanted.keys,
      basic_auth: wanted.basicAuth,
      client_certificate: wanted.clientCertificate,
      allow: wanted.allow,
      consent_hours: wanted.consentHours,
      consent_from: wanted.consentFrom,
      key_number: wanted.keyNumber,
      previous_key_until: wanted.previousKeyUntil,
    }
    const row = await tx
      .insertInto('policy')
      .values({ tenant_id: tenant, ...columns } as never)
      .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(columns as never))
      .returningAll()
      .executeTakeFirstOrThrow()
    const policy = policyFromRow(row)
    const secret = newSecret === undefined ? undefined : await keepSecret(tx, tenant, newSecret)
    if (secret) await tx.outbox.add(secretMessage(secret))
    await tx.outbox.add(policyMessage(policy))
    if (secret || reachesFiles.some((field) => before[field] !== policy[field])) {
      await tx.outbox.add(policyChangedMessage(tenant, policy.revision))
    }
    return { policy, secret }
  })
}

/** Written once; whoever was first has made it. */
async function keepSecret(
  tx: TenantTransaction<DevicesSchema>,
  tenant: string,
  secret: string,
): Promise<ProvisioningSecret> {
  await tx
    .insertInto('provisioning_secret')
    .values({ tenant_id: tenant, secret } as never)
    .onConflict((conflict) => conflict.column('tenant_id').doNothing())
    .execute()
  const row = await tx
    .selectFrom('provisioning_secret')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .executeTakeFirstOrThrow()
  return secretFromRow(row)
}
