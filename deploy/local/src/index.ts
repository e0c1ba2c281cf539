export { freePort } from './servers/free-port.ts'
export { type Launched, launch } from './servers/launch.ts'
export { natsProgram } from './servers/nats-program.ts'
export { type NatsServerOptions, startNatsServer } from './servers/nats-server.ts'
export { type PostgresOptions, type RunningServer, startPostgres } from './servers/postgres.ts'
export {
  cloneRoot,
  databaseOwners,
  type SupervisedService,
  secretFiles,
  serverSecretFiles,
  services,
} from './services.ts'
export { localSettings, migrateSettings } from './settings.ts'
