import { connect } from '@nats-io/transport-node'
import {
  defineBucket,
  defineEvent,
  defineObjectStore,
  defineRequest,
  defineStream,
  TaskDocument,
} from '@strowger/schema'
import { connectTestBus, eventually, startNats, type TestBus, type TestNats } from '@strowger/testkit'
import Type from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Definitions, permissionsOf } from './permissions.ts'
import { readModel } from './read-model.ts'
import { natsAuthorization, natsUsers } from './server-configuration.ts'
import { ensureStreams } from './streams.ts'

const N = Type.Object({ n: Type.Number() })
const example = { input: { n: 1 }, output: { n: 1 } }
const shape = { domain: 'test', summary: 'Tests', input: N, output: N, example }
const render = defineRequest({ ...shape, verb: 'render', owner: 'rendering', callers: [] })
const identify = defineRequest({
  ...shape,
  verb: 'identify',
  owner: 'identification',
  callers: ['ingress'],
  forwardsTo: render.subject,
})
const stream = defineStream({ domain: 'test', summary: 'Tests', maxAgeS: 3_600, maxBytes: 1_000_000 })
const changed = defineEvent({
  stream,
  participle: 'changed',
  owner: 'identification',
  readers: ['rendering', 'fail2ban'],
  summary: 'Tests',
  payload: N,
  example: { n: 1 },
})
const devices = defineBucket({
  name: 'DEVICES',
  owner: 'identification',
  readers: ['ingress', 'rendering'],
  summary: 'Tests',
  key: 'any',
  value: N,
  maxBytes: 1_000_000,
  example: { key: 'a', value: { n: 1 } },
})
const tasks = defineBucket({
  name: 'TASKS',
  owner: 'rendering',
  writers: ['gateway'],
  readers: ['gateway'],
  summary: 'Tests',
  key: 'id',
  value: TaskDocument,
  maxBytes: 1_000_000,
  example: { key: 'a', value: {} as TaskDocument },
})
const firmware = defineObjectStore({
  name: 'FIRMWARE',
  owner: 'rendering',
  readers: ['ingress'],
  summary: 'Tests',
  maxBytes: 10_000_000,
})
const definitions: Definitions = {
  requests: [identify, render],
  events: [changed],
  buckets: [devices, tasks],
  objectStores: [firmware],
}

const passwords = {
  ingress: 'i "quoted" $secret',
  identification: 'd',
  rendering: 'r',
  fail2ban: 'f',
  rating: 'c',
  gateway: 'g',
}
let nats: TestNats
let bus: Record<keyof typeof passwords, TestBus>

beforeAll(async () => {
  nats = await startNats({
    configuration: natsAuthorization(natsUsers(definitions, passwords, { migrate: 'm' })),
  })
  const migrate = await connectTestBus(nats.url, 'migrate', { password: 'm' })
  await ensureStreams(migrate.bus, [stream, devices, tasks, firmware])
  await ensureStreams(migrate.bus, [stream, devices, tasks, firmware])
  await migrate.close()
  const entries = Object.entries(passwords).map(
    async ([name, password]) => [name, await connectTestBus(nats.url, name, { password })] as const,
  )
  bus = Object.fromEntries(await Promise.all(entries)) as typeof bus
})

afterAll(async () => {
  await Promise.all(Object.values(bus).map((each) => each.close()))
  await nats.close()
})

const caller = { actor: { kind: 'service', name: 'ingress' } } as const

