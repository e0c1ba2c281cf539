import { connect, type NatsConnection } from '@nats-io/transport-node'
import { defineEvent, defineStream } from '@strowger/schema'
import { connectTestBus, eventually, startNats, type TestBus, type TestNats } from '@strowger/testkit'
import Type from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EventMessage, isEvent } from './events.ts'
import { ensureStreams } from './streams.ts'

const stream = defineStream({ domain: 'test', summary: 'Tests', maxAgeS: 3_600, maxBytes: 10_000_000 })
const changed = defineEvent({
  stream,
  participle: 'changed',
  owner: 'identification',
  readers: ['rendering'],
  summary: 'A number has changed',
  payload: Type.Object({ n: Type.Number() }),
  example: { n: 1 },
})
const removed = defineEvent({
  stream,
  participle: 'removed',
  owner: 'identification',
  readers: ['rendering'],
  summary: 'A name was removed',
  payload: Type.Object({ name: Type.String() }),
  example: { name: 'a' },
})

let nats: TestNats
let raw: NatsConnection
let writer: TestBus
let reader: TestBus

beforeAll(async () => {
  nats = await startNats()
  raw = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 })
  writer = await connectTestBus(nats.url, 'identification')
  reader = await connectTestBus(nats.url, 'rendering')
  await ensureStreams(writer.bus, [stream])
})

afterAll(async () => {
  await Promise.all([writer.close(), reader.close(), raw.close()])
  await nats.close()
})

test('an event published twice under one id is stored once, and reaches its reader with all that belongs to it', async () => {
  const first = await writer.bus.events.publish(changed, 't1', { n: 1 }, { id: 'row-1' })
  const again = await writer.bus.events.publish(changed, 't1', { n: 1 }, { id: 'row-1' })
  expect(again).toEqual({ ...first, duplicate: true })
  const seen: EventMessage<{ n: number }>[] = []
  const consumer = reader.bus.events.consume([changed], { durable: 'once' }, async (message) => {
    seen.push(message)
  })
  await eventually(() => seen.length === 1)
  expect(seen[0]).toMatchObject({ tenant: 't1', payload: { n: 1 }, id: 'row-1', sequence: first.sequence, delivery: 1 })
  await consumer.close()
})

test('an event whose handler fails comes again; one that has not its shape is counted and given up', async () => {
  const seen: number[] = []
  let failures = 0
  const consumer = reader.bus.events.consume(
    [changed],
    { durable: 'again', deliverFrom: 'new' },
    async ({ payload }) => {
      if (payload.n === 10 && failures++ < 2) throw new Error('not now')
      seen.push(payload.n)
    },
  )
  await eventually(() => consumer.health().ok)
  raw.publish(`${changed.subject}.t1`, '{"n":"x"}')
  raw.publish(`${changed.subject}.t1`, 'not json')
  await writer.bus.events.publish(changed, 't1', { n: 10 })
  await writer.bus.events.publish(changed, 't1', { n: 11 })
  await eventually(() => seen.length === 2, { timeoutMs: 10_000 })
  expect(seen).toEqual([11, 10])
  expect(await reader.metricsText()).toMatch(/bus_bad_messages_total\{subject="evt\.test\.changed\.v1".*\} 2/)
  await consumer.close()
})

test('two replicas under one durable name share the events, each event once', async () => {
  const other = await connectTestBus(nats.url, 'rendering')
  const seen: number[] = []
  const take = async ({ payload }: EventMessage<{ n: number }>) => {
    seen.push(payload.n)
  }
  const options = { durable: 'shared', deliverFrom: 'new', batch: 8 } as const
  const consumers = [reader, other].map(({ bus }) => bus.events.consume([changed], options, take))
  await eventually(() => consumers.every((consumer) => consumer.health().ok))
  const wanted = Array.from({ length: 200 }, (_, n) => n)
  await Promise.all(wanted.map((n) => writer.bus.events.publish(changed, 't1', { n })))
  await eventually(() => seen.length >= 200)
  expect(seen.sort((a, b) => a - b)).toEqual(wanted)
  await Promise.all(consumers.map((consumer) => consumer.close()))
  await other.close()
})

test('what a stopping replica had fetched and not begun goes to another at once', async () => {
  const other = await connectTestBus(nats.url, 'rendering')
  const options = { durable: 'stopping', deliverFrom: 'new', concurrency: 1, batch: 16 } as const
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let begun = 0
  const stopping = other.bus.events.consume([changed], options, async () => {
    begun++
    await held
  })
  await eventually(() => stopping.health().ok)
  for (let n = 0; n < 10; n++) await writer.bus.events.publish(changed, 't1', { n })
  await eventually(() => begun === 1)
  const closed = stopping.close()
  release()
  await closed
  let seen = 0
  const staying = reader.bus.events.consume([changed], options, async () => void seen++)
  await eventually(() => seen === 9)
  await staying.close()
  await other.close()
})

