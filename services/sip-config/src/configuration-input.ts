import {
  Fault,
  type SipConfiguration,
  type SipOption,
  type SipSection,
  type SipTemplateInput,
  secretMask,
  sipSections,
} from '@strowger/schema'
import type { SipSecrets } from './secrets.ts'
import { randomName } from './tenant-templates.ts'

/** A configuration as it is to be stored, and its own options in clear, for the checks. */
export interface Candidate {
  readonly configuration: SipConfiguration
  readonly plain: SipConfiguration['sections']
}

type Sections = Partial<Record<SipSection, SipOption[]>>

/** What a write makes of a configuration: what is absent stays, a section that is given replaces that section. */
export function candidateFrom(
  input: SipTemplateInput,
  present: SipConfiguration | Pick<SipConfiguration, 'uuid' | 'tenant' | 'kind'>,
  secrets: SipSecrets,
): Candidate {
  const was: Partial<SipConfiguration> & Pick<SipConfiguration, 'uuid' | 'tenant' | 'kind'> = present
  if (was.kind === 'endpoint' && input.shared !== undefined)
    throw new Fault('invalid-input', { fields: [{ field: '/shared', problem: 'is of templates only' }] })
  const given: Sections = {}
  for (const section of sipSections) {
    const options = input[`${section}_section_options`] ?? was.sections?.[section]
    if (options !== undefined && options.length > 0) given[section] = options
  }
  const sections = secrets.sealed(was.uuid, given, was.sections)
  const plain: Sections = {}
  for (const [section, options] of Object.entries(sections) as [SipSection, SipOption[]][])
    plain[section] = options.map(([option, value]) => [option, secrets.open(was.uuid, section, option, value)])
  // A mask for a secret that was never there would be stored as the secret.
  refuseEmptyMasks(given, sections)

  const label = input.label === undefined ? was.label : (input.label ?? undefined)
  const asteriskId = input.asterisk_id === undefined ? was.asteriskId : (input.asterisk_id ?? undefined)
  const transport = input.transport === undefined ? was.transport : input.transport?.uuid
  return {
    plain,
    configuration: {
      uuid: was.uuid,
      tenant: was.tenant,
      kind: was.kind,
      revision: was.revision ?? 0,
      at: was.at ?? '',
      name: input.name ?? was.name ?? randomName(),
      sections,
      operations: input.option_operations ?? was.operations ?? [],
      templates: input.templates?.map(({ uuid }) => uuid) ?? was.templates ?? [],
      shared: input.shared ?? was.shared ?? false,
      ...(label === undefined ? {} : { label }),
      ...(asteriskId === undefined ? {} : { asteriskId }),
      ...(transport === undefined ? {} : { transport }),
      ...(was.builtIn === undefined ? {} : { builtIn: was.builtIn }),
    },
  }
}

function refuseEmptyMasks(given: Sections, stored: Sections): void {
  const fields = sipSections.flatMap((section) => {
    const masks = (given[section] ?? []).filter(([, value]) => value === secretMask)
    return masks
      .filter(([option]) => !(stored[section] ?? []).some(([name]) => name === option))
      .map(([option]) => ({
        field: `/${section}_section_options`,
        problem: `${section}.${option}: ${secretMask} keeps a secret that is there, and there is none`,
      }))
  })
  if (fields.length > 0) throw new Fault('invalid-input', { detail: fields[0]?.problem ?? '', fields })
}

export function columnsOf(configuration: SipConfiguration): Record<string, unknown> {
  const { name, label, asteriskId, sections, operations, templates, transport, shared } = configuration
  return {
    name,
    label: label ?? null,
    asterisk_id: asteriskId ?? null,
    sections,
    operations,
    templates,
    transport: transport ?? null,
    shared,
  }
}

/** Whether a write changes anything: what is the same is not written. */
export function isSameConfiguration(one: SipConfiguration, other: SipConfiguration): boolean {
  const contents = (of: SipConfiguration) =>
    JSON.stringify([
      of.name,
      of.label ?? null,
      of.asteriskId ?? null,
      sipSections.map((section) => of.sections[section] ?? []),
      of.operations,
      of.templates,
      of.transport ?? null,
      of.shared,
    ])
  return contents(one) === contents(other)
}
