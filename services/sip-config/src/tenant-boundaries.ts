import { type FieldProblem, rootTenantId, type SipConfiguration, type Tenants } from '@strowger/schema'

/** Contexts of the dialplan that an endpoint names: each belongs to one tenant. */
const contextOptions = new Set(['context', 'message_context', 'subscribe_context', 'overlap_context'])
/** Variables in which Asterisk looks for a context; of the last one it is the first part. */
const contextVariables = new Set(['TRANSFER_CONTEXT', 'FORWARD_CONTEXT', 'GOTO_ON_BLINDXFR'])

/**
 * What a variable may be set to by a function of the dialplan: what concerns the channel alone. Others write files,
 * databases, or run the dialplan of somebody else.
 */
const functions = new Set(
  'AGC CALLERID CONNECTEDLINE DENOISE FAXOPT FEATURE JITTERBUFFER MUTEAUDIO REDIRECTING TIMEOUT VOLUME'.split(' '),
)
const channelItems = new Set(
  'amaflags audioreadformat audiowriteformat dtmf_features language max_forwards musicclass parkinglot rxgain secure_bridge_media secure_bridge_signaling tonezone txgain userfield'.split(
    ' ',
  ),
)

/** The name of a variable without what says who inherits it. */
const bareName = (assignment: string) => (assignment.split('=')[0] ?? '').trim().replace(/^_{0,2}/, '')

/** Contexts that a configuration names itself, with where. */
export function contextsIn({ sections }: Pick<SipConfiguration, 'sections'>): { name: string; field: string }[] {
  return (sections.endpoint ?? []).flatMap(([option, value], index) => {
    const field = `/endpoint_section_options/${index}`
    if (contextOptions.has(option)) return [{ name: value, field }]
    if (option !== 'set_var' || !contextVariables.has(bareName(value))) return []
    const name = value.slice(value.indexOf('=') + 1).split(/[\^,]/)[0] ?? ''
    return name === '' ? [] : [{ name, field }]
  })
}

/** What would let a tenant pass for another one, or reach beyond its own calls. Pure. */
export function boundaryProblems(
  { sections, tenant }: Pick<SipConfiguration, 'sections' | 'tenant'>,
  tenants: Pick<Tenants, 'get'>,
): FieldProblem[] {
  return (sections.endpoint ?? []).flatMap(([option, value], index) => {
    const problem = problemOf(option, value, tenant, tenants)
    return problem === undefined
      ? []
      : [
          {
            field: `/endpoint_section_options/${index}`,
            problem: `endpoint.${option} = ${value.slice(0, 80)}: ${problem}`,
          },
        ]
  })
}

function problemOf(option: string, value: string, tenant: string, tenants: Pick<Tenants, 'get'>): string | undefined {
  if (option === 'tenantid') return value === tenant ? undefined : 'is always the tenant itself: leave it out'
  if (option === 'accountcode')
    return value !== tenant && tenants.get(value) ? 'is another tenant, whose calls these would be' : undefined
  if (option !== 'set_var') return undefined
  const name = bareName(value)
  if (name === 'TENANT_UUID') return value.endsWith(`=${tenant}`) ? undefined : 'is always the tenant itself'
  const [, called, item = ''] = /^(\w+)\((.*)\)$/.exec(name) ?? []
  if (called === undefined || tenant === rootTenantId) return undefined
  if (called === 'CHANNEL') {
    return channelItems.has(item) ? undefined : `a tenant sets CHANNEL() of ${[...channelItems].join(', ')} only`
  }
  return functions.has(called) ? undefined : `a tenant sets CHANNEL(), ${[...functions].join(', ')} only`
}
