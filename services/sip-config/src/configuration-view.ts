import {
  type SipApplied,
  type SipConfiguration,
  type SipConfigurationView,
  type SipOption,
  type SipSection,
  sipSections,
} from '@strowger/schema'
import type { Picture } from './picture.ts'
import { maskedOptions } from './secrets.ts'

const endpointsPath = '/api/v1/endpoints/sip'

export function linkOf(configuration: Pick<SipConfiguration, 'kind' | 'uuid'>) {
  const path = configuration.kind === 'template' ? `${endpointsPath}/templates` : endpointsPath
  const rel = configuration.kind === 'template' ? 'endpoint_sip_templates' : 'endpoint_sip'
  return { rel, href: `${path}/${configuration.uuid}` }
}

type SectionOptions = { [Section in SipSection as `${Section}_section_options`]?: SipOption[] }

/** As administrators see it: own options, or with `merged` what is in effect. Secrets are masked. */
export function configurationView(
  configuration: SipConfiguration,
  picture: Picture,
  shown: { merged?: boolean; applied?: SipApplied[] } = {},
): SipConfigurationView {
  const { uuid, tenant, revision, kind, name, label = null, asteriskId = null, operations, builtIn } = configuration
  const { view } = picture
  const resolved = shown.merged === true ? picture.resolved(configuration) : undefined
  const sections: SectionOptions = {}
  for (const section of sipSections) {
    const options: readonly SipOption[] =
      resolved === undefined
        ? (configuration.sections[section] ?? [])
        : resolved.sections[section].map(({ option, value }): SipOption => [option, value])
    sections[`${section}_section_options`] = maskedOptions(section, options)
  }
  const transport = resolved === undefined ? configuration.transport : resolved.transport?.uuid
  const [line] = view.by('line of endpoint', uuid)
  const [trunk] = view.by('trunk of endpoint', uuid)
  return {
    uuid,
    tenant_uuid: tenant,
    revision,
    name,
    label,
    ...sections,
    option_operations: resolved === undefined ? operations : [],
    templates: configuration.templates.map((parent) => ({
      uuid: parent,
      label: view.get('configuration', parent)?.label ?? null,
    })),
    transport: transport === undefined ? null : { uuid: transport },
    asterisk_id: asteriskId,
    links: [linkOf(configuration)],
    ...(kind === 'template'
      ? { shared: configuration.shared, ...(builtIn === undefined ? {} : { built_in: builtIn }) }
      : {
          line: line ? { id: line.id, links: [{ rel: 'lines', href: `/api/v1/lines/${line.id}` }] } : null,
          trunk: trunk ? { id: trunk.id, links: [{ rel: 'trunks', href: `/api/v1/trunks/${trunk.id}` }] } : null,
          ...(shown.applied === undefined ? {} : { applied: shown.applied }),
        }),
  }
}
