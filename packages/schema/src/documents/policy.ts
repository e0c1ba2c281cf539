import Type from 'typebox'
import { Instant, Revision, rootTenantId, TenantId } from '../identity.ts'

const credential = (what: string) =>
  Type.Enum(['off', 'offered', 'required'], {
    description: `${what}. off: not used; offered: files carry it already, and a request without it is still served; required: nothing is served without it`,
  })

/** What an administrator may write of a policy. */
const writable = {
  nat: Type.Boolean({
    description: 'Several phones may share one address: none of them takes it from another, and it proves nothing',
  }),
  addressChange: Type.Enum(['allow', 'refuse'], {
    description:
      'May a file that only its name claims be fetched from an address that was never seen with its device? Never once keys are required',
  }),
  keys: credential('Provisioning keys: the first part of the path of every URL, one of its own for each device'),
  basicAuth: credential('A user name and password of its own for each device (HTTP basic authentication, RFC 7617)'),
  clientCertificate: Type.Enum(['off', 'required'], {
    description: 'required: only over HTTPS, to a phone whose certificate was made out to its MAC address',
  }),
  allow: Type.Array(Type.String({ minLength: 2, maxLength: 49 }), {
    maxItems: 256,
    description: 'Addresses and networks (192.0.2.0/24, 2001:db8::/32) whose requests are answered; empty: all',
  }),
  consentHours: Type.Union([Type.Integer({ minimum: 1, maximum: 87_600 }), Type.Null()], {
    description:
      'Hours after which the files of a device that may hold credentials are given no more, until an administrator consents again; null: for ever',
  }),
}

const given = {
  keyNumber: Type.Integer({ minimum: 0, description: 'How often the key of the tenant was replaced' }),
  previousKeyUntil: Type.Union([Instant, Type.Null()], {
    description: 'Until when the key of the tenant before the present one is good, too',
  }),
  consentFrom: Type.Union([Instant, Type.Null()], {
    description: 'When consentHours began to count for devices that were there already',
  }),
}

/** How phones of a tenant are treated. A tenant without one has the defaults. */
export const Policy = Type.Object({ tenant: TenantId, revision: Revision, ...writable, ...given })
export type Policy = Type.Static<typeof Policy>

/** As the read model holds it: what was not known when it was written is absent. */
export const StoredPolicy = Type.Object({
  tenant: TenantId,
  revision: Revision,
  ...Type.Partial(Type.Object({ ...writable, ...given })).properties,
})
export type StoredPolicy = Type.Static<typeof StoredPolicy>

export const PolicyChange = Type.Partial(Type.Object(writable))
export type PolicyChange = Type.Static<typeof PolicyChange>

/** What another policy would mean to the phones that there are. */
export const PolicyImpact = Type.Object({
  changes: Type.Array(Type.Object({ field: Type.String(), before: Type.Unknown(), after: Type.Unknown() }), {
    description: 'What would be another value',
  }),
  devices: Type.Integer({ minimum: 0, description: 'Of the tenant' }),
  rendered: Type.Integer({
    minimum: 0,
    description: 'Of these, whose files would be others: keys or passwords come or go',
  }),
  outside: Type.Integer({ minimum: 0, description: 'Of these, last seen at an address that `allow` would not answer' }),
})
export type PolicyImpact = Type.Static<typeof PolicyImpact>

/** Open: a phone that is plugged in is served. */
export const defaultPolicy: Omit<Policy, 'tenant'> = {
  revision: 0,
  nat: false,
  addressChange: 'allow',
  keys: 'off',
  basicAuth: 'off',
  clientCertificate: 'off',
  allow: [],
  consentHours: null,
  keyNumber: 0,
  previousKeyUntil: null,
  consentFrom: null,
}

export const examplePolicy: Policy = { ...defaultPolicy, tenant: rootTenantId, revision: 4, nat: true }

const whole = new WeakMap<StoredPolicy, Policy>()
/** Most tenants have none of their own. */
let lastDefault: Policy = { ...defaultPolicy, tenant: '' }

/** A stored policy with the default of everything that it does not say. Documents of read models are never changed. */
export function wholePolicy(stored: StoredPolicy | undefined, tenant: string): Policy {
  if (stored === undefined) {
    if (lastDefault.tenant !== tenant) lastDefault = { ...defaultPolicy, tenant }
    return lastDefault
  }
  let policy = whole.get(stored)
  if (policy === undefined) {
    policy = { ...defaultPolicy, ...stored }
    whole.set(stored, policy)
  }
  return policy
}

/** From what the keys and passwords of a tenant are made. Never leaves the house, and never ingress. */
export const ProvisioningSecret = Type.Object({
  tenant: TenantId,
  revision: Revision,
  secret: Type.String({ description: '32 random bytes in base64url, sealed' }),
})
export type ProvisioningSecret = Type.Static<typeof ProvisioningSecret>
