export { type PostgresOptions, type RunningServer, startPostgres } from './servers/postgres.ts'
export { databaseOwners } from './services.ts'
