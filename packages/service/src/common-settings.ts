import Type from 'typebox'
import { logLevels } from './log.ts'
import { defineSettings } from './settings.ts'

/** Settings that every service has. */
export const commonSettings = defineSettings({
  NATS_URL: {
    schema: Type.Array(Type.String(), { minItems: 1 }),
    default: ['nats://127.0.0.1:4222'],
    description: 'Where NATS is; several servers of a cluster are separated by commas.',
    example: 'nats://nats-1:4222,nats://nats-2:4222',
  },
  NATS_USER: {
    schema: Type.String(),
    optional: true,
    description: 'NATS user of this service. Without it no log-in is made.',
  },
  NATS_PASSWORD: { schema: Type.String(), optional: true, secret: true, description: 'Password of the NATS user.' },
  HEALTH_HOST: {
    schema: Type.String({ minLength: 1 }),
    default: '127.0.0.1',
    description: 'Address on which health and metrics are answered.',
  },
  HEALTH_PORT: {
    schema: Type.Integer({ minimum: 0, maximum: 65_535 }),
    default: 0,
    description: 'Port of health and metrics; 0 takes any free one.',
  },
  HEALTH_PORT_FILE: {
    schema: Type.String(),
    optional: true,
    description: 'File into which the port in use is written once it listens.',
  },
  LOG_LEVEL: {
    schema: Type.Enum([...logLevels]),
    default: 'info',
    description: 'The least important entries that are written to the log.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: Type.String(),
    optional: true,
    description: 'Collector of traces (OTLP over HTTP). Without it no trace is made.',
    example: 'http://collector:4318',
  },
  TRACE_SAMPLE_RATIO: {
    schema: Type.Number({ minimum: 0, maximum: 1 }),
    default: 1,
    description: 'Which part of the traces that begin in this service is recorded.',
  },
  SEAL_KEYS_FILE: {
    schema: Type.String(),
    optional: true,
    description: 'File with the keys that seal secrets wherever they lie. Needed by services that hold secrets.',
    example: '/run/secrets/seal-keys.json',
  },
  SHUTDOWN_DRAIN_MS: {
    schema: Type.Integer({ minimum: 0, maximum: 600_000 }),
    default: 10_000,
    unit: 'ms',
    description: 'How long work in flight may take to end after SIGTERM; then the process ends all the same.',
  },
})

/** Settings of a service that has tables, beside `commonSettings`. */
export const databaseSettings = defineSettings({
  DATABASE_URL: {
    schema: Type.String(),
    optional: true,
    secret: true,
    description: 'PostgreSQL as one URL. The single settings beside it replace parts of it.',
    example: 'postgresql://db.example:5432/strowger',
  },
  DATABASE_HOST: {
    schema: Type.String(),
    optional: true,
    description: 'Host of PostgreSQL, or the folder of its socket.',
  },
  DATABASE_PORT: {
    schema: Type.Integer({ minimum: 1, maximum: 65_535 }),
    optional: true,
    description: 'Port of PostgreSQL.',
  },
  DATABASE_NAME: { schema: Type.String(), optional: true, description: 'Name of the database.' },
  DATABASE_USER: {
    schema: Type.String(),
    optional: true,
    description: 'Role with which this service logs in; each service has its own.',
  },
  DATABASE_PASSWORD: { schema: Type.String(), optional: true, secret: true, description: 'Password of that role.' },
  DATABASE_POOL_SIZE: {
    schema: Type.Integer({ minimum: 1, maximum: 200 }),
    default: 8,
    unit: 'connections',
    description: 'How many connections to PostgreSQL this process opens at most.',
  },
  CHANGE_SETS_KEPT_DAYS: {
    schema: Type.Integer({ minimum: 0, maximum: 36_500 }),
    default: 365,
    unit: 'days',
    description: 'How long the list of changes goes back, and with it what can be undone; 0 keeps all of it.',
  },
})
