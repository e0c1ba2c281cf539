import {
  askRest,
  createPhone,
  eventually,
  type House,
  type OtlpReceiver,
  startHouse,
  startOtlpReceiver,
} from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let collector: OtlpReceiver
let house: House
beforeAll(async () => {
  collector = await startOtlpReceiver()
  house = await startHouse({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
})
afterAll(async () => {
  await house?.close()
  await collector?.close()
})

/** Resolves when one trace has spans of all these services. */
async function traceThrough(services: readonly string[]): Promise<string> {
  return eventually(
    () => {
      const byTrace = new Map<string, Set<string>>()
      for (const { traceId, service } of collector.spans) {
        byTrace.set(traceId, (byTrace.get(traceId) ?? new Set()).add(service))
      }
      for (const [traceId, seen] of byTrace) if (services.every((service) => seen.has(service))) return traceId
      const traces = [...byTrace.values()].map((seen) => [...seen].join(' '))
      throw new Error(`no trace goes through ${services.join(', ')}; there are: ${[...new Set(traces)].join(' | ')}`)
    },
    { timeoutMs: 20_000, intervalMs: 100 },
  )
}

test('one request of a known phone is one trace through ingress, identification, rendering and fail2ban', async () => {
  const phone = createPhone({ ports: house.phones, mac: '00:15:65:12:34:56', address: '127.0.2.1' })
  await phone.fetchHttp()
  // What its first request has set off besides must not be what is found below.
  await eventually(async () => {
    const { body } = await askRest<{ items: { rendered?: object }[] }>(house, 'GET', '/devices')
    expect(body.items[0]?.rendered).toBeDefined()
  })
  const before = new Set(collector.spans.map(({ traceId }) => traceId))
  await phone.fetchHttp({ query: 'again' })
  const traceId = await traceThrough(['ingress', 'identification', 'rendering', 'fail2ban'])
  expect(before).not.toContain(traceId)

  // Every service sends its spans by itself, a second later.
  await eventually(
    () => {
      const spans = collector.spans.filter((span) => span.traceId === traceId)
      const roots = spans.filter(({ parentSpanId }) => !parentSpanId)
      expect(roots.map(({ service, name }) => `${service}: ${name}`)).toEqual(['ingress: phone request'])
      const ids = new Set(spans.map(({ spanId }) => spanId))
      for (const { parentSpanId } of spans) if (parentSpanId) expect(ids).toContain(parentSpanId)
    },
    { timeoutMs: 20_000, intervalMs: 100 },
  )
})

test('a REST call is one trace through the gateway and the owner of what was asked for', async () => {
  await askRest(house, 'GET', '/devices')
  await traceThrough(['gateway', 'identification'])
})
