import { eventually, startTestPostgres } from '@strowger/testkit'
import { expect, test } from 'vitest'
import { silentLog } from '../test/fixture.ts'
import { connectionFromUrl, createDatabase, sql } from './index.ts'

test('a database that is killed is unavailable, then there again, without a restart of the service', async () => {
  const postgres = await startTestPostgres()
  const database = createDatabase({ connection: connectionFromUrl(postgres.url), schema: 'devices', log: silentLog })
  const ask = () => sql<{ one: number }>`select 1 as one`.execute(database.db)
  try {
    await eventually(() => database.health().ok)
    await postgres.kill()
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' })
    await eventually(() => !database.health().ok)
    expect(database.health().reason).toMatch(/^the database is away: /)
    await postgres.restart()
    await eventually(async () => (await ask()).rows.length === 1)
    await eventually(() => database.health().ok)
  } finally {
    await database.close()
    await postgres.close()
  }
})

test('a database that is killed between two statements of a transaction ends the transaction, not the process', async () => {
  const postgres = await startTestPostgres()
  const database = createDatabase({ connection: connectionFromUrl(postgres.url), schema: 'devices', log: silentLog })
  try {
    const interrupted = database.db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db)
      // Nobody waits for an answer while the loss of the session is told.
      await eventually(async () => {
        const { rows: left } = await sql`select from pg_stat_activity where pid = ${rows[0]?.pid}`.execute(database.db)
        return left.length === 0
      })
      await sql`select 1`.execute(tx)
    })
    await expect(interrupted).rejects.toMatchObject({ code: 'unavailable' })
  } finally {
    await database.close()
    await postgres.close()
  }
})

test('a database that is away when the service starts is said to be so, and nothing waits for it', async () => {
  const connection = connectionFromUrl('postgres://nobody:x@127.0.0.1:1/none')
  const database = createDatabase({ connection, schema: 'devices', log: silentLog })
  expect(database.health()).toEqual({ ok: false, reason: 'not connected to the database yet' })
  await expect(sql`select 1`.execute(database.db)).rejects.toMatchObject({ code: 'unavailable' })
  await database.close()
})

test('a statement that takes too long is ended', async () => {
  const postgres = await startTestPostgres()
  const database = createDatabase({
    connection: connectionFromUrl(postgres.url),
    schema: 'devices',
    log: silentLog,
    statementTimeoutMs: 50,
  })
  try {
    await expect(sql`select pg_sleep(10)`.execute(database.db)).rejects.toMatchObject({ code: 'deadline-exceeded' })
  } finally {
    await database.close()
    await postgres.close()
  }
})
