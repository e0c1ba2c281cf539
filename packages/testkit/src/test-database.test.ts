import { connectionFromUrl, executeAsAdmin } from '@strowger/database'
import { expect, inject, test } from 'vitest'
import { createTestDatabase } from './test-database.ts'

test('a database has the tables of every service, which its service reads as its own role, and is gone when closed', async () => {
  const database = await createTestDatabase()
  try {
    const schemas = await database.sql<{ schema: string }>(
      `select distinct schemaname as schema from pg_tables where tablename = 'outbox' order by 1`,
    )
    expect(schemas.map(({ schema }) => schema)).toEqual(['access', 'devices', 'provisioning', 'rating', 'sip'])
    const rows = await executeAsAdmin(database.connection('rendering'), 'select from provisioning.outbox')
    expect(rows).toEqual([])
    const strange = executeAsAdmin(database.connection('rendering'), 'select from devices.outbox')
    await expect(strange).rejects.toMatchObject({ code: '42501' })
  } finally {
    await database.close()
  }
  const server = connectionFromUrl(inject('postgres').url)
  expect(await executeAsAdmin(server, 'select from pg_database where datname = $1', [database.name])).toEqual([])
})
