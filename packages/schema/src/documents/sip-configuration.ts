import Type from 'typebox'
import { Instant, Revision, TenantId } from '../identity.ts'
import { SipOptionOperation, SipOptions, type SipSection } from './sip-options.ts'

export const SipUuid = Type.String({ pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$', description: 'UUID' })

/** It is the name of a section of pjsip.conf, and unique among endpoints, templates and transports of all tenants. */
export const SipName = Type.String({ pattern: '^[-_.a-zA-Z0-9]{1,79}$', description: 'Not global or system' })
const SipLabel = Type.String({ maxLength: 128 })
const AsteriskId = Type.String({ minLength: 1, maxLength: 1024, description: 'The Asterisk that is to have it' })

const sectionFields = {
  aor_section_options: Type.Optional(SipOptions),
  auth_section_options: Type.Optional(SipOptions),
  endpoint_section_options: Type.Optional(SipOptions),
  identify_section_options: Type.Optional(SipOptions),
  registration_section_options: Type.Optional(SipOptions),
  registration_outbound_auth_section_options: Type.Optional(SipOptions),
  outbound_auth_section_options: Type.Optional(SipOptions),
} satisfies Record<`${SipSection}_section_options`, unknown>

/** A SIP configuration as it is stored: of an endpoint, or a template that others name as a parent. */
export const SipConfiguration = Type.Object({
  uuid: SipUuid,
  tenant: TenantId,
  revision: Revision,
  kind: Type.Enum(['endpoint', 'template']),
  name: SipName,
  label: Type.Optional(SipLabel),
  asteriskId: Type.Optional(AsteriskId),
  sections: Type.Unsafe<Partial<Record<SipSection, [string, string][]>>>(
    Type.Record(Type.String(), SipOptions, { description: 'Own options by section; secrets sealed' }),
  ),
  operations: Type.Array(SipOptionOperation, { maxItems: 512 }),
  templates: Type.Array(SipUuid, { maxItems: 32, description: 'Parents; a later one wins' }),
  transport: Type.Optional(SipUuid),
  shared: Type.Boolean({ description: 'Tenants below may name it as a parent' }),
  builtIn: Type.Optional(Type.String({ description: 'Which of the templates that every tenant is given' })),
  at: Instant,
})
export type SipConfiguration = Type.Static<typeof SipConfiguration>

/** Fields that an answer shows: taken and ignored, so that what was read can be changed and sent back. */
export const shownOnly = <const Names extends string>(...names: Names[]) =>
  Object.fromEntries(
    names.map((name) => [name, Type.Optional(Type.Unknown({ readOnly: true, description: 'Shown only; ignored' }))]),
  ) as { [Name in Names]: ReturnType<typeof Type.Optional<ReturnType<typeof Type.Unknown>>> }

const writable = {
  name: Type.Optional(SipName),
  label: Type.Optional(Type.Union([SipLabel, Type.Null()])),
  ...sectionFields,
  option_operations: Type.Optional(
    Type.Array(SipOptionOperation, { maxItems: 512, description: 'What is done to inherited options' }),
  ),
  templates: Type.Optional(
    Type.Array(Type.Object({ uuid: SipUuid, label: Type.Optional(Type.Union([SipLabel, Type.Null()])) }), {
      maxItems: 32,
      description: 'Parents in order; of several a later one wins, own options win over all',
    }),
  ),
  transport: Type.Optional(Type.Union([Type.Object({ uuid: SipUuid }), Type.Null()])),
  asterisk_id: Type.Optional(Type.Union([AsteriskId, Type.Null()])),
}

/** What a person writes. A section that is given replaces that whole section; what is absent stays. */
const ignored = shownOnly('uuid', 'tenant_uuid', 'revision', 'built_in', 'links', 'line', 'trunk', 'applied')

export const SipConfigurationInput = Type.Object({ ...writable, ...ignored })
export type SipConfigurationInput = Type.Static<typeof SipConfigurationInput>

export const SipTemplateInput = Type.Object({
  ...writable,
  ...ignored,
  shared: Type.Optional(Type.Boolean({ description: 'Tenants below may name it as a parent' })),
})
export type SipTemplateInput = Type.Static<typeof SipTemplateInput>

/** How an object stands in the Asterisk that is to have it, as far as it is not as it should be. */
export const SipApplied = Type.Object({
  asterisk_id: Type.String(),
  state: Type.Enum(['applied', 'waiting', 'failed']),
  reason: Type.Optional(Type.String({ maxLength: 1024 })),
  at: Type.Optional(Instant),
})
export type SipApplied = Type.Static<typeof SipApplied>

export const Link = Type.Object({ rel: Type.String(), href: Type.String() })

/** As shown: secrets read `********`; writing that back keeps them. */
export const SipConfigurationView = Type.Object({
  ...writable,
  uuid: SipUuid,
  tenant_uuid: TenantId,
  revision: Revision,
  shared: Type.Optional(Type.Boolean()),
  built_in: Type.Optional(Type.String()),
  links: Type.Array(Link),
  line: Type.Optional(Type.Union([Type.Object({ id: Type.Integer(), links: Type.Array(Link) }), Type.Null()])),
  trunk: Type.Optional(Type.Union([Type.Object({ id: Type.Integer(), links: Type.Array(Link) }), Type.Null()])),
  applied: Type.Optional(Type.Array(SipApplied)),
})
export type SipConfigurationView = Type.Static<typeof SipConfigurationView>
