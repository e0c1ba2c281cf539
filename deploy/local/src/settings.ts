import { defineSettings, readSettings, type Settings } from '@strowger/service'
import Type from 'typebox'

const Port = Type.Integer({ minimum: 1, maximum: 65_535 })

/** Settings of `make run` itself. Those of the services are passed on to them. */
export const localSettings = defineSettings({
  STROWGER_HOME: {
    schema: Type.String(),
    optional: true,
    description: 'Folder of data, logs and secrets of `make run`. Without it `.strowger` in the clone.',
  },
  DATABASE_URL: {
    schema: Type.String(),
    optional: true,
    secret: true,
    description:
      'An existing PostgreSQL to use instead of an own one; the role must be allowed to create roles and schemas, or the SQL for it is printed.',
    example: 'postgres://admin@db.example/strowger',
  },
  NATS_URL: {
    schema: Type.String(),
    optional: true,
    description: 'An existing nats-server with JetStream to use instead of an own one.',
  },
  POSTGRES_PORT: { schema: Port, optional: true, description: 'Port of the own PostgreSQL. Without it a free one.' },
  NATS_PORT: { schema: Port, optional: true, description: 'Port of the own nats-server. Without it a free one.' },
  PHONE_HTTP_PORT: { schema: Port, default: 8667, description: 'Port on which phones fetch files over HTTP.' },
  PHONE_HTTPS_PORT: {
    schema: Port,
    default: 8668,
    description: 'Port on which phones fetch files over HTTPS, once `make certificate` was run.',
  },
  PHONE_TFTP_PORT: { schema: Port, default: 6969, description: 'Port on which phones fetch files over TFTP.' },
  DHCP_INFO_PORT: { schema: Port, default: 8669, description: 'Port on which DHCP servers tell of phones.' },
  GATEWAY_PORT: { schema: Port, default: 8080, description: 'Port of REST, on loopback.' },
  ADVERTISED_HOST: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    description: 'What phones are told this server is. Without it the address of the default route.',
  },
  STROWGER_BOOTSTRAP_TOKEN: {
    schema: Type.String({ minLength: 16 }),
    optional: true,
    secret: true,
    description: "The first administrator's token, for automation. Without it one is made.",
  },
})
export type LocalSettings = Settings<typeof localSettings>

/** Of `migrate`, where services do not run under the supervisor of `make run`. */
export const migrateSettings = defineSettings({
  DATABASE_URL: {
    schema: Type.String(),
    description: 'PostgreSQL, as a role that may make roles and schemas.',
    example: 'postgres://postgres@db.example/strowger',
  },
  DATABASE_PASSWORD: { schema: Type.String(), optional: true, secret: true, description: 'Password of that role.' },
  NATS_URL: { schema: Type.String(), default: 'nats://127.0.0.1:4222', description: 'NATS with JetStream.' },
  SECRETS_DIR: {
    schema: Type.String(),
    default: 'secrets',
    description: 'Folder of the secrets that `prepare` has made.',
  },
  WAIT_MS: { schema: Type.Integer({ minimum: 0 }), default: 120_000, description: 'How long both are waited for.' },
})

/** @throws SettingsFault that names everything that is wrong. */
export function readLocalSettings(environment: NodeJS.ProcessEnv): LocalSettings {
  return readSettings(localSettings, environment)
}
