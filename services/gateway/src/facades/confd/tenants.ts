import { getTenant, listTenants, type SipConfigurationView, sipTemplates } from '@strowger/schema'
import { everything } from '../every-page.ts'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'

/** Tenants as scripts look for the templates that each is given; they are made and changed elsewhere. */
export const tenantRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path: '/tenants', permission: 'read', answer: list },
  { method: 'GET', path: '/tenants/:uuid', permission: 'read', answer: get },
]

const shown = ['global', 'webrtc', 'registration_trunk', 'meeting_guest', 'twilio_trunk'] as const

async function list({ query, call }: Asked): Promise<FacadeAnswer> {
  const tenants = await everything((limit, offset) => call(listTenants, { limit, offset }))
  const templates = await everything((limit, offset) => call(sipTemplates.list, { recurse: true, limit, offset }))
  const [offset, limit] = [Number(query['offset'] ?? 0) || 0, Number(query['limit'] ?? Number.NaN)]
  const items = tenants.map(({ id }) => itemOf(id, templates))
  const page = items.slice(offset, Number.isNaN(limit) ? undefined : offset + limit)
  return { status: 200, body: { total: items.length, items: page } }
}

async function get({ params, call, caller, callAs }: Asked): Promise<FacadeAnswer> {
  const { id } = await call(getTenant, { id: params['uuid'] ?? '' })
  // Asked for in its own name: whoever may see the tenant may see its templates.
  const who = { ...(await caller('read')), tenant: id }
  const templates = await everything((limit, offset) => callAs(who, sipTemplates.list, { limit, offset }))
  return { status: 200, body: itemOf(id, templates) }
}

function itemOf(tenant: string, templates: readonly SipConfigurationView[]): Record<string, unknown> {
  const own = templates.filter(({ tenant_uuid, built_in }) => tenant_uuid === tenant && built_in !== undefined)
  const uuids = shown.map((label) => [
    `${label}_sip_template_uuid`,
    own.find(({ built_in }) => built_in === label)?.uuid ?? null,
  ])
  return { uuid: tenant, sip_templates_generated: own.length > 0, ...Object.fromEntries(uuids) }
}
