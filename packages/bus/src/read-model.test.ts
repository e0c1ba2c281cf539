import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { defineBucket, defineRequest } from '@strowger/schema'
import { connectTestBus, eventually, startNats, type TestBus, type TestNats } from '@strowger/testkit'
import Type from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bucketSubject } from './bucket.ts'
import { readModel } from './read-model.ts'
import { ensureStreams } from './streams.ts'

const Device = Type.Object({ mac: Type.String(), revision: Type.Optional(Type.Number()) })
function bucketOf(name: string, maxAgeS = 0) {
  return defineBucket({
    name,
    owner: 'identification',
    readers: ['rendering'],
    summary: 'Tests',
    key: 'any text',
    value: Device,
    maxBytes: 50_000_000,
    maxAgeS,
    example: { key: 'a', value: { mac: '00:15:65:12:34:56' } },
  })
}
const devices = bucketOf('DEVICES')
const empty = bucketOf('EMPTY')
const many = bucketOf('MANY')

let nats: TestNats
let raw: NatsConnection
let writer: TestBus
let reader: TestBus

beforeAll(async () => {
  nats = await startNats()
  raw = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 })
  writer = await connectTestBus(nats.url, 'identification')
  reader = await connectTestBus(nats.url, 'rendering')
  await ensureStreams(writer.bus, [devices, empty, many])
})

afterAll(async () => {
  await Promise.all([writer.close(), reader.close(), raw.close()])
  await nats.close()
})

describe('a bucket', () => {
  test('gives back under any key what was put there', async () => {
    const bucket = writer.bus.bucket(devices)
    for (const key of ['', '00:15:65', 'a b', 'é.ü..', '>', '*', 'plain.key']) {
      const revision = await bucket.put(key, { mac: key })
      expect(await bucket.get(key)).toEqual({ key, value: { mac: key }, revision, storedAtMs: expect.any(Number) })
    }
    expect(await bucket.get('nothing')).toBeUndefined()
    expect((await bucket.keys()).length).toBe(7)
  })

  test('knows what was removed from what never was', async () => {
    const bucket = writer.bus.bucket(devices)
    expect(await bucket.wasRemoved('brief')).toBe(false)
    await bucket.put('brief', { mac: '1' })
    expect(await bucket.wasRemoved('brief')).toBe(false)
    await bucket.delete('brief')
    expect(await bucket.wasRemoved('brief')).toBe(true)
  })

  test('refuses a write to an entry that has changed, and the creation of one that is there', async () => {
    const bucket = writer.bus.bucket(devices)
    const first = await bucket.create('cas', { mac: '1' })
    await expect(bucket.create('cas', { mac: '2' })).rejects.toMatchObject({ code: 'conflict' })
    const second = await bucket.update('cas', { mac: '2' }, first)
    await expect(bucket.update('cas', { mac: '3' }, first)).rejects.toMatchObject({ code: 'stale-revision' })
    await bucket.delete('cas', second)
    expect(await bucket.get('cas')).toBeUndefined()
    await bucket.create('cas', { mac: '4' })
    await bucket.delete('cas')
    expect(await bucket.keys()).not.toContain('cas')
  })
})

