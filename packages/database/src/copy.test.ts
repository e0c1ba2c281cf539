import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFixture, tenantA, tenantB } from '../test/fixture.ts'
import { copyInto, insertMany, sql } from './index.ts'

let fixture: Awaited<ReturnType<typeof openFixture>>
beforeAll(async () => {
  fixture = await openFixture()
})
afterAll(() => fixture.close())

test('COPY into the leaf writes what reading the parent shows to its tenant only', async () => {
  const note = 'tab\t newline\n back\\slash \\N é'
  const rows = [
    [tenantA, '2026-11-21', note, Buffer.from([0, 255, 92])],
    [tenantB, '2026-11-21', null, null],
  ]
  const { database } = fixture
  const written = await database.inTenants([tenantA], {}, (tx) =>
    copyInto(tx, 'call_2026', ['tenant_id', 'at', 'note', 'body'], rows),
  )
  expect(written).toBe(2)
  const seen = await database.inTenants([tenantA], {}, (tx) => sql`select * from call`.execute(tx))
  expect(seen.rows).toEqual([{ tenant_id: tenantA, at: '2026-11-21', note, body: Buffer.from([0, 255, 92]) }])
})

test('PostgreSQL refuses COPY into the guarded parent', async () => {
  const copied = fixture.database.inTenants([tenantA], {}, (tx) =>
    copyInto(tx, 'call', ['tenant_id', 'at'], [[tenantA, '2026-11-21']]),
  )
  await expect(copied).rejects.toThrow('row-level security')
})

test('a leaf is reached by the role of its writer only', async () => {
  const [row] = await fixture.server.sql<{ open: boolean }>(
    `select has_table_privilege('strowger_devices_lookup', 'devices.call_2026', 'select') as open`,
  )
  expect(row).toEqual({ open: false })
})

test('many rows are inserted in one statement, with every kind of value', async () => {
  const rows = Array.from({ length: 300 }, (_, n) => [`m${n}`, tenantA, n % 2 ? null : `N°${n}`, { n }, new Date(n)])
  const { database } = fixture
  const types = { id: 'text', tenant_id: 'uuid', description: 'text', facts: 'jsonb', seen: 'timestamptz' }
  const written = await database.inTenants([tenantA], { writer: { kind: 'system' } }, (tx) =>
    insertMany(tx, 'device', types, rows),
  )
  expect(written).toBe(300)
  const found = await database.inTenants([tenantA], {}, (tx) =>
    tx.selectFrom('device').select(['description', 'facts', 'seen']).where('id', '=', 'm2').execute(),
  )
  expect(found).toEqual([{ description: 'N°2', facts: { n: 2 }, seen: new Date(2) }])
})
