import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTestDatabase, scratchFolder, type TestDatabase } from '@strowger/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { owners, silentLog } from '../test/fixture.ts'
import { migrate } from './index.ts'

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
    '0001_fixture',
  ])
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
