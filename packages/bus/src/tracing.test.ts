import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { defineEvent, defineRequest, defineStream } from '@strowger/schema'
import { createTelemetry } from '@strowger/service'
import { connectTestBus, eventually, startNats } from '@strowger/testkit'
import Type from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureStreams } from './streams.ts'

const N = Type.Object({ n: Type.Number() })
const shape = {
  domain: 'test',
  summary: 'Tests',
  input: N,
  output: N,
  example: { input: { n: 1 }, output: { n: 1 } },
}
const render = defineRequest({ ...shape, verb: 'render', owner: 'rendering' })
const identify = defineRequest({ ...shape, verb: 'identify', owner: 'identification', forwardsTo: render.subject })
const stream = defineStream({ domain: 'test', summary: 'Tests', maxAgeS: 3_600, maxBytes: 1_000_000 })
const served = defineEvent({
  stream,
  participle: 'served',
  owner: 'rendering',
  readers: ['fail2ban'],
  summary: 'Tests',
  payload: N,
  example: { n: 1 },
})
const caller = { actor: { kind: 'phone', name: 'x' } } as const

interface SentSpan {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
}
const spans: SentSpan[] = []
let collector: Server

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      for (const resource of JSON.parse(Buffer.concat(chunks).toString()).resourceSpans) {
        for (const scope of resource.scopeSpans) spans.push(...scope.spans)
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  collector.close()
  collector.closeAllConnections()
})

test('a request, its forwarding, the event it leads to and its reader are one trace', async () => {
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  const telemetry = await createTelemetry({ service: 'tested', endpoint })
  const nats = await startNats()
  const connectAs = (name: string) => connectTestBus(nats.url, name, { telemetry })
  const [ingress, identification, rendering, fail2ban] = await Promise.all([
    connectAs('ingress'),
    connectAs('identification'),
    connectAs('rendering'),
    connectAs('fail2ban'),
  ])
  await ensureStreams(rendering.bus, [stream])
  identification.bus.reply(identify, (input, call) => call.forward(render, input))
  rendering.bus.reply(render, async (input) => {
    await rendering.bus.events.publish(served, 't1', input)
    return input
  })
  let isHandled = false
  fail2ban.bus.events.follow([served], { fromSequence: 1 }, () => {
    isHandled = true
  })
  await Promise.all([identification.bus.flush(), rendering.bus.flush()])
  await telemetry.span('phone', { kind: 'server' }, () => ingress.bus.request(identify, { n: 1 }, caller))
  await eventually(() => isHandled)
  await Promise.all([ingress, identification, rendering, fail2ban].map((each) => each.close()))
  await nats.close()
  await telemetry.close()

  const names = ['phone', `request ${identify.subject}`, `answer ${identify.subject}`, `answer ${render.subject}`]
  const chain = [...names, `handle ${served.subject}`].map((name) => spans.find((span) => span.name === name))
  expect(new Set(chain.map((span) => span?.traceId)).size).toBe(1)
  for (const [index, span] of chain.entries()) {
    if (index > 0) expect(span?.parentSpanId).toBe(chain[index - 1]?.spanId)
  }
})
