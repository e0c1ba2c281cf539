import { Fault } from '@strowger/schema'

/** What a request shows of who sends it. */
export type Credentials =
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'password'; readonly login: string; readonly password: string }

type Headers = Readonly<Record<string, string | string[] | undefined>>

const maxTokenLength = 512

/**
 * `X-Auth-Token`, `Authorization: Bearer` (RFC 6750) or `Basic` (RFC 7617). Undefined when there is nothing of these.
 */
export function credentialsFrom(headers: Headers): Credentials | undefined {
  const plain = headers['x-auth-token']
  if (typeof plain === 'string' && plain !== '') return tokenFrom(plain)
  const { authorization } = headers
  if (typeof authorization !== 'string') return undefined
  const [, scheme = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return tokenFrom(rest.trim())
  if (scheme.toLowerCase() === 'basic') return passwordFrom(rest)
  return undefined
}

function tokenFrom(text: string): Credentials | undefined {
  return text === '' || text.length > maxTokenLength ? undefined : { kind: 'token', text }
}

function passwordFrom(encoded: string): Credentials | undefined {
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 1 || decoded.length > 1_024) return undefined
  return { kind: 'password', login: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/** The tenant that a request names. Fault `invalid-input` when its two headers disagree. */
export function namedTenant(headers: Headers): string | undefined {
  const ours = headers['strowger-tenant']
  const wazos = headers['wazo-tenant']
  if (ours !== undefined && wazos !== undefined && ours !== wazos) {
    throw new Fault('invalid-input', { detail: 'Strowger-Tenant and Wazo-Tenant name different tenants' })
  }
  const named = ours ?? wazos
  return named === undefined || named === '' ? undefined : String(named)
}
