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
  /** How far it steps back, as `nice` counts, when more want a processor than there are. Default 0. */
  readonly niceness?: number
}

/** The single place to add a service. The gateway starts last: when it is ready, all are. */
export const services: readonly SupervisedService[] = [
  { name: 'ingress', stopRank: 0, seals: true },
  { name: 'gateway', stopRank: 1, schema: 'access', seals: true },
  { name: 'identification', stopRank: 2, schema: 'devices', lookup: true, seals: true },
  // Nobody waits for most of what it renders, and a phone’s file takes it less than a millisecond.
  { name: 'rendering', stopRank: 2, schema: 'provisioning', seals: true, niceness: 5 },
  { name: 'sip-config', stopRank: 2, schema: 'sip', seals: true },
  { name: 'fail2ban', stopRank: 2 },
  { name: 'rating', stopRank: 2, schema: 'rating' },
]

/** The secrets that a service is given, as files of the folder of secrets. */
export function secretFiles({ name, schema, seals = false }: SupervisedService): string[] {
  return [
    `nats-${name}`,
    ...(schema === undefined ? [] : [`role-${name}`]),
    ...(seals ? ['seal-keys.json'] : []),
    ...(name === 'gateway' ? ['admin-password', 'admin-token'] : []),
    ...(name === 'ingress' ? ['dhcp-token'] : []),
  ]
}

/** Those of the servers that services stand on, and of `migrate`, which makes their users. */
export function serverSecretFiles(
  all: readonly SupervisedService[],
): Record<'postgres' | 'nats' | 'migrate', string[]> {
  return {
    postgres: ['postgres-password'],
    nats: ['nats.conf'],
    migrate: [
      'postgres-password',
      'nats-strowger',
      ...all.flatMap(({ name, schema }) => (schema === undefined ? [] : [`role-${name}`])),
    ],
  }
}

/** Folder of the clone, from deploy/local/src as from deploy/local/dist. */
export const cloneRoot = fileURLToPath(new URL('../../../', import.meta.url))

/** Folder of the migrations that every schema has. */
export const houseMigrations = join(cloneRoot, 'packages', 'database', 'house')

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
