import { Fault } from '@strowger/schema'
import { eventually, startTestPostgres } from '@strowger/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openFixture, owners, silentLog, tenantA } from '../test/fixture.ts'
import {
  connectionFromUrl,
  createDatabase,
  createRelay,
  migrate,
  type OutboxMessage,
  type Relay,
  type RelayOptions,
} from './index.ts'

let fixture: Awaited<ReturnType<typeof openFixture>>
beforeAll(async () => {
  fixture = await openFixture()
})
afterAll(() => fixture.close())

const relays: Relay[] = []
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.close()
  await fixture.server.sql('delete from devices.outbox')
})

interface Published {
  subject: string
  text: string
  id: string
  headers: object
}

function relayTo(published: Published[], options: Partial<RelayOptions> = {}): Relay {
  const relay = createRelay({
    database: fixture.database,
    log: silentLog,
    retryMs: 20,
    publish: async (subject, payload, { id, headers }) => {
      published.push({ subject, text: Buffer.from(payload).toString(), id, headers })
    },
    ...options,
  })
  relays.push(relay)
  return relay
}

function send(...messages: OutboxMessage[]): Promise<void> {
  return fixture.database.inTenants([tenantA], { writer: { kind: 'system' } }, (tx) => tx.outbox.addMany(messages))
}

test('rows leave in their order with id and headers, and only when their transaction commits', async () => {
  const published: Published[] = []
  relayTo(published)
  await send(
    { subject: 'evt.a', payload: { n: 1 }, headers: { traceparent: '00-1' } },
    { subject: 'evt.b', payload: Buffer.from('raw'), id: 'mine' },
  )
  const failed = fixture.database.inTenants([tenantA], {}, async (tx) => {
    await tx.outbox.add({ subject: 'evt.never', payload: {} })
    throw new Error('no')
  })
  await expect(failed).rejects.toThrow('no')
  await eventually(() => published.length === 2)
  expect(published).toMatchObject([
    { subject: 'evt.a', text: '{"n":1}', headers: { traceparent: '00-1' }, id: expect.stringMatching(/^devices:\d+$/) },
    { subject: 'evt.b', text: 'raw', id: 'mine' },
  ])
  await eventually(async () => (await waiting()) === 0)
})

test('transactions that overlap publish in the order of their commits', async () => {
  const published: Published[] = []
  relayTo(published)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let added = () => {}
  const hasAdded = new Promise<void>((resolve) => {
    added = resolve
  })
  const first = fixture.database.inTenants([tenantA], {}, async (tx) => {
    // Large, so that it is written at once: small ones wait for the commit.
    await tx.outbox.add({ subject: 'evt.first', payload: Buffer.alloc(20_000) })
    added()
    await held
  })
  await hasAdded
  const second = send({ subject: 'evt.second', payload: {} })
  release()
  await Promise.all([first, second])
  await eventually(() => published.length === 2)
  expect(published.map(({ subject }) => subject)).toEqual(['evt.first', 'evt.second'])
})

test('what the stream does not take waits and leaves in order once it does', async () => {
  const published: Published[] = []
  let away = true
  const relay = relayTo(published, {
    publish: async (subject, _payload, { id, headers }) => {
      if (away) throw new Fault('unavailable')
      published.push({ subject, text: '', id, headers })
    },
  })
  await send({ subject: 'evt.1', payload: {} }, { subject: 'evt.2', payload: {} })
  await eventually(() => !relay.health().ok && relay.state().backlog === 2)
  expect(relay.state().role).toBe('publishing')
  away = false
  await eventually(() => published.length === 2 && relay.health().ok)
  expect(published.map(({ subject }) => subject)).toEqual(['evt.1', 'evt.2'])
})

test('a row that no stream will ever take is set aside and does not hold up the others', async () => {
  const published: Published[] = []
  const relay = relayTo(published, {
    publish: async (subject, _payload, { id, headers }) => {
      if (subject === 'evt.huge') throw new Fault('too-large')
      published.push({ subject, text: '', id, headers })
    },
  })
  await send({ subject: 'evt.huge', payload: {} }, { subject: 'evt.small', payload: {} })
  await eventually(() => published.length === 1 && relay.state().refused === 1)
})

test('one replica publishes, another takes over when it is gone', async () => {
  const published: Published[] = []
  const first = relayTo(published)
  await eventually(() => first.state().role === 'publishing')
  const second = relayTo(published)
  await eventually(() => second.state().role === 'standby')
  await first.close()
  await eventually(() => second.state().role === 'publishing')
  await send({ subject: 'evt.after', payload: {} })
  await eventually(() => published.length === 1)
})

test('a relay whose session is ended by the server opens another one', async () => {
  const published: Published[] = []
  const relay = relayTo(published)
  await eventually(() => relay.state().role === 'publishing')
  await fixture.server.sql(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'strowger-devices-relay'`)
  await send({ subject: 'evt.later', payload: {} })
  await eventually(() => published.length === 1)
})

test('no row is lost over kill -9 of PostgreSQL, and the relay finds back by itself', async () => {
  const postgres = await startTestPostgres()
  const admin = connectionFromUrl(postgres.url)
  await migrate({ admin, owners, log: silentLog })
  const connection = { ...admin, user: 'strowger_identification', password: 'test' }
  const database = createDatabase({ connection, schema: 'devices', log: silentLog })
  const published: Published[] = []
  const relay = relayTo(published, { database, batchSize: 3 })
  const committed: string[] = []
  try {
    for (let n = 0; n < 60; n += 1) {
      if (n === 20) void postgres.kill().then(() => postgres.restart())
      const subject = `evt.${n}`
      await eventually(
        () => database.inTenants([tenantA], {}, (tx) => tx.outbox.add({ subject, payload: {}, id: subject })),
        { timeoutMs: 10_000 },
      )
      committed.push(subject)
    }
    // A COMMIT whose answer was lost is done again: its message comes twice, with one id.
    const order = () => [...new Set(published.map(({ id }) => id))]
    await eventually(() => order().length === 60, { timeoutMs: 10_000 })
    expect(order()).toEqual(committed)
  } finally {
    await relay.close()
    await database.close()
    await postgres.close()
  }
})

async function waiting(): Promise<number> {
  const [row] = await fixture.server.sql<{ waiting: number }>('select count(*) as waiting from devices.outbox')
  return row?.waiting ?? -1
}

test('while more waits than a batch it leaves in small pieces, in its order', async () => {
  const published: number[] = []
  let underWay = 0
  let mostUnderWay = 0
  const relay = createRelay({
    database: fixture.database,
    log: silentLog,
    batchSize: 100,
    publish: async (_subject, payload) => {
      mostUnderWay = Math.max(mostUnderWay, ++underWay)
      await new Promise((resolve) => setTimeout(resolve, 2))
      underWay--
      published.push(JSON.parse(Buffer.from(payload).toString()).n)
    },
  })
  relays.push(relay)
  const numbers = Array.from({ length: 250 }, (_, n) => n)
  await send(...numbers.map((n) => ({ subject: 'evt.a', payload: { n } })))
  await eventually(() => published.length === 250)
  expect(published).toEqual(numbers)
  expect(mostUnderWay).toBeLessThan(100)
})
