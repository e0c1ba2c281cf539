import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openFixture, type Tables, tenantA, tenantB } from '../test/fixture.ts'
import { isUntrackedWrite, type RevertedRow, sql, type TenantTransaction } from './index.ts'

let fixture: Awaited<ReturnType<typeof openFixture>>
beforeAll(async () => {
  fixture = await openFixture()
})
afterAll(() => fixture.close())
beforeEach(() => clear())

function clear(): Promise<object[]> {
  return fixture.server.sql(`set app.writer = 'system'; delete from devices.line; delete from devices.device;
    delete from devices.row_change; delete from devices.change_set`)
}

/** As a person of tenant A; answers the number of the change set. */
function edit(work: (tx: TenantTransaction<Tables>) => Promise<unknown>, actor = 'admin'): Promise<number> {
  return fixture.database.inTenants([tenantA], { writer: { kind: 'person', actor } }, async (tx) => {
    await work(tx)
    return tx.changeSet ?? 0
  })
}

const tenants = [tenantA]
const device = { id: 'd1', tenant_id: tenantA, mac: null, description: 'Desk', price: '1.500000' }

async function tables(): Promise<object[]> {
  const devices = await fixture.server.sql(
    'select id, tenant_id, mac, description, password, price, seen, facts from devices.device order by id',
  )
  const lines = await fixture.server.sql('select device_id, position, number from devices.line order by 1, 2')
  return [...devices, ...lines]
}

test('what a person changed is listed newest first and shown column by column', async () => {
  await edit((tx) => tx.insertInto('device').values(device).execute())
  const second = await edit((tx) => tx.updateTable('device').set({ description: 'Reception' }).execute(), 'carla')
  const { items, total } = await fixture.database.changeSets.list({ tenants, limit: 1 })
  expect(total).toBe(2)
  expect(items).toMatchObject([{ id: second, actor: 'carla', tenant: tenantA, rows: 1 }])
  expect((await fixture.database.changeSets.show(second, { tenants })).changes).toEqual([
    {
      table: 'device',
      operation: 'update',
      key: { id: 'd1' },
      before: { description: 'Desk' },
      after: { description: 'Reception' },
    },
  ])
})

test('a statement of many rows is recorded row by row, without those that it leaves as they were, and undone as one', async () => {
  const devices = ['d1', 'd2', 'd3'].map((id) => ({ ...device, id, description: id }))
  const made = await edit((tx) => tx.insertInto('device').values(devices).execute())
  const begun = await tables()
  const change = await edit((tx) => tx.updateTable('device').set({ description: 'd2' }).execute())
  const { changes } = await fixture.database.changeSets.show(change, { tenants })
  const told = changes.map(({ before, after }) => `${before?.['description']} -> ${after?.['description']}`)
  expect(told.sort()).toEqual(['d1 -> d2', 'd3 -> d2'])
  const undo = (set: number) => fixture.database.changeSets.undo(set, { tenants, actor: 'admin' })
  await undo(change)
  expect(await tables()).toEqual(begun)
  const removal = await edit((tx) => tx.deleteFrom('device').execute())
  expect((await fixture.database.changeSets.show(removal, { tenants })).changes).toHaveLength(3)
  await undo(removal)
  expect(await tables()).toEqual(begun)
  await undo(made)
  expect(await tables()).toEqual([])
})

test("a person's operation that changes nothing leaves no change set", async () => {
  await edit((tx) => tx.updateTable('device').set({ description: 'nobody' }).execute())
  expect((await fixture.database.changeSets.list({ tenants })).total).toBe(0)
})

test('what the system writes is not recorded', async () => {
  await fixture.database.inTenants(tenants, { writer: { kind: 'system' } }, (tx) =>
    tx.insertInto('device').values(device).execute(),
  )
  expect((await fixture.database.changeSets.list({ tenants })).total).toBe(0)
})

test('a write by a person outside a change set is refused', async () => {
  const written = fixture.database.inTenants(tenants, { writer: { kind: 'system' } }, async (tx) => {
    await sql`select set_config('app.writer', 'person', true)`.execute(tx)
    await tx.insertInto('device').values(device).execute()
  })
  await expect(written).rejects.toSatisfy(isUntrackedWrite)
  const stale = await edit((tx) => tx.insertInto('device').values(device).execute())
  const borrowed = fixture.database.inTenants(tenants, {}, async (tx) => {
    await sql`select set_config('app.writer', 'person', true), set_config('app.change_set', ${String(stale)}, true)`.execute(
      tx,
    )
    await tx.updateTable('device').set({ description: 'late' }).execute()
  })
  await expect(borrowed).rejects.toSatisfy(isUntrackedWrite)
})

