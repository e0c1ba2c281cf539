import type { databaseSettings, Settings } from '@strowger/service'
import { type ConnectionSettings, connectionFromUrl } from './connection.ts'

/** Where a service’s database is: DATABASE_URL, with parts replaced by the single settings. */
export function connectionFromSettings(settings: Settings<typeof databaseSettings>): ConnectionSettings {
  const base = connectionFromUrl(settings.DATABASE_URL ?? 'postgresql://127.0.0.1:5432/strowger')
  return {
    ...base,
    host: settings.DATABASE_HOST ?? base.host,
    port: settings.DATABASE_PORT ?? base.port,
    database: settings.DATABASE_NAME ?? base.database,
    user: settings.DATABASE_USER ?? base.user,
    password: settings.DATABASE_PASSWORD ?? base.password,
  }
}
