import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTestDatabase, scratchFolder, type TestDatabase } from '@strowger/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { owners, silentLog, type Tables, tenantA } from '../test/fixture.ts'
import { createDatabase, migrate } from './index.ts'

let server: TestDatabase
let folder: string
beforeEach(async () => {
  server = await createTestDatabase({ empty: true })
  folder = scratchFolder('migrations-')
  const [from] = owners
  cpSync(from?.migrations ?? '', folder, { recursive: true })
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

function run(admin = server.admin) {
  return migrate({ admin, owners: owners.map((owner) => ({ ...owner, migrations: folder })), log: silentLog })
}

test('migrating again, and twice at a time, changes nothing', async () => {
  await Promise.all([run(), run()])
  await run()
  const applied = await server.sql<{ name: string }>('select name from devices.migration order by applied_at')
  expect(applied.map(({ name }) => name)).toEqual([
    'house/0001_tenants',
    'house/0002_outbox',
    'house/0003_change_sets',
    'house/0004_requests_and_erasure',
    'house/0005_changes_by_statement',
    'house/0006_one_row_at_once',
    '0001_fixture',
  ])
})

test('what was tracked row by row before is recorded by statement, and undone', async () => {
  const house = scratchFolder('house-')
  cpSync(new URL('../house/', import.meta.url), house, { recursive: true })
  for (const later of ['0005_changes_by_statement', '0006_one_row_at_once']) rmSync(join(house, `${later}.sql`))
  const some = owners.map((owner) => ({ ...owner, migrations: folder }))
  await migrate({ admin: server.admin, owners: some, house, log: silentLog })
  rmSync(house, { recursive: true })
  await run()
  const opened = {
    connection: server.connection('identification'),
    schema: 'devices' as const,
    log: silentLog,
  }
  const database = createDatabase<Tables>(opened)
  try {
    const devices = ['d1', 'd2'].map((id) => ({ id, tenant_id: tenantA }))
    const number = await database.inTenants([tenantA], { writer: { kind: 'person', actor: 'admin' } }, async (tx) => {
      await tx.insertInto('device').values(devices).execute()
      return tx.changeSet ?? 0
    })
    const { changes } = await database.changeSets.show(number, { tenants: [tenantA] })
    expect(changes.map(({ key }) => key)).toEqual([{ id: 'd1' }, { id: 'd2' }])
    await database.changeSets.undo(number, { tenants: [tenantA], tenantId: tenantA, actor: 'admin' })
    expect(await server.sql('select from devices.device')).toEqual([])
  } finally {
    await database.close()
  }
})

test('a migration that fails leaves nothing behind and is named with its line', async () => {
  writeFileSync(join(folder, '0002_wrong.sql'), 'create table half (id int);\nselect nothing from nowhere;\n')
  await expect(run()).rejects.toThrow('migration devices 0002_wrong, line 2')
  expect(await server.sql(`select from pg_class where relname = 'half'`)).toEqual([])
})

test('a migration that was changed after it was applied is refused', async () => {
  await run()
  writeFileSync(join(folder, '0001_fixture.sql'), 'select 1')
  await expect(run()).rejects.toMatchObject({ code: 'conflict', detail: expect.stringContaining('0001_fixture') })
})

test('a migration that comes before an applied one is refused', async () => {
  writeFileSync(join(folder, '0003_later.sql'), 'select 1')
  await run()
  writeFileSync(join(folder, '0002_late.sql'), 'select 1')
  await expect(run()).rejects.toMatchObject({ code: 'conflict', detail: expect.stringContaining('0002_late') })
})

test('an older version runs on a newer database, unless a breaking migration lies between', async () => {
  writeFileSync(join(folder, '0002_added.sql'), 'select 1')
  await run()
  rmSync(join(folder, '0002_added.sql'))
  await run()
  writeFileSync(join(folder, '0002_added.sql'), 'select 1')
  writeFileSync(join(folder, '0003_broken.sql'), '-- breaking\nselect 1')
  await run()
  rmSync(join(folder, '0003_broken.sql'))
  await expect(run()).rejects.toMatchObject({ code: 'conflict', detail: expect.stringContaining('0003_broken') })
})

test('a role that cannot create roles gets the SQL to run, and migrates once it was run', async () => {
  const weak = { ...server.admin, user: `weak_${server.name}`, password: 'weak' }
  await server.sql(`create role ${weak.user} login password 'weak'`)
  try {
    await run().then(() => server.sql('drop schema devices cascade'))
    const refused = await run(weak).catch((error) => error)
    expect(refused).toMatchObject({ code: 'forbidden' })
    const statements = String(refused.detail).match(/^ {2}\S.*;$/gm) ?? []
    expect(statements.join('\n')).toContain('create schema "devices" authorization "strowger_devices_owner"')
    for (const statement of statements) await server.sql(statement)
    await run(weak)
    expect(await server.sql('select from devices.device')).toEqual([])
  } finally {
    await server.sql(`drop owned by ${weak.user} cascade`)
    await server.sql(`drop role ${weak.user}`)
  }
})
