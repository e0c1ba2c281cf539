import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createTelemetry, silentTelemetry } from './telemetry.ts'

interface SentSpan {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  status?: { code: number; message?: string }
}

test('spans reach the collector in one trace, also over a traceparent, and errors are marked', async () => {
  const spans: SentSpan[] = []
  let service: string | undefined
  const collector = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      for (const resource of JSON.parse(body).resourceSpans) {
        service = resource.resource.attributes.find((one: { key: string }) => one.key === 'service.name')?.value
          .stringValue
        for (const scope of resource.scopeSpans) spans.push(...scope.spans)
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  const telemetry = await createTelemetry({ service: 'ingress', endpoint })
  let carried: string | undefined
  await telemetry.span('phone', { kind: 'server', attributes: { path: '/x' } }, () =>
    telemetry.span('ask', {}, async () => {
      carried = telemetry.traceparent()
    }),
  )
  expect(carried).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  expect(telemetry.traceparent()).toBeUndefined()
  const failing = telemetry.span('later', { traceparent: carried }, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  await telemetry.close()
  collector.close()
  collector.closeAllConnections()

  const byName = new Map(spans.map((span) => [span.name, span]))
  const [phone, ask, later] = ['phone', 'ask', 'later'].map((name) => byName.get(name))
  expect(byName.size).toBe(3)
  expect(new Set(spans.map((span) => span.traceId)).size).toBe(1)
  expect(ask?.parentSpanId).toBe(phone?.spanId)
  expect(later?.parentSpanId).toBe(ask?.spanId)
  expect(later?.status).toMatchObject({ code: 2, message: 'no' })
  expect(service).toBe('ingress')
})

test('without an endpoint nothing is recorded and the work runs', async () => {
  const telemetry = await createTelemetry({ service: 'x' })
  expect(telemetry.enabled).toBe(false)
  expect(await telemetry.span('a', {}, async () => telemetry.traceparent())).toBeUndefined()
  expect(silentTelemetry().traceparent()).toBeUndefined()
})
