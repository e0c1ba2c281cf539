export {
  type Generated,
  type GeneratedAlways,
  type Insertable,
  type Kysely,
  type Selectable,
  type Sql,
  sql,
  type Transaction,
  type Updateable,
} from 'kysely'
export { type AdminSession, executeAsAdmin, openAdminSession } from './admin.ts'
export { changeSetOperations } from './change-set-operations.ts'
export type { ChangeSetQuery, ChangeSets, ChangeSetWithRows, RevertedRow, UndoOptions } from './change-sets.ts'
export { type ConnectionSettings, connectionFromUrl } from './connection.ts'
export { connectionFromSettings } from './connection-from-settings.ts'
export type { CopiedRow } from './copied-row.ts'
export { type CopyValue, copyBytesInto, copyInto, insertMany } from './copy.ts'
export { copyRowsFrom } from './copy-out.ts'
export { type CopyRows, createCopyRows } from './copy-rows.ts'
export { createDatabase, type Database, type DatabaseOptions, type SchemaName } from './database.ts'
export { type Erased, eraseOperation } from './erase-operation.ts'
export { isForeignKeyViolation, isForeignTenant, isUniqueViolation, isUntrackedWrite } from './faults.ts'
export type { DatabaseHealth } from './health.ts'
export { useDatabase } from './in-service.ts'
export { ensureDatabase, type MigrateOptions, migrate } from './migrate.ts'
export type { Outbox, OutboxMessage } from './outbox.ts'
export { type PackedBytes, packBytes } from './packed-bytes.ts'
export { personFrom } from './person.ts'
export { createRelay, type Relay, type RelayOptions, type RelayState } from './relay.ts'
export type { SchemaOwner } from './roles.ts'
export { takeTime } from './take-time.ts'
export type { Person, System, TenantTransaction, TransactionOptions, Writer } from './transaction.ts'