test('undo restores the rows, undo of the undo brings the change back, and revisions only rise', async () => {
  await edit((tx) => tx.insertInto('device').values(device).execute())
  const before = await tables()
  const change = await edit(async (tx) => {
    await tx.updateTable('device').set({ description: 'Reception', price: '2.000000' }).execute()
    await tx.insertInto('device').values({ id: 'd2', tenant_id: tenantA }).execute()
    await tx.insertInto('line').values({ device_id: 'd2', position: 1, tenant_id: tenantA, number: '1001' }).execute()
  })
  const after = await tables()
  const revision = await highestRevision()

  const published: RevertedRow[] = []
  const undo = await fixture.database.changeSets.undo(change, {
    tenants,
    actor: 'admin',
    publish: async (_tx, rows) => void published.push(...rows),
  })
  expect(await tables()).toEqual(before)
  expect(undo).toMatchObject({ applied: true, undoes: change, rows: 3 })
  expect(published).toMatchObject([
    { table: 'line', op: 'delete', key: { device_id: 'd2', position: 1 }, row: null },
    { table: 'device', op: 'delete', key: { id: 'd2' } },
    { table: 'device', op: 'update', key: { id: 'd1' }, row: { description: 'Desk' } },
  ])
  expect(await highestRevision()).toBeGreaterThan(revision)

  await fixture.database.changeSets.undo(undo.id, { tenants, actor: 'admin' })
  expect(await tables()).toEqual(after)
  expect(await fixture.database.changeSets.show(change, { tenants })).toMatchObject({ undoneBy: undo.id })
})

test('an undo is refused when a column it wrote was changed since, and names it', async () => {
  await edit((tx) => tx.insertInto('device').values(device).execute())
  const change = await edit((tx) => tx.updateTable('device').set({ description: 'Reception' }).execute())
  await edit((tx) => tx.updateTable('device').set({ description: 'Hall' }).execute())
  const before = await tables()
  await expect(fixture.database.changeSets.undo(change, { tenants, actor: 'admin' })).rejects.toMatchObject({
    code: 'undo-conflict',
    fields: [{ field: '/device/d1/description', problem: 'changed since' }],
  })
  expect(await tables()).toEqual(before)
})

test('a later change of another column does not stand in the way, and stays', async () => {
  await edit((tx) => tx.insertInto('device').values(device).execute())
  const change = await edit((tx) => tx.updateTable('device').set({ description: 'Reception' }).execute())
  await fixture.database.inTenants(tenants, { writer: { kind: 'system' } }, (tx) =>
    tx.updateTable('device').set({ price: '9.000000' }).execute(),
  )
  await fixture.database.changeSets.undo(change, { tenants, actor: 'admin' })
  expect(await tables()).toMatchObject([{ description: 'Desk', price: '9.000000' }])
})

test('an undo that a row written since makes impossible is refused as a whole', async () => {
  await edit((tx) =>
    tx
      .insertInto('device')
      .values({ ...device, mac: '00:15:65:00:00:09' })
      .execute(),
  )
  const removal = await edit((tx) => tx.deleteFrom('device').execute())
  await edit((tx) =>
    tx
      .insertInto('device')
      .values({ ...device, id: 'd3', mac: '00:15:65:00:00:09' })
      .execute(),
  )
  await expect(fixture.database.changeSets.undo(removal, { tenants, actor: 'admin' })).rejects.toMatchObject({
    code: 'undo-conflict',
  })
})

test('a change set is undone once', async () => {
  const change = await edit((tx) => tx.insertInto('device').values(device).execute())
  await fixture.database.changeSets.undo(change, { tenants, actor: 'admin' })
  await expect(fixture.database.changeSets.undo(change, { tenants, actor: 'admin' })).rejects.toMatchObject({
    code: 'undo-conflict',
  })
})

