export { type PostgresOptions, type RunningServer, startPostgres } from './servers/postgres.ts'
