import { createDatabase, type Database, sql } from '@strowger/database'
import { rootTenantId } from '@strowger/schema'
import { silentLog } from '@strowger/service'
import { createTestDatabase, type TestDatabase } from '@strowger/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readDevices } from './list-devices.ts'
import type { DevicesSchema } from './tables.ts'

let testDatabase: TestDatabase
let database: Database<DevicesSchema>
const count = 3_000
const idOf = (place: number) => String(place).padStart(32, '0')

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = createDatabase({
    connection: testDatabase.connection('identification'),
    schema: 'devices',
    log: silentLog(),
  })
})
afterAll(async () => {
  await database.close()
  await testDatabase.close()
})

async function rowsReadByTenant(): Promise<number> {
  await testDatabase.sql('select pg_stat_clear_snapshot()')
  const [row] = await testDatabase.sql<{ count: string }>(
    "select idx_tup_read as count from pg_stat_user_indexes where indexrelname = 'device_by_tenant'",
  )
  return Number(row?.count)
}

it('reads devices by their ids, also before PostgreSQL has counted what was just added', async () => {
  await database.inTenants([rootTenantId], { writer: { kind: 'system' } }, (tx) =>
    sql`insert into device (id, tenant_id, added) select lpad(place::text, 32, '0'), ${rootTenantId}, 'api'
      from generate_series(1, ${count}::int) place`.execute(tx),
  )
  const before = await rowsReadByTenant()
  const ids = Array.from({ length: 8 }, (_, index) => idOf(index * 300 + 1))
  const found = await readDevices(database, [rootTenantId], [...ids, 'unknown'])
  await sql`select pg_stat_force_next_flush()`.execute(database.db)
  await sql`select 1`.execute(database.db)
  expect([...found.keys()].sort()).toEqual(ids)
  expect((await rowsReadByTenant()) - before).toBeLessThan(count)
})
