import { serverSecretFiles, services } from '@strowger/local'
import { stringify } from 'yaml'
import { environmentOf, healthPort, type Part, parts } from './parts.ts'
import type { PublishedPort } from './service-facts.ts'

const secretFile = (name: string) => `./secrets/${name}`
const image = '${STROWGER_IMAGE:-strowger}'

/** Everything a process needs not to have. */
const confined = {
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  tmpfs: ['/tmp'],
}

/** As Compose publishes it; only phones and DHCP servers come from outside. */
function published({ protocol, port, published: outside = port, setting, askedBy, name }: PublishedPort): string {
  const variable = setting ?? `${name.toUpperCase()}_PORT`
  const on = askedBy === 'administrators' ? '${GATEWAY_ADDRESS:-127.0.0.1}:' : ''
  return `${on}\${${variable}:-${outside}}:${port}${protocol === 'UDP' ? '/udp' : ''}`
}

function serviceOf(part: Part): object {
  const { name, ports, keepsState, writesLog, asksAsterisk, secrets, isLast, memoryMiB, share } = part
  const servers = { nats: 'nats://nats:4222', postgres: 'postgres://postgres:5432/strowger' }
  const others = parts.filter((other) => other.name !== name)
  const isReached = ports.length > 0 || asksAsterisk
  return {
    image,
    command: [name],
    restart: 'unless-stopped',
    init: true,
    ...confined,
    depends_on: isLast
      ? Object.fromEntries(others.map((other) => [other.name, { condition: 'service_healthy' }]))
      : { migrate: { condition: 'service_completed_successfully' } },
    environment: environmentOf(part, servers),
    ...(ports.length === 0 ? {} : { ports: ports.map(published) }),
    volumes: [
      ...(keepsState ? [`${name}:/var/lib/strowger`] : []),
      ...(writesLog ? ['./log:/var/log/strowger'] : []),
      ...(name === 'ingress' ? ['./tls:/tls:ro'] : []),
    ],
    networks: isReached ? ['house', 'outside'] : ['house'],
    secrets: [...secrets],
    healthcheck: {
      test: ['CMD', 'node', '/app/deploy/images/healthy.mjs'],
      interval: '5s',
      timeout: '5s',
      retries: 6,
      start_period: '60s',
    },
    stop_grace_period: '20s',
    mem_limit: `${memoryMiB[1]}m`,
    ...(share === 1 ? {} : { cpu_shares: Math.round(1_024 * share) }),
    pids_limit: 256,
    logging: { driver: 'json-file', options: { 'max-size': '20m', 'max-file': '5' } },
  }
}

/** deploy/compose/compose.yaml */
export function composeFile(): string {
  const of = serverSecretFiles(services)
  const own = Object.fromEntries(parts.map((part) => [part.name, serviceOf(part)]))
  const secrets = [...new Set([...Object.values(of).flat(), ...parts.flatMap((part) => part.secrets)])].sort()
  const kept = parts.filter(({ keepsState }) => keepsState).map(({ name }) => [name, {}])
  const document = {
    services: {
      nats: {
        image: '${NATS_IMAGE:-nats:2.11}',
        command: ['-c', '/run/secrets/nats.conf'],
        restart: 'unless-stopped',
        ...confined,
        // Its configuration can be read by the user of the other services alone.
        cap_add: ['DAC_OVERRIDE'],
        volumes: ['nats:/data'],
        networks: ['house'],
        secrets: of.nats,
        stop_grace_period: '20s',
      },
      postgres: {
        image: '${POSTGRES_IMAGE:-postgres:17}',
        restart: 'unless-stopped',
        shm_size: '256m',
        security_opt: ['no-new-privileges:true'],
        cap_drop: ['ALL'],
        cap_add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
        environment: {
          POSTGRES_PASSWORD_FILE: '/run/secrets/postgres-password',
          POSTGRES_DB: 'strowger',
          PGDATA: '/var/lib/postgresql/data/pgdata',
        },
        volumes: ['postgres:/var/lib/postgresql/data'],
        networks: ['house'],
        secrets: of.postgres,
        stop_signal: 'SIGINT',
        stop_grace_period: '60s',
      },
      migrate: {
        image,
        command: ['migrate'],
        restart: 'no',
        ...confined,
        // It waits until both take connections.
        depends_on: { nats: { condition: 'service_started' }, postgres: { condition: 'service_started' } },
        environment: {
          DATABASE_URL: 'postgres://postgres@postgres:5432/strowger',
          DATABASE_PASSWORD_FILE: '/run/secrets/postgres-password',
          NATS_URL: 'nats://nats:4222',
          SECRETS_DIR: '/run/secrets',
        },
        networks: ['house'],
        secrets: of.migrate,
      },
      ...own,
    },
    networks: { house: { internal: true }, outside: {} },
    volumes: { nats: {}, postgres: {}, ...Object.fromEntries(kept) },
    secrets: Object.fromEntries(secrets.map((name) => [name, { file: secretFile(name) }])),
  }
  const head = [
    ' Made by `make manifests` from the list of services: change deploy/manifests, not this file.',
    ` Health and metrics of each service are on port ${healthPort} of its container.`,
  ]
  return `${head.map((line) => `#${line}`).join('\n')}\n${stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })}`
}
