import {
  type BucketDefinition,
  type Extension,
  extensionsBucket,
  type Line,
  linesBucket,
  type Registrar,
  registrarsBucket,
  rootTenantId,
  type SipConfiguration,
  type SipSetting,
  type SipTransport,
  sipConfigurationsBucket,
  sipSettingsBucket,
  sipTransportsBucket,
  type Trunk,
  trunksBucket,
} from '@strowger/schema'
import type { Row, SipSchema } from './tables.ts'

/** The documents of the service, by the table they are kept in. */
export interface Documents {
  configuration: SipConfiguration
  transport: SipTransport
  registrar: Registrar
  line: Line
  extension: Extension
  trunk: Trunk
  setting: SipSetting
}
export type Kind = keyof Documents & keyof SipSchema

/** How rows of a table become documents of a bucket. */
interface KindDefinition<K extends Kind> {
  readonly bucket: BucketDefinition<unknown>
  /** Columns of the primary key. */
  readonly key: readonly string[]
  fromRow(row: Row<K>): Documents[K]
  /** In the bucket. */
  keyOf(document: Documents[K]): string
}

const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as {
    [Name in keyof T]?: NonNullable<T[Name]>
  }

export const kinds: { readonly [K in Kind]: KindDefinition<K> } = {
  configuration: {
    bucket: sipConfigurationsBucket as BucketDefinition<unknown>,
    key: ['uuid'],
    keyOf: ({ uuid }) => uuid,
    fromRow: (row) => ({
      uuid: row.uuid,
      tenant: row.tenant_id,
      revision: Number(row.revision),
      kind: row.kind,
      name: row.name,
      sections: row.sections,
      operations: row.operations,
      templates: row.templates,
      shared: row.shared,
      at: new Date(row.updated_at).toISOString(),
      ...given({ label: row.label, asteriskId: row.asterisk_id, transport: row.transport, builtIn: row.built_in }),
    }),
  },
  transport: {
    bucket: sipTransportsBucket as BucketDefinition<unknown>,
    key: ['uuid'],
    keyOf: ({ uuid }) => uuid,
    fromRow: ({ uuid, name, revision, options }) => ({ uuid, name, revision: Number(revision), options }),
  },
  registrar: {
    bucket: registrarsBucket as BucketDefinition<unknown>,
    key: ['id'],
    keyOf: ({ id }) => id,
    fromRow: ({ id, revision, deletable, name, hosts }) => ({
      main_host: '',
      proxy_main_host: '',
      ...hosts,
      id,
      revision: Number(revision),
      deletable,
      name,
    }),
  },
  line: {
    bucket: linesBucket as BucketDefinition<unknown>,
    key: ['id'],
    keyOf: ({ id }) => String(id),
    fromRow: (row) => ({
      id: Number(row.id),
      tenant: row.tenant_id,
      revision: Number(row.revision),
      context: row.context,
      position: row.position,
      provisioningCode: row.provisioning_code,
      users: row.users,
      ...given({
        callerIdName: row.caller_id_name,
        callerIdNumber: row.caller_id_number,
        registrar: row.registrar,
        application: row.application,
        endpoint: row.endpoint,
        device: row.device_id,
        keys: row.keys,
      }),
    }),
  },
  extension: {
    bucket: extensionsBucket as BucketDefinition<unknown>,
    key: ['id'],
    keyOf: ({ id }) => String(id),
    fromRow: ({ id, tenant_id, revision, exten, context, line_id }) => ({
      id: Number(id),
      tenant: tenant_id,
      revision: Number(revision),
      exten,
      context,
      ...given({ line: line_id === null ? null : Number(line_id) }),
    }),
  },
  trunk: {
    bucket: trunksBucket as BucketDefinition<unknown>,
    key: ['id'],
    keyOf: ({ id }) => String(id),
    fromRow: ({ id, tenant_id, revision, context, label, endpoint }) => ({
      id: Number(id),
      tenant: tenant_id,
      revision: Number(revision),
      ...given({ context, label, endpoint }),
    }),
  },
  setting: {
    bucket: sipSettingsBucket as BucketDefinition<unknown>,
    key: ['tenant_id', 'section'],
    keyOf: ({ tenant, section }) => `${tenant}/${section}`,
    fromRow: ({ tenant_id, section, revision, options, asterisk_id }) => ({
      tenant: tenant_id,
      section,
      revision: Number(revision),
      options,
      ...given({ asteriskId: asterisk_id }),
    }),
  },
}

/** The tenant that the installation’s own objects belong to. */
export const installation = rootTenantId
