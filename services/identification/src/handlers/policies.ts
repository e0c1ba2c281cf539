import type { Bus } from '@strowger/bus'
import { type Database, type Person, personFrom } from '@strowger/database'
import {
  type Device,
  Fault,
  getPolicy,
  getTenantKey,
  type Policy,
  type ProvisioningSecret,
  refuseStale,
  replaceTenantKey,
  type StoredPolicy,
  updatePolicy,
  wholePolicy,
} from '@strowger/schema'
import { type Clock, newSecret, provisioningSecretAbout, type Seal, type TenantKeys } from '@strowger/service'
import { allowProblem } from '../allow-list.ts'
import { policyImpact } from '../policy-impact.ts'
import { writePolicy } from '../store/policies.ts'
import type { DevicesSchema } from '../store/tables.ts'

/** A read model whose own writes are seen at once. */
interface Written<Value> {
  get(tenant: string): Value | undefined
  applyLocal(tenant: string, value: Value): void
}

export function answerPolicies(
  bus: Bus,
  parts: {
    database: Database<DevicesSchema>
    policies: Written<StoredPolicy>
    secrets: Written<ProvisioningSecret>
    keysOf: (tenant: string) => TenantKeys | undefined
    seal: Seal | undefined
    clock: Pick<Clock, 'now'>
    devices: { values(): Iterable<Device> }
  },
): void {
  const { database, policies, secrets, keysOf, seal, clock, devices } = parts
  const present = (tenant: string): Policy => wholePolicy(policies.get(tenant), tenant)

  async function write(
    writer: Person & { tenantId: string },
    change: (before: Policy) => Policy,
    options: { ifRevision?: number | undefined; needsSecret: boolean },
  ): Promise<Policy> {
    const tenant = writer.tenantId
    const isMissing = options.needsSecret && secrets.get(tenant) === undefined
    const { policy, secret } = await writePolicy(database, writer, {
      tenant,
      present: present(tenant),
      change,
      ifRevision: options.ifRevision,
      newSecret: isMissing ? sealedSecret(tenant) : undefined,
    })
    if (secret) secrets.applyLocal(tenant, secret)
    policies.applyLocal(tenant, policy)
    return policy
  }

  function sealedSecret(tenant: string): string {
    if (seal === undefined) throw new Fault('internal', { internal: 'SEAL_KEYS_FILE must be given to make keys' })
    return seal.sealText(newSecret(32), provisioningSecretAbout(tenant))
  }

  function shownKey(tenant: string) {
    const { keyNumber, previousKeyUntil } = present(tenant)
    const key = keysOf(tenant)?.tenantKey(keyNumber)
    if (key === undefined) {
      throw new Fault('not-found', { detail: 'The tenant has no key: set keys of its policy to offered or required' })
    }
    return { key, number: keyNumber, previousUntil: previousKeyUntil }
  }

  bus.reply(getPolicy, async (_input, { context }) => present(personFrom(context).tenantId))

  bus.reply(updatePolicy, async ({ policy, ifRevision, dryRun }, { context }) => {
    const fields = (policy.allow ?? []).flatMap((entry, place) => {
      const problem = allowProblem(entry)
      return problem === undefined ? [] : [{ field: `/policy/allow/${place}`, problem }]
    })
    if (fields.length > 0) throw new Fault('invalid-input', { detail: 'The policy cannot be stored', fields })
    if (dryRun) {
      const before = present(personFrom(context).tenantId)
      refuseStale('The policy', before.revision, ifRevision)
      const after = changed(before, policy)
      return { ...after, applied: false, impact: policyImpact(before, after, policy, devices.values()) }
    }
    const isKeyed = [policy.keys, policy.basicAuth].some((use) => use !== undefined && use !== 'off')
    return write(personFrom(context), (before) => changed(before, policy), { ifRevision, needsSecret: isKeyed })
  })

  function changed(before: Policy, change: Partial<Policy>): Policy {
    const wanted = { ...before, ...change }
    const begins = before.consentHours === null && wanted.consentHours !== null
    return begins ? { ...wanted, consentFrom: new Date(clock.now()).toISOString() } : wanted
  }

  bus.reply(getTenantKey, async (_input, { context }) => shownKey(personFrom(context).tenantId))

  bus.reply(replaceTenantKey, async ({ graceHours = 0, ifRevision }, { context }) => {
    const writer = personFrom(context)
    const until = graceHours === 0 ? null : new Date(clock.now() + graceHours * 3_600_000).toISOString()
    const next = (before: Policy) => ({ ...before, keyNumber: before.keyNumber + 1, previousKeyUntil: until })
    await write(writer, next, { ifRevision, needsSecret: true })
    return shownKey(writer.tenantId)
  })
}
