import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFixture, tenantA, tenantB } from '../test/fixture.ts'
import { isForeignTenant, isUniqueViolation, isUntrackedWrite, sql } from './index.ts'

let fixture: Awaited<ReturnType<typeof openFixture>>
beforeAll(async () => {
  fixture = await openFixture()
  await fixture.database.inTenants([tenantA, tenantB], { writer: { kind: 'system' } }, (tx) =>
    tx
      .insertInto('device')
      .values([
        { id: 'a1', tenant_id: tenantA, mac: '00:15:65:00:00:01', password: 'sealed:a' },
        { id: 'b1', tenant_id: tenantB, mac: '00:15:65:00:00:02', password: 'sealed:b' },
      ])
      .execute(),
  )
})
afterAll(() => fixture.close())

test("the service's own role without a tenant reads zero rows", async () => {
  expect(await fixture.database.db.selectFrom('device').selectAll().execute()).toEqual([])
  expect(await fixture.database.inTenants([], {}, (tx) => tx.selectFrom('device').selectAll().execute())).toEqual([])
})

test('a tenant sees its own rows only, and the next user of the session none of them', async () => {
  const seen = await fixture.database.inTenants([tenantA], {}, (tx) => tx.selectFrom('device').select('id').execute())
  expect(seen).toEqual([{ id: 'a1' }])
  expect(await fixture.database.db.selectFrom('device').select('id').execute()).toEqual([])
})

test('one select of a tenant sees its own rows only, in whatever plan, and leaves no tenant behind', async () => {
  const { database } = fixture
  const ids = async (tenants: readonly string[], wanted: readonly string[]) =>
    (
      await database.readInTenants<{ id: string }>(
        tenants,
        sql`select device.id, (select count(*) from line) as lines from device where id = any(${[...wanted]}::text[])`,
      )
    ).map(({ id }) => id)
  for (let times = 0; times < 12; times++) {
    expect(await ids([tenantA], ['a1', 'b1'])).toEqual(['a1'])
    expect(await ids([tenantB], ['a1', 'b1'])).toEqual(['b1'])
    expect((await ids([tenantA, tenantB], ['b1', 'a1', 'none'])).sort()).toEqual(['a1', 'b1'])
    expect(await ids([], ['a1', 'b1'])).toEqual([])
    expect(await database.db.selectFrom('device').select('id').execute()).toEqual([])
  }
})

test("writing another tenant's row is refused, and updating it finds nothing", async () => {
  const { database } = fixture
  const written = database.inTenants([tenantA], { writer: { kind: 'system' } }, (tx) =>
    tx.insertInto('device').values({ id: 'x', tenant_id: tenantB }).execute(),
  )
  await expect(written).rejects.toSatisfy(isForeignTenant)
  const updated = await database.inTenants([tenantA], { writer: { kind: 'system' } }, (tx) =>
    tx.updateTable('device').set({ description: 'mine' }).where('id', '=', 'b1').executeTakeFirst(),
  )
  expect(updated.numUpdatedRows).toBe(0n)
})

test('the lookup role reads its columns of all tenants, no other column, and writes nothing', async () => {
  const { database } = fixture
  const found = await database.lookup((tx) =>
    tx.selectFrom('device').select(['id', 'tenant_id']).where('mac', '=', '00:15:65:00:00:02').execute(),
  )
  expect(found).toEqual([{ id: 'b1', tenant_id: tenantB }])
  for (const attempt of [
    () => database.lookup((tx) => tx.selectFrom('device').select('password').execute()),
    () => database.lookup((tx) => tx.updateTable('device').set({ mac: null }).execute()),
    () => database.lookup((tx) => tx.selectFrom('line').selectAll().execute()),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: '42501' })
  }
})

test('the service cannot lift its own fences', async () => {
  for (const statement of [
    'alter table device disable row level security',
    'drop policy tenant on device',
    'set role strowger_devices_owner',
    'delete from change_set',
    'insert into migration values (1)',
    'create table mine (id int)',
  ]) {
    await expect(sql.raw(statement).execute(fixture.database.db)).rejects.toMatchObject({ code: '42501' })
  }
})

test('a write by nobody in particular is refused', async () => {
  const written = fixture.database.inTenants([tenantA], {}, (tx) =>
    tx.updateTable('device').set({ description: 'whose?' }).execute(),
  )
  await expect(written).rejects.toSatisfy(isUntrackedWrite)
})

test('a second row of the same identity is a unique violation of its constraint', async () => {
  const written = fixture.database.inTenants([tenantA], { writer: { kind: 'system' } }, (tx) =>
    tx.insertInto('device').values({ id: 'a2', tenant_id: tenantA, mac: '00:15:65:00:00:01' }).execute(),
  )
  await expect(written).rejects.toSatisfy((error) => isUniqueViolation(error, 'device_mac_key'))
  await expect(written).rejects.not.toSatisfy((error) => isUniqueViolation(error, 'device_pkey'))
})

test('a transaction whose failed statement was swallowed does not claim to have committed', async () => {
  const swallowed = fixture.database.inTenants([tenantA], { writer: { kind: 'system' } }, async (tx) => {
    await sql`select 1 / 0`.execute(tx).catch(() => {})
  })
  await expect(swallowed).rejects.toThrow('rolled back')
})
