import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from '@strowger/testkit'
import { createDatabase, type Database, type Generated, migrate } from '../src/index.ts'

export interface Tables {
  device: {
    id: string
    tenant_id: string
    mac: string | null
    description: string | null
    password: string | null
    price: string | null
    seen: Date | null
    facts: Generated<object>
    revision: Generated<number>
    updated_at: Generated<Date>
  }
  line: {
    device_id: string
    position: number
    tenant_id: string
    number: string
    revision: Generated<number>
  }
}

export const tenantA = 'aaaaaaaa-0000-4000-8000-000000000000'
export const tenantB = 'bbbbbbbb-0000-4000-8000-000000000000'
const silent = () => {}
export const silentLog = { info: silent, warn: silent, error: silent }
export const owners = [
  {
    schema: 'devices' as const,
    role: 'strowger_identification',
    password: 'test',
    lookup: true,
    migrations: fileURLToPath(new URL('./migrations/', import.meta.url)),
  },
]

/** A database with two small tables of two tenants, opened as the service that owns them. */
export async function openFixture(options: { statementTimeoutMs?: number } = {}): Promise<{
  server: TestDatabase
  database: Database<Tables>
  close: () => Promise<void>
}> {
  const server = await createTestDatabase({ empty: true })
  await migrate({ admin: server.admin, owners, log: silentLog })
  const database = createDatabase<Tables>({
    connection: server.connection('identification'),
    schema: 'devices',
    log: silentLog,
    ...options,
  })
  return {
    server,
    database,
    async close() {
      await database.close()
      await server.close()
    },
  }
}