describe('a read model', () => {
  test('of an empty bucket is loaded', async () => {
    const model = readModel(reader.bus, empty)
    await model.ready
    expect(model.size).toBe(0)
    expect(model.health()).toEqual({ ok: true })
    await model.close()
  })

  test('holds what was there and what comes, tells of changes, and finds by further keys', async () => {
    const bucket = writer.bus.bucket(many)
    await Promise.all(Array.from({ length: 500 }, (_, n) => bucket.put(`id-${n}`, { mac: `mac-${n % 250}` })))
    const changes: unknown[] = []
    const model = readModel(reader.bus, many, { indexes: { mac: (device) => device.mac } })
    await model.ready
    expect(model.size).toBe(500)
    const stop = model.subscribe((...change) => changes.push(change))
    expect(model.by('mac', 'mac-7').length).toBe(2)
    await bucket.put('id-7', { mac: 'other' })
    await bucket.delete('id-8')
    await eventually(() => changes.length === 2)
    expect(changes).toEqual([
      ['id-7', { mac: 'other' }, { mac: 'mac-7' }],
      ['id-8', undefined, { mac: 'mac-8' }],
    ])
    expect(model.by('mac', 'mac-7').length).toBe(1)
    expect(model.by('mac', 'other')).toEqual([{ mac: 'other' }])
    expect(model.by('mac', 'mac-8').length).toBe(1)
    stop()
    await model.close()
  })

  test('does not bring back what was removed here when the bucket tells of it late', async () => {
    const bucket = writer.bus.bucket(devices)
    const model = readModel(reader.bus, devices)
    await model.ready
    model.applyLocal('late', { mac: 'seven', revision: 7 })
    model.applyLocal('late', undefined)
    await bucket.put('late', { mac: 'seven', revision: 7 })
    await bucket.put('after-late', { mac: 'x' })
    await eventually(() => model.has('after-late'))
    expect(model.has('late')).toBe(false)
    await bucket.delete('late')
    await bucket.put('late', { mac: 'eight', revision: 8 })
    await eventually(() => model.get('late')?.mac === 'eight')
    await model.close()
  })

  test('keeps the higher revision, whoever brings the lower one', async () => {
    const bucket = writer.bus.bucket(devices)
    const model = readModel(reader.bus, devices)
    await model.ready
    await bucket.put('rev', { mac: 'five', revision: 5 })
    await eventually(() => model.get('rev')?.mac === 'five')
    await bucket.put('rev', { mac: 'four', revision: 4 })
    await bucket.put('after', { mac: 'x' })
    await eventually(() => model.has('after'))
    expect(model.get('rev')?.mac).toBe('five')
    model.applyLocal('rev', { mac: 'three', revision: 3 })
    expect(model.get('rev')?.mac).toBe('five')
    model.applyLocal('rev', { mac: 'six', revision: 6 })
    expect(model.get('rev')?.mac).toBe('six')
    await model.close()
  })

  test('holds of a value what its reader needs, and keeps the higher revision by it', async () => {
    const bucket = writer.bus.bucket(devices)
    const model = readModel(reader.bus, devices, { hold: ({ revision }) => ({ revision }) })
    await model.ready
    await bucket.put('small', { mac: '00:15:65:00:00:01', revision: 7 })
    await eventually(() => expect(model.get('small')).toEqual({ revision: 7 }))
    await bucket.put('small', { mac: '00:15:65:00:00:02', revision: 6 })
    await bucket.put('smaller', { mac: '00:15:65:00:00:03', revision: 1 })
    await eventually(() => expect(model.has('smaller')).toBe(true))
    expect(model.get('small')).toEqual({ revision: 7 })
    await model.close()
  })

  test('counts an entry that has not its shape, and holds the others', async () => {
    raw.publish(bucketSubject(devices, 'junk'), 'not json')
    raw.publish(bucketSubject(devices, 'wrong'), '{"mac":5}')
    raw.publish('$KV.DEVICES.a=zz', '{"mac":"x"}')
    await raw.flush()
    await writer.bus.bucket(devices).put('good', { mac: 'y' })
    const model = readModel(reader.bus, devices)
    await model.ready
    expect([model.has('junk'), model.has('wrong'), model.has('good')]).toEqual([false, false, true])
    expect(await reader.metricsText()).toMatch(/bus_bad_messages_total\{subject="\$KV\.DEVICES".*\} 3/)
    await model.close()
  })

  test('serves while NATS is killed, and has caught up after it came back', async () => {
    const bucket = writer.bus.bucket(devices)
    await bucket.put('kept', { mac: 'kept' })
    await bucket.put('gone', { mac: 'gone' })
    const model = readModel(reader.bus, devices)
    await model.ready
    await nats.kill()
    const written = writer.bus.publishAcked({
      subject: bucketSubject(devices, 'meanwhile'),
      bytes: Buffer.from('{"mac":"meanwhile"}'),
    })
    await eventually(() => model.health().reason !== undefined)
    expect(model.health()).toMatchObject({ ok: true })
    expect(model.get('kept')).toEqual({ mac: 'kept' })
    await nats.restart()
    await written
    await eventually(() => bucket.delete('gone').then(() => true))
    await eventually(() => model.get('meanwhile')?.mac === 'meanwhile' && !model.has('gone'))
    await eventually(() => model.health().reason === undefined)
    await model.close()
  }, 30_000)

  test('of a bucket that lost its data holds what is there anew, and nothing else', async () => {
    const bucket = writer.bus.bucket(devices)
    await bucket.put('before', { mac: 'before' })
    await bucket.put('both', { mac: 'old' })
    const model = readModel(reader.bus, devices)
    await model.ready
    await nats.restart({ withoutData: true })
    await eventually(() => writer.bus.health().ok)
    await eventually(() => ensureStreams(writer.bus, [devices, empty, many]))
    await eventually(() => bucket.put('both', { mac: 'new' }))
    await eventually(() => model.get('both')?.mac === 'new' && !model.has('before'), { timeoutMs: 15_000 })
    await model.close()
  }, 30_000)
})

