import { truthOf } from '@strowger/asterisk'
import type { Extension, ExtensionView, Line, LineView, SipConfiguration, Trunk, TrunkView } from '@strowger/schema'
import { linkOf } from './configuration-view.ts'
import type { Picture } from './picture.ts'

const linked = (rel: string, id: number) => [{ rel, href: `/api/v1/${rel}/${id}` }]

function endpointOf(configuration: SipConfiguration | undefined): LineView['endpoint_sip'] {
  if (configuration === undefined) return null
  const { uuid, name, label = null } = configuration
  return { uuid, name, label, links: [linkOf(configuration)] }
}

export function lineView(line: Line, picture: Picture): LineView {
  const { view } = picture
  const endpoint = line.endpoint === undefined ? undefined : view.get('configuration', line.endpoint)
  const webrtc = endpoint && picture.resolved(endpoint).sections.endpoint.find(({ option }) => option === 'webrtc')
  const extensions = view.by('extension of line', String(line.id)).sort((a, b) => a.id - b.id)
  return {
    id: line.id,
    tenant_uuid: line.tenant,
    revision: line.revision,
    name: endpoint?.name ?? null,
    context: line.context,
    position: line.position,
    caller_id_name: line.callerIdName ?? null,
    caller_id_num: line.callerIdNumber ?? null,
    provisioning_code: line.provisioningCode,
    registrar: line.registrar ?? 'default',
    application: line.application ?? null,
    protocol: endpoint ? 'sip' : null,
    device_id: line.device ?? null,
    device_slot: line.position,
    is_webrtc: truthOf(webrtc?.value ?? 'no') === true,
    endpoint_sip: endpointOf(endpoint),
    extensions: extensions.map(({ id, exten, context }) => ({ id, exten, context, links: linked('extensions', id) })),
    users: line.users.map((uuid) => ({ uuid })),
    links: linked('lines', line.id),
  }
}

export function extensionView({ id, tenant, revision, exten, context, line }: Extension): ExtensionView {
  const lines = line === undefined ? [] : [{ id: line }]
  return { id, tenant_uuid: tenant, revision, exten, context, lines, links: linked('extensions', id) }
}

export function trunkView({ id, tenant, revision, context, label, endpoint }: Trunk, picture: Picture): TrunkView {
  return {
    id,
    tenant_uuid: tenant,
    revision,
    context: context ?? null,
    label: label ?? null,
    endpoint_sip: endpointOf(endpoint === undefined ? undefined : picture.view.get('configuration', endpoint)),
    links: linked('trunks', id),
  }
}
