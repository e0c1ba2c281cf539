import Type from 'typebox'
import { TenantId } from '../identity.ts'
import { SipUuid } from './sip-configuration.ts'

const ObjectType = Type.String({ description: 'Of Asterisk: endpoint, auth, aor, identify, registration, transport' })

/** What a change would do to what Asterisk has. */
export const SipImpact = Type.Object({
  endpoint_count: Type.Integer({ description: 'Endpoints of which an object would change; exact' }),
  object_count: Type.Integer({ description: 'Objects that would change; exact' }),
  endpoints: Type.Array(
    Type.Object({
      uuid: SipUuid,
      name: Type.String(),
      tenant_uuid: TenantId,
      objects: Type.Array(
        Type.Object({ type: ObjectType, id: Type.String(), change: Type.Enum(['added', 'removed', 'changed']) }),
      ),
    }),
    { description: 'By name, from offset, at most limit' },
  ),
  options: Type.Array(
    Type.Object({
      type: ObjectType,
      option: Type.String(),
      before: Type.Array(Type.String(), { description: 'Empty: it is not set. Secrets masked' }),
      after: Type.Array(Type.String()),
      endpoints: Type.Integer({ description: 'In how many of them' }),
    }),
    { description: 'Each option that would change, once for those where it changes alike' },
  ),
  more_options: Type.Optional(Type.Integer({ description: 'Of these, not shown: the first 500 are' })),
})
export type SipImpact = Type.Static<typeof SipImpact>

const Setter = Type.Object({
  uuid: Type.Optional(SipUuid),
  name: Type.String({
    description: 'Of the configuration; line, trunk, tenant or composed: set by what it is used for',
  }),
  label: Type.Optional(Type.String()),
  tenant_uuid: Type.Optional(TenantId),
})

/** Why what Asterisk has for a configuration is as it is. */
export const SipExplanation = Type.Object({
  uuid: SipUuid,
  name: Type.String(),
  chain: Type.Array(Type.Object({ ...Setter.properties, revision: Type.Integer() }), {
    description: 'In the order in which they are read: a later one wins',
  }),
  options: Type.Array(
    Type.Object({
      section: Type.String(),
      option: Type.String(),
      value: Type.String({ description: 'Secrets masked' }),
      set_by: Setter,
      overrides: Type.Array(Type.Object({ value: Type.String(), set_by: Setter }), { description: 'Nearest first' }),
    }),
  ),
  transport: Type.Optional(
    Type.Object({
      value: Type.String({ description: 'Its name' }),
      set_by: Setter,
      overrides: Type.Array(Type.Object({ value: Type.String(), set_by: Setter }), { description: 'Nearest first' }),
    }),
  ),
  withdrawn: Type.Array(
    Type.Object({
      section: Type.String(),
      option: Type.String(),
      value: Type.String(),
      set_by: Setter,
      withdrawn_by: Setter,
    }),
    { description: 'Inherited, and taken away by an operation' },
  ),
  objects: Type.Array(
    Type.Object({
      type: ObjectType,
      id: Type.String(),
      fields: Type.Array(Type.Object({ option: Type.String(), value: Type.String(), set_by: Setter })),
    }),
    { description: 'As Asterisk is given them; none for a template' },
  ),
  problems: Type.Array(Type.String(), { description: 'What does not go together, or is not there' }),
})
export type SipExplanation = Type.Static<typeof SipExplanation>
