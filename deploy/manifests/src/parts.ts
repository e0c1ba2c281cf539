import { type Permissions, permissionsOf } from '@strowger/bus'
import { type SupervisedService, secretFiles, services } from '@strowger/local'
import { catalogue, type ServiceName } from '@strowger/schema'
import { type PublishedPort, type ServiceFacts, serviceFacts } from './service-facts.ts'

/** One service, as each kind of deployment is made of it. */
export interface Part extends Required<Omit<ServiceFacts, 'memoryMiB' | 'replicas'>> {
  readonly name: ServiceName
  readonly ports: readonly PublishedPort[]
  /** Its PostgreSQL schema; undefined when it asks no database. */
  readonly schema: string | undefined
  readonly secrets: readonly string[]
  /** It may publish or subscribe to something: it needs NATS. */
  readonly usesNats: boolean
  readonly permissions: Permissions
  readonly memoryMiB: readonly [asked: number, most: number]
  /** Of a processor that another service wants as much; 1 is as much as that. */
  readonly share: number
  readonly replicas: readonly [least: number, most: number] | undefined
  /** Is started when the others are ready, so that its being ready says that all are. */
  readonly isLast: boolean
}

function partOf(service: SupervisedService): Part {
  const { name } = service
  const facts: ServiceFacts = serviceFacts[name]
  const permissions = permissionsOf(name, catalogue)
  return {
    name,
    ports: facts.ports ?? [],
    keepsState: facts.keepsState ?? false,
    isSingle: facts.isSingle ?? false,
    asksAsterisk: facts.asksAsterisk ?? false,
    environment: facts.environment ?? {},
    writesLog: facts.writesLog ?? false,
    memoryMiB: facts.memoryMiB ?? [128, 512],
    // The kernel's weights: a step of `nice` is a factor of 1.25 (sched(7)).
    share: 1.25 ** -(service.niceness ?? 0),
    replicas: facts.replicas,
    schema: service.schema,
    secrets: secretFiles(service),
    permissions,
    usesNats: permissions.publish.length + permissions.subscribe.length > 0,
    isLast: name === 'gateway',
  }
}

/** The services of the house, from the one list that `make run` starts, too. */
export const parts: readonly Part[] = services.map(partOf)

/** Settings that are the same wherever a service runs in a container of its own. */
export function environmentOf(
  part: Part,
  servers: { readonly nats: string; readonly postgres: string },
): Record<string, string> {
  const { name, schema, secrets, environment } = part
  return {
    NATS_URL: servers.nats,
    NATS_USER: name,
    NATS_PASSWORD_FILE: `/run/secrets/nats-${name}`,
    ...(schema === undefined
      ? {}
      : {
          DATABASE_URL: servers.postgres,
          DATABASE_USER: `strowger_${name}`,
          DATABASE_PASSWORD_FILE: `/run/secrets/role-${name}`,
        }),
    ...(secrets.includes('seal-keys.json') ? { SEAL_KEYS_FILE: '/run/secrets/seal-keys.json' } : {}),
    ...environment,
  }
}

export const healthPort = 9464
