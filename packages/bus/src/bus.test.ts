import { connect, type NatsConnection } from '@nats-io/transport-node'
import { defineBytesRequest, defineRequest, Fault } from '@strowger/schema'
import { createClock, createMetrics, silentLog } from '@strowger/service'
import { eventually, startNats, type TestNats } from '@strowger/testkit'
import Type from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bus, connectBus } from './bus.ts'

const Double = Type.Object({ n: Type.Number() })
const double = defineRequest({
  domain: 'test',
  verb: 'double',
  owner: 'rendering',
  callers: ['ingress'],
  summary: 'Twice the number',
  input: Double,
  output: Double,
  errors: ['not-found', 'conflict'],
  deadlineMs: 1_000,
  example: { input: { n: 1 }, output: { n: 2 } },
})
const render = defineBytesRequest({
  domain: 'test',
  verb: 'render',
  owner: 'rendering',
  callers: ['identification'],
  summary: 'Bytes',
  input: Type.Object({ size: Type.Number() }),
  output: Type.Object({ contentType: Type.String() }),
  example: { input: { size: 1 }, output: { contentType: 'text/plain' } },
})
const identify = defineBytesRequest({
  domain: 'test',
  verb: 'identify',
  owner: 'identification',
  callers: ['ingress'],
  summary: 'Passed on to rendering',
  input: Type.Object({ size: Type.Number() }),
  output: Type.Object({ contentType: Type.String() }),
  forwardsTo: render.subject,
  example: { input: { size: 1 }, output: { contentType: 'text/plain' } },
})

const person = { actor: { kind: 'person', name: 'Ada' }, tenant: 'f3a1', note: 'Grüße\r\nX: y' } as const

let nats: TestNats
let raw: NatsConnection
const buses: Bus[] = []
const metricsOf = new Map<Bus, ReturnType<typeof createMetrics>>()

async function newBus(name: string): Promise<Bus> {
  const metrics = createMetrics(name)
  const bus = await connectBus({ servers: nats.url, name, log: silentLog(), clock: createClock(), metrics })
  buses.push(bus)
  metricsOf.set(bus, metrics)
  return bus
}

beforeAll(async () => {
  nats = await startNats()
  raw = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 })
})

afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.close()))
  await raw.close()
  await nats.close()
})

describe('a request', () => {
  test('gets the answer of its owner, who knows for whom it is', async () => {
    const [asker, owner] = [await newBus('ingress'), await newBus('rendering')]
    const seen: unknown[] = []
    const responder = owner.reply(double, async ({ n }, call) => {
      seen.push(call.context)
      return { n: n * 2 }
    })
    await owner.flush()
    expect(await asker.request(double, { n: 21 }, person)).toEqual({ n: 42 })
    expect(seen).toEqual([person])
    await responder.close()
  })

  test('that nobody answers fails at once as unavailable', async () => {
    const asker = await newBus('ingress')
    const startedMs = performance.now()
    await expect(asker.request(double, { n: 1 }, person)).rejects.toMatchObject({ code: 'unavailable' })
    expect(performance.now() - startedMs).toBeLessThan(500)
  })

  test('carries the error of its owner across, with its detail and fields, and nothing internal', async () => {
    const [asker, owner] = [await newBus('ingress'), await newBus('rendering')]
    const fields = [{ field: '/n', problem: 'is odd' }]
    const responder = owner.reply(double, async ({ n }) => {
      if (n === 1) throw new Fault('conflict', { detail: 'taken', fields, internal: 'row 7' })
      throw new Error('password=hunter2')
    })
    await owner.flush()
    const fault = await asker.request(double, { n: 1 }, person).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'conflict', detail: 'taken', fields, internal: undefined })
    const other = (await asker.request(double, { n: 2 }, person).catch((error: unknown) => error)) as Fault
    expect(other.code).toBe('internal')
    expect(JSON.stringify(other) + other.message).not.toContain('hunter2')
    await responder.close()
  })

  test('ends at its deadline, and work past its deadline is not started', async () => {
    const [asker, owner] = [await newBus('ingress'), await newBus('rendering')]
    let begun = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const responder = owner.reply(
      double,
      async (input, call) => {
        begun++
        expect(call.deadline - Date.now()).toBeLessThanOrEqual(100)
        await held
        return input
      },
      { concurrency: 1 },
    )
    await owner.flush()
    const both = [1, 2].map((n) => asker.request(double, { n }, person, { timeoutMs: 100 }))
    for (const result of await Promise.allSettled(both)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'deadline-exceeded' } })
    }
    release()
    await responder.close()
    expect(begun).toBe(1)
  })

  test('is refused with the first field that is wrong; unknown fields do not matter', async () => {
    const [asker, owner] = [await newBus('ingress'), await newBus('rendering')]
    const responder = owner.reply(double, async (input) => input)
    await owner.flush()
    const wrong = { n: 'x' } as unknown as { n: number }
    await expect(asker.request(double, wrong, person)).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ field: '/n', problem: 'must be number' }],
    })
    const more = { n: 1, later: true } as { n: number }
    expect(await asker.request(double, more, person)).toMatchObject({ n: 1 })
    await responder.close()
  })

  test('that is malformed is counted and answered, and the next one is served', async () => {
    const [asker, owner] = [await newBus('ingress'), await newBus('rendering')]
    const responder = owner.reply(double, async (input) => input)
    await owner.flush()
    const answer = await raw.request(double.subject, 'not json', { timeout: 1_000 })
    expect(answer.headers?.get('Strowger-Error')).toBe('invalid-input')
    for (const junk of ['', '{', '\u0000', '[]', 'null', '{"n":null}']) raw.publish(double.subject, junk)
    await raw.flush()
    expect(await asker.request(double, { n: 3 }, person)).toEqual({ n: 3 })
    const { body } = (await metricsOf.get(owner)?.render()) ?? { body: '' }
    expect(body).toMatch(/strowger_bus_bad_messages_total\{subject="test\.double\.v1".*\} 7/)
    await responder.close()
  })

  test('whose answer has not its shape fails as internal', async () => {
    const [asker, owner] = [await newBus('ingress'), await newBus('rendering')]
    const responder = owner.reply(double, async () => ({ n: 'x' }) as unknown as { n: number })
    await owner.flush()
    await expect(asker.request(double, { n: 1 }, person)).rejects.toMatchObject({ code: 'internal' })
    await responder.close()
  })

  test('with bytes brings them exactly, also none and 256 KiB', async () => {
    const [asker, owner] = [await newBus('identification'), await newBus('rendering')]
    const responder = owner.reply(render, async ({ size }) => ({
      contentType: 'text/plain',
      body: new Uint8Array(size).fill(7),
    }))
    await owner.flush()
    for (const size of [0, 1, 4_096, 262_144]) {
      const reply = await asker.request(render, { size }, person)
      expect(reply.contentType).toBe('text/plain')
      expect(Buffer.compare(reply.body, new Uint8Array(size).fill(7))).toBe(0)
      expect(reply.body.buffer.byteLength).toBe(size)
    }
    await responder.close()
  })
})

