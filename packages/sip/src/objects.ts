import { createHash } from 'node:crypto'
import { type PjsipObject, truthOf } from '@strowger/asterisk'
import { rootTenantId, type SipConfiguration, type SipSection } from '@strowger/schema'
import type { EffectiveOption, Resolved } from './resolve.ts'

/** Types of Sorcery objects that we write, all of ARI’s class `res_pjsip`. An outbound auth is of the type `auth`. */
export type ObjectType = PjsipObject

/** Where a field comes from: the uuid of a configuration, or what composed it. */
export type FieldOrigin = string

/** An object of Asterisk as a configuration becomes it. */
export interface SipObject {
  readonly type: ObjectType
  readonly id: string
  /** In order, in clear. */
  readonly fields: readonly (readonly [option: string, value: string])[]
  /** Of each field, in the same order. */
  readonly origins: readonly FieldOrigin[]
}

/** What a configuration is used for; without either it is an endpoint by itself. */
export interface SipUse {
  readonly line?: {
    readonly id: number
    readonly context: string
    /** As `"Alice" <1001>`. */
    readonly callerId?: string
    readonly users: readonly string[]
  }
  readonly trunk?: { readonly id: number; readonly context?: string }
}

export interface ObjectParts extends SipUse {
  transportName(uuid: string): string | undefined
  /** A sealed value in clear, anything else as it is. */
  open(entry: EffectiveOption, section: SipSection): string
}

/** The context of endpoints that name none: one of each tenant’s own, so that no two tenants meet in `default`. */
export function tenantContext(tenant: string): string {
  return `tenant-${tenant}`
}

export const registrationAuthName = (name: string) => `auth_reg_${name}`
export const outboundAuthName = (name: string) => `outbound_auth_${name}`

class Fields {
  readonly fields: (readonly [string, string])[] = []
  readonly origins: FieldOrigin[] = []
  put(option: string, value: string, origin: FieldOrigin): void {
    this.fields.push([option, value])
    this.origins.push(origin)
  }
}

/**
 * The objects that Asterisk is to have for a configuration: of a line’s endpoint the endpoint, its aor and its auth; of
 * any other also identify, registration and the auths with which we prove who we are.
 */
export function objectsOf(configuration: SipConfiguration, resolved: Resolved, parts: ObjectParts): SipObject[] {
  const { name } = configuration
  const { sections } = resolved
  const isLine = parts.line !== undefined
  const objects: SipObject[] = []
  const add = (type: ObjectType, id: string, section: SipSection, lead: (fields: Fields) => void) => {
    const fields = new Fields()
    lead(fields)
    for (const entry of sections[section]) fields.put(entry.option, parts.open(entry, section), entry.by)
    objects.push({ type, id, fields: fields.fields, origins: fields.origins })
  }
  const hasOutbound = !isLine && sections.outbound_auth.length > 0
  const registers =
    !isLine && sections.registration.some(({ option }) => option === 'server_uri' || option === 'client_uri')

  if (sections.auth.length > 0) add('auth', name, 'auth', () => {})
  if (hasOutbound) add('auth', outboundAuthName(name), 'outbound_auth', () => {})
  if (registers && sections.registration_outbound_auth.length > 0)
    add('auth', registrationAuthName(name), 'registration_outbound_auth', () => {})
  if (sections.aor.length > 0) add('aor', name, 'aor', () => {})
  objects.push(endpointObject(configuration, resolved, parts, hasOutbound))
  if (!isLine && sections.identify.length > 0)
    add('identify', name, 'identify', (fields) => {
      if (!has(sections.identify, 'endpoint')) fields.put('endpoint', name, 'composed')
    })
  if (registers)
    add('registration', name, 'registration', (fields) => leadRegistration(fields, configuration, resolved, parts))
  return objects
}