describe('a service may do what the definitions give it:', () => {
  test('ask, forward, and answer the first caller', async () => {
    const responders = [
      bus.identification.bus.reply(identify, (input, call) => call.forward(render, input)),
      bus.rendering.bus.reply(render, async ({ n }) => ({ n: n + 1 })),
    ]
    expect(await eventually(() => bus.ingress.bus.request(identify, { n: 1 }, caller))).toEqual({ n: 2 })
    for (const responder of responders) await responder.close()
  })

  test('publish, consume and follow events', async () => {
    await bus.identification.bus.events.publish(changed, 't1', { n: 1 })
    const seen: string[] = []
    const readers = [
      bus.rendering.bus.events.consume([changed], { durable: 'rendering' }, async () => void seen.push('consumed')),
      bus.fail2ban.bus.events.follow([changed], { fromSequence: 1 }, () => void seen.push('followed')),
    ]
    await eventually(() => seen.length === 2)
    await Promise.all(readers.map((reader) => reader.close()))
  })

  test('write, read, list and watch buckets', async () => {
    const bucket = bus.identification.bus.bucket(devices)
    const revision = await bucket.create('00:15', { n: 1 })
    await bucket.update('00:15', { n: 2 }, revision)
    expect((await bus.ingress.bus.bucket(devices).get('00:15'))?.value).toEqual({ n: 2 })
    expect(await bus.rendering.bus.bucket(devices).keys()).toEqual(['00:15'])
    const model = readModel(bus.ingress.bus, devices)
    await model.ready
    await bucket.put('00:16', { n: 3 })
    await eventually(() => model.size === 2)
    await model.close()
  })

  test('store and fetch objects', async () => {
    await bus.rendering.bus.objects(firmware).put('rom', Buffer.alloc(300_000, 1))
    await bus.rendering.bus.objects(firmware).put('rom', Buffer.alloc(300_000, 2))
    const found = await bus.ingress.bus.objects(firmware).get('rom')
    let size = 0
    for await (const piece of found?.content ?? []) size += piece.length
    expect(size).toBe(300_000)
    expect((await bus.ingress.bus.objects(firmware).list()).length).toBe(1)
    expect(await bus.rendering.bus.objects(firmware).delete('rom')).toBe(true)
  })
})

describe('a service may not', () => {
  /** Connects as a service does, tries, and answers what the server refused. */
  async function refusals(user: keyof typeof passwords, attempt: 'publish' | 'subscribe', subjects: string[]) {
    const connection = await connect({ servers: nats.url, user, pass: passwords[user] })
    const refused: string[] = []
    void (async () => {
      for await (const status of connection.status()) if (status.type === 'error') refused.push(status.error.message)
    })()
    for (const subject of subjects) {
      if (attempt === 'publish') connection.publish(subject, '{}')
      else connection.subscribe(subject, { callback() {} })
    }
    await connection.flush()
    await eventually(() => refused.length >= subjects.length).catch(() => {})
    await connection.close()
    return refused.length
  }

  test('publish what is another’s: requests, events, entries, objects, streams, answers', async () => {
    const subjects = [
      render.subject,
      `${changed.subject}.t1`,
      '$KV.DEVICES.a',
      '$O.FIRMWARE.C.x',
      '$JS.API.STREAM.DELETE.EVT_TEST',
      '$JS.API.STREAM.CREATE.MINE',
      '$JS.API.STREAM.PURGE.KV_DEVICES',
      '$JS.API.CONSUMER.CREATE.EVT_TEST.mine',
      '_INBOX_gateway.x',
      '$SYS.REQ.USER.INFO',
      'anything',
    ]
    expect(await refusals('ingress', 'publish', subjects)).toBe(subjects.length)
  })

  test('listen to what is another’s: requests, events, entries, inboxes, everything', async () => {
    const subjects = [identify.subject, `${changed.subject}.*`, '$KV.>', '_INBOX_gateway.>', '_INBOX.>', '>']
    expect(await refusals('ingress', 'subscribe', subjects)).toBe(subjects.length)
  })

  test('ask what it may not: the question fails at once', async () => {
    const startedMs = performance.now()
    await expect(bus.fail2ban.bus.request(render, { n: 1 }, caller)).rejects.toMatchObject({ code: 'internal' })
    expect(performance.now() - startedMs).toBeLessThan(500)
  })

  test('log in with the password of another, or none', async () => {
    await expect(connect({ servers: nats.url, user: 'gateway', pass: 'r', reconnect: false })).rejects.toThrow()
    await expect(connect({ servers: nats.url, reconnect: false })).rejects.toThrow()
  })
})

test('a service that the definitions do not name gets its inbox and nothing else', () => {
  const none: Definitions = { requests: [], events: [], buckets: [], objectStores: [] }
  expect(permissionsOf('gateway', none)).toEqual({ publish: [], subscribe: ['_INBOX_gateway.>'] })
})
