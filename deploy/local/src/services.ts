import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SchemaOwner } from '@strowger/database'
import type { ServiceName } from '@strowger/schema'

/** One service as the supervisor runs it. */
export interface SupervisedService {
  readonly name: ServiceName
  /** Lower stops first; those of one rank stop together. Started in reverse. */
  readonly stopRank: number
  /** Its PostgreSQL schema. */
  readonly schema?: SchemaOwner['schema']
  /** May look up across tenants. */
  readonly lookup?: boolean
  /** Holds sealed secrets. */
  readonly seals?: boolean
}

/** The single place to add a service. The gateway starts last: when it is ready, all are. */
export const services: readonly SupervisedService[] = [
  { name: 'ingress', stopRank: 0, seals: true },
  { name: 'gateway', stopRank: 1, schema: 'access', seals: true },
  { name: 'identification', stopRank: 2, schema: 'devices', lookup: true, seals: true },
  { name: 'rendering', stopRank: 2, schema: 'provisioning', seals: true },
  { name: 'sip-config', stopRank: 2, schema: 'sip', seals: true },
  { name: 'fail2ban', stopRank: 2 },
  { name: 'rating', stopRank: 2, schema: 'rating' },
]

/** Folder of the clone, from deploy/local/src as from deploy/local/dist. */
export const cloneRoot = fileURLToPath(new URL('../../../', import.meta.url))

/** Each schema with its owner's role and migrations. */
export function databaseOwners(passwordOf: (service: ServiceName) => string): SchemaOwner[] {
  return services.flatMap(({ name, schema, lookup = false }) =>
    schema === undefined
      ? []
      : [
          {
            schema,
            role: `strowger_${name}`,
            password: passwordOf(name),
            lookup,
            migrations: join(cloneRoot, 'services', name, 'migrations'),
          },
        ],
  )
}