test('questions that come behind two hundred changes do not wait for all of them', async () => {
  const bucket = bucketOf('BUSY')
  await ensureStreams(writer.bus, [bucket])
  const Held = Type.Object({ held: Type.Number() })
  const howMany = defineRequest({
    domain: 'test',
    verb: 'count',
    owner: 'rendering',
    callers: ['identification'],
    summary: 'How many are held',
    input: Type.Object({}),
    output: Held,
    example: { input: {}, output: { held: 1 } },
  })
  const model = readModel(reader.bus, bucket, {
    onChange() {
      const untilMs = performance.now() + 2
      while (performance.now() < untilMs);
    },
  })
  await model.ready
  const responder = reader.bus.reply(howMany, async () => ({ held: model.size }))
  await reader.bus.flush()
  const messages = Array.from({ length: 200 }, (_, n) => ({
    subject: bucketSubject(bucket, `device-${n}`),
    bytes: Buffer.from(JSON.stringify({ mac: `00:15:65:${n}`, revision: 1 })),
  }))
  await writer.bus.publishInOrder(messages)
  const { held } = await writer.bus.request(howMany, {}, { actor: { kind: 'person', name: 'Ada' } })
  expect(held).toBeLessThan(100)
  await eventually(() => model.size === 200)
  await responder.close()
  await model.close()
})

/** The collector of V8, which is hidden unless asked for. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

test('ten thousand devices load fast and cost at most 1.5 KB each', async () => {
  const bucket = bucketOf('FLEET')
  await ensureStreams(writer.bus, [bucket])
  const device = (n: number) => ({
    mac: `00:15:65:${n}`,
    revision: 1,
    vendor: 'Yealink',
    model: 'T46S',
    version: '66.86.0.15',
    plugin: 'yealink-v86',
    ip: `10.0.${n >> 8}.${n & 255}`,
    config: `config-${n}`,
    tenant: '54eb71f8-1f4b-4ae4-8730-638062fbe521',
  })
  const messages = Array.from({ length: 10_000 }, (_, n) => ({
    subject: bucketSubject(bucket, `device-${n}`),
    bytes: Buffer.from(JSON.stringify(device(n))),
  }))
  await writer.bus.publishInOrder(messages)
  const collectGarbage = garbageCollector()
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const startedMs = performance.now()
  const model = readModel(reader.bus, bucket, { indexes: { mac: (value) => value.mac } })
  await model.ready
  const loadMs = performance.now() - startedMs
  expect(model.size).toBe(10_000)
  expect(loadMs).toBeLessThan(5_000)
  collectGarbage()
  expect((process.memoryUsage().heapUsed - before) / 10_000).toBeLessThan(1_536)
  await model.close()
}, 30_000)
