import type { SipConfiguration, SipConfigurationView } from '@strowger/schema'

export function configurationView(configuration: SipConfiguration): SipConfigurationView {
  const { uuid, tenant, revision, name, label = null, asteriskId = null } = configuration
  return {
    uuid,
    tenant_uuid: tenant,
    revision,
    name,
    label,
    asterisk_id: asteriskId,
    links: [{ rel: 'endpoint_sip', href: `/api/v1/endpoints/sip/${uuid}` }],
  }
}