test('an answer that is too large for NATS is an error at once, not a silence', async () => {
  const [asker, owner] = [await newBus('identification'), await newBus('rendering')]
  const responder = owner.reply(render, async ({ size }) => ({ contentType: 'x', body: new Uint8Array(size) }))
  await owner.flush()
  await expect(asker.request(render, { size: 2_000_000 }, person)).rejects.toMatchObject({ code: 'too-large' })
  await responder.close()
})

describe('a forwarded request', () => {
  test('is answered to the first caller by the second service, with the same context and deadline', async () => {
    const [asker, first, second] = [await newBus('ingress'), await newBus('identification'), await newBus('rendering')]
    const deadlines: number[] = []
    const responders = [
      first.reply(identify, async (input, call) => {
        deadlines.push(call.deadline)
        return call.forward(render, input)
      }),
      second.reply(render, async ({ size }, call) => {
        deadlines.push(call.deadline)
        expect(call.context).toEqual(person)
        return { contentType: 'x', body: new Uint8Array(size) }
      }),
    ]
    await Promise.all([first.flush(), second.flush()])
    expect((await asker.request(identify, { size: 5 }, person)).body.length).toBe(5)
    expect(deadlines[0]).toBe(deadlines[1])
    for (const responder of responders) await responder.close()
  })

  test('to a service that is away is answered at once as unavailable', async () => {
    const [asker, first] = [await newBus('ingress'), await newBus('identification')]
    const responder = first.reply(identify, (input, call) => call.forward(render, input))
    await first.flush()
    const startedMs = performance.now()
    await expect(asker.request(identify, { size: 5 }, person)).rejects.toMatchObject({ code: 'unavailable' })
    expect(performance.now() - startedMs).toBeLessThan(500)
    await responder.close()
  })
})

test('requests work again after NATS was killed and came back, and say unavailable meanwhile', async () => {
  const [asker, owner] = [await newBus('ingress'), await newBus('rendering')]
  owner.reply(double, async (input) => input)
  await eventually(() => asker.request(double, { n: 1 }, person))
  await nats.kill()
  await eventually(() => !asker.health().ok)
  expect(asker.health().reason).toContain('NATS is away')
  await expect(asker.request(double, { n: 1 }, person)).rejects.toMatchObject({ code: 'unavailable' })
  await nats.restart()
  await eventually(async () => (await asker.request(double, { n: 2 }, person)).n === 2)
  expect(asker.health()).toEqual({ ok: true })
})