test('a dry run of an undo shows the rows and changes nothing', async () => {
  const change = await edit((tx) => tx.insertInto('device').values(device).execute())
  const before = await tables()
  const shown = await fixture.database.changeSets.undo(change, { tenants, actor: 'admin', dryRun: true })
  expect(shown).toMatchObject({ applied: false, changes: [{ table: 'device', operation: 'delete', after: null }] })
  expect(await tables()).toEqual(before)
  expect((await fixture.database.changeSets.list({ tenants })).total).toBe(1)
})

test('a dry run of an undo is refused as the undo would be', async () => {
  const change = await edit((tx) => tx.insertInto('device').values(device).execute())
  const refusal = async () => {
    throw new Error('a line needs it')
  }
  for (const dryRun of [true, false]) {
    const asked = fixture.database.changeSets.undo(change, { tenants, actor: 'admin', dryRun, publish: refusal })
    await expect(asked).rejects.toMatchObject({ message: 'a line needs it' })
  }
  expect((await fixture.database.changeSets.list({ tenants })).total).toBe(1)
})

test("another tenant neither sees nor undoes a tenant's change set", async () => {
  const change = await edit((tx) => tx.insertInto('device').values(device).execute())
  const other = { tenants: [tenantB], actor: 'eve' }
  expect((await fixture.database.changeSets.list(other)).total).toBe(0)
  await expect(fixture.database.changeSets.show(change, other)).rejects.toMatchObject({ code: 'not-found' })
  await expect(fixture.database.changeSets.undo(change, other)).rejects.toMatchObject({ code: 'not-found' })
})

test('the key of a tracked row cannot be changed', async () => {
  await edit((tx) => tx.insertInto('device').values(device).execute())
  await expect(edit((tx) => tx.updateTable('device').set({ id: 'other' }).execute())).rejects.toSatisfy(
    isUntrackedWrite,
  )
})

const id = fc.constantFrom('p1', 'p2', 'p3', 'p4')
const text = fc.option(fc.string({ maxLength: 8 }).filter((value) => !value.includes('\0')))
const step = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    id,
    description: text,
    password: text,
    facts: fc.dictionary(fc.constantFrom('x', 'é', '"'), fc.integer()),
  }),
  fc.record({ kind: fc.constant('remove' as const), id }),
  fc.record({ kind: fc.constant('price' as const), id, price: fc.integer({ min: 0, max: 1e9 }) }),
)

test('after any edits the undo of each, last first, gives back exactly the tables before it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      async (edits) => {
        await clear()
        const history: { id: number; before: object[] }[] = []
        for (const steps of edits) {
          const before = await tables()
          const id = await edit((tx) => applyAll(tx, steps))
          if (await exists(id)) history.push({ before, id })
        }
        const last = await tables()
        const undone: number[] = []
        for (const { id, before } of history.toReversed()) {
          undone.push((await fixture.database.changeSets.undo(id, { tenants, actor: 'admin' })).id)
          expect(await tables()).toEqual(before)
        }
        for (const id of undone.toReversed()) await fixture.database.changeSets.undo(id, { tenants, actor: 'admin' })
        expect(await tables()).toEqual(last)
      },
    ),
    { numRuns: 25 },
  )
  // Hundreds of transactions: 16 s were seen on a machine busy with other work.
}, 60_000)

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function applyAll(tx: TenantTransaction<Tables>, steps: readonly Step[]): Promise<void> {
  for (const one of steps) {
    if (one.kind === 'remove') await tx.deleteFrom('device').where('id', '=', one.id).execute()
    else if (one.kind === 'price') {
      const price = (one.price / 1e6).toFixed(6)
      await tx
        .updateTable('device')
        .set({ price, seen: new Date(one.price) })
        .where('id', '=', one.id)
        .execute()
    } else {
      const { description, password } = one
      const values = { description, password, facts: JSON.stringify(one.facts) as unknown as object }
      await tx
        .insertInto('device')
        .values({ id: one.id, tenant_id: tenantA, ...values })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute()
    }
  }
}

async function exists(id: number): Promise<boolean> {
  return (await fixture.database.changeSets.list({ tenants })).items.some((set) => set.id === id)
}

async function highestRevision(): Promise<number> {
  const [row] = await fixture.server.sql<{ highest: number }>('select max(revision) as highest from devices.device')
  return row?.highest ?? 0
}