test('several events of a stream are read in their order from a position', async () => {
  const { sequence } = await writer.bus.events.publish(changed, 't2', { n: 1 })
  await writer.bus.events.publish(removed, 't2', { name: 'x' })
  raw.publish(`${removed.subject}.t2`, 'junk')
  await raw.flush()
  await writer.bus.events.publish(changed, 't2', { n: 2 })
  const seen: unknown[] = []
  let failures = 0
  const follower = reader.bus.events.follow([changed, removed], { fromSequence: sequence }, async (message) => {
    if (isEvent(message, removed) && failures++ === 0) throw new Error('the disk is full')
    seen.push(isEvent(message, changed) ? message.payload.n : message.payload)
  })
  await eventually(() => seen.length === 3)
  expect(seen).toEqual([1, { name: 'x' }, 2])
  await follower.close()
})

test('what is removed of one tenant takes nothing from a reader that is behind', async () => {
  const seen: string[] = []
  let go = () => {}
  const held = new Promise<void>((resolve) => {
    go = resolve
  })
  const consumer = reader.bus.events.consume(
    [changed, removed],
    { durable: 'behind', deliverFrom: 'new', concurrency: 1, batch: 1 },
    async (message) => {
      seen.push(`${message.tenant} ${JSON.stringify(message.payload)}`)
      await held
    },
  )
  await eventually(() => consumer.health().ok)
  await writer.bus.events.publish(changed, 'stays', { n: 1 })
  await eventually(() => seen.length === 1)
  await writer.bus.events.publish(changed, 'goes', { n: 2 })
  await writer.bus.events.publish(removed, 'goes', { name: 'b' })
  await writer.bus.events.publish(changed, 'goes', { n: 3 })
  await writer.bus.events.publish(changed, 'stays', { n: 4 })
  expect(await writer.bus.events.purge(changed, 'goes')).toBe(2)
  expect(await writer.bus.events.purge(changed, 'goes')).toBe(0)
  go()
  await eventually(() => seen.length === 3)
  expect(seen).toEqual(['stays {"n":1}', 'goes {"name":"b"}', 'stays {"n":4}'])
  await consumer.close()
})

test('what is published while NATS is killed is kept, and arrives exactly once at both kinds of readers', async () => {
  const consumed: number[] = []
  const followed: number[] = []
  const { sequence } = await writer.bus.events.publish(changed, 't3', { n: -1 })
  const consumer = reader.bus.events.consume(
    [changed],
    { durable: 'killed', deliverFrom: 'new' },
    async ({ payload }) => {
      consumed.push(payload.n)
    },
  )
  const follower = reader.bus.events.follow([changed], { fromSequence: sequence + 1 }, ({ payload }) => {
    followed.push(payload.n)
  })
  await eventually(() => consumer.health().ok && follower.health().ok)
  const wanted = Array.from({ length: 300 }, (_, n) => n)
  const before = wanted.slice(0, 100).map((n) => writer.bus.events.publish(changed, 't3', { n }))
  await nats.kill()
  const during = wanted.slice(100).map((n) => writer.bus.events.publish(changed, 't3', { n }))
  await eventually(() => !writer.bus.health().ok)
  await nats.restart()
  await Promise.all([...before, ...during])
  await eventually(() => consumed.length >= 300 && followed.length >= 300, { timeoutMs: 15_000 })
  await writer.bus.events.publish(changed, 't3', { n: 300 })
  await eventually(() => consumed.includes(300) && followed.includes(300))
  const byNumber = (a: number, b: number) => a - b
  expect(followed.sort(byNumber)).toEqual([...wanted, 300])
  expect([...new Set(consumed)].sort(byNumber)).toEqual([...wanted, 300])
  await Promise.all([consumer.close(), follower.close()])
}, 30_000)

test('a reader whose position lies behind the end of the stream begins at its first event, and is told', async () => {
  const lost: unknown[] = []
  const seen: number[] = []
  const follower = reader.bus.events.follow(
    [changed],
    { fromSequence: 1_000_000, onLost: (state) => void lost.push(state) },
    ({ sequence }) => {
      seen.push(sequence)
    },
  )
  await eventually(() => seen.length > 0)
  expect(seen[0]).toBe(1)
  expect(lost).toEqual([{ expected: 1_000_000, last: expect.any(Number) }])
  await follower.close()
})

test('messages published in order stay in order, also over a kill', async () => {
  const seen: number[] = []
  const { sequence } = await writer.bus.events.publish(changed, 't4', { n: -1 })
  const wanted = Array.from({ length: 500 }, (_, n) => n)
  const messages = wanted.map((n) => ({
    subject: `${changed.subject}.t4`,
    bytes: Buffer.from(JSON.stringify({ n })),
    id: `ordered-${n}`,
  }))
  const published = writer.bus.publishInOrder(messages)
  await nats.kill()
  await nats.restart()
  await published
  const follower = reader.bus.events.follow([changed], { fromSequence: sequence + 1 }, ({ payload }) => {
    seen.push(payload.n)
  })
  await eventually(() => seen.length === 500, { timeoutMs: 15_000 })
  expect(seen).toEqual(wanted)
  await follower.close()
}, 30_000)