function endpointObject(
  { name, tenant }: SipConfiguration,
  { sections, transport }: Resolved,
  { line, trunk, transportName, open }: ObjectParts,
  hasOutbound: boolean,
): SipObject {
  const given = sections.endpoint
  const fields = new Fields()
  const compose = (option: string, value: string | undefined, origin: FieldOrigin = 'composed') => {
    if (value !== undefined && !has(given, option)) fields.put(option, value, origin)
  }
  compose('aors', sections.aor.length > 0 ? name : undefined)
  compose('auth', sections.auth.length > 0 ? name : undefined)
  compose('outbound_auth', hasOutbound ? outboundAuthName(name) : undefined)
  compose('transport', transport && transportName(transport.uuid), transport?.by)
  fields.put('tenantid', tenant, 'tenant')
  compose('accountcode', tenant, 'tenant')
  fields.put('set_var', `__TENANT_UUID=${tenant}`, 'tenant')
  const context = line?.context ?? trunk?.context
  if (context === undefined) compose('context', tenantContext(tenant), 'tenant')
  else fields.put('context', context, line ? 'line' : 'trunk')
  if (line) {
    fields.put('set_var', `LINE_ID=${line.id}`, 'line')
    for (const user of line.users) fields.put('set_var', `USER_UUID=${user}`, 'line')
    if (line.callerId !== undefined) fields.put('callerid', line.callerId, 'line')
  }
  for (const entry of given) {
    // What its line or trunk says is nearer than what it inherits.
    if (entry.option === 'context' && context !== undefined) continue
    if (entry.option === 'callerid' && line?.callerId !== undefined) continue
    // Whose it is nobody else says.
    if (entry.option === 'tenantid' || isTenantVariable(entry)) continue
    if (tenant !== rootTenantId && groupOptions.has(entry.option)) continue
    fields.put(entry.option, open(entry, 'endpoint'), entry.by)
  }
  if (tenant !== rootTenantId) putGroups(fields, given, tenant)
  return { type: 'endpoint', id: name, fields: fields.fields, origins: fields.origins }
}

const isTenantVariable = ({ option, value }: EffectiveOption) =>
  option === 'set_var' && /^_{0,2}TENANT_UUID\s*=/.test(value)

/** Options of groups whose calls may be picked up, and what each becomes. */
const groupOptions = new Map([
  ['call_group', 'named_call_group'],
  ['named_call_group', 'named_call_group'],
  ['pickup_group', 'named_pickup_group'],
  ['named_pickup_group', 'named_pickup_group'],
])

/** Asterisk has one set of groups for all: those of a tenant are told from others’ by its id, so that nobody picks up another’s call. */
function putGroups(fields: Fields, given: readonly EffectiveOption[], tenant: string): void {
  for (const option of new Set(groupOptions.values())) {
    const entries = given.filter((entry) => groupOptions.get(entry.option) === option)
    const names = entries.flatMap((entry) => entry.value.split(',').flatMap((part) => numbersIn(part.trim())))
    const [first] = entries
    if (first) fields.put(option, [...new Set(names)].map((name) => `${tenant}-${name}`).join(), first.by)
  }
}

/** `3-5` is 3, 4 and 5; anything else is itself. */
function numbersIn(part: string): string[] {
  const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(part) ?? []
  if (from === undefined || to === undefined) return [part]
  return Array.from({ length: Math.max(0, Number(to) - Number(from) + 1) }, (_, place) => String(Number(from) + place))
}

/** Asterisk takes `endpoint` with `line=yes` only, and `line=yes` with `endpoint` only. */
function leadRegistration(
  fields: Fields,
  { name }: SipConfiguration,
  { sections, transport }: Resolved,
  parts: ObjectParts,
): void {
  const given = sections.registration
  const hasLine = given.some(({ option, value }) => option === 'line' && truthOf(value) === true)
  if (hasLine && !has(given, 'endpoint')) fields.put('endpoint', name, 'composed')
  if (sections.registration_outbound_auth.length > 0 && !has(given, 'outbound_auth'))
    fields.put('outbound_auth', registrationAuthName(name), 'composed')
  const chosen = transport && parts.transportName(transport.uuid)
  if (transport && chosen !== undefined && !has(given, 'transport')) fields.put('transport', chosen, transport.by)
}

function has(entries: readonly EffectiveOption[], option: string): boolean {
  return entries.some((entry) => entry.option === option)
}

/** Tells two objects apart: differs when type, id or any field does. */
export function digestOf({ type, id, fields }: Pick<SipObject, 'type' | 'id' | 'fields'>): string {
  const hash = createHash('sha256')
  // No value has a control character, so these cannot be confused.
  hash.update(`${type}\n${id}\n${fields.map(([option, value]) => `${option}\t${value}`).join('\n')}`)
  return hash.digest('base64url').slice(0, 22)
}
