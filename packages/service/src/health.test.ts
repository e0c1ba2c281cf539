import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHealth, type HealthServer, listenHealth } from './health.ts'
import { createMetrics } from './metrics.ts'

const health = createHealth()
const metrics = createMetrics('test')
let server: HealthServer
const get = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`)

beforeAll(async () => {
  server = await listenHealth({ service: 'test', health, metrics, host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server.close()
  metrics.close()
})

test('ready says 503 with the reason of each check that is not ok, and live stays 200', async () => {
  let bus = true
  health
    .add('bus', () => (bus ? { ok: true } : { ok: false, reason: 'NATS is away' }))
    .add('model', () => ({ ok: true, reason: 'serving what is held' }))
  expect((await get('/health/ready')).status).toBe(200)
  bus = false
  const answer = await get('/health/ready')
  expect(answer.status).toBe(503)
  expect(await answer.json()).toEqual({
    service: 'test',
    ready: false,
    checks: [
      { name: 'bus', ok: false, reason: 'NATS is away' },
      { name: 'model', ok: true, reason: 'serving what is held' },
    ],
  })
  expect((await get('/health/live')).status).toBe(200)
  health.add('broken', () => {
    throw new Error('oops')
  })
  expect(JSON.stringify(await (await get('/health/ready')).json())).toContain('the check itself failed: Error: oops')
})

test('metrics come as Prometheus reads them, each name once', async () => {
  const served = metrics.counter({ name: 'served_total', help: 'Served', labels: ['kind'] }).of({ kind: 'tftp' })
  served.add()
  served.add(2)
  metrics
    .counter({ name: 'served_total', help: 'Served', labels: ['kind'] })
    .of({ kind: 'tftp' })
    .add()
  metrics.gauge({ name: 'held', help: 'Held' }).of({}).set(7)
  metrics.histogram({ name: 'took_seconds', help: 'Took' }).of({}).observe(0.02)
  const answer = await get('/metrics')
  const text = await answer.text()
  expect(answer.headers.get('content-type')).toContain('text/plain')
  expect(text).toContain('strowger_served_total{kind="tftp",service="test"} 4')
  expect(text).toContain('strowger_held{service="test"} 7')
  expect(text).toContain('strowger_took_seconds_bucket{le="0.025",service="test"} 1')
  expect(text).toMatch(/strowger_process_resident_memory_bytes\{service="test"\} \d{7,}/)
  expect(text).toContain('strowger_event_loop_lag_seconds')
})

test('another path says which there are', async () => {
  const answer = await get('/')
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ paths: ['/health/live', '/health/ready', '/metrics'] })
})

test('a port that is taken is an error', async () => {
  const again = listenHealth({ service: 'test', health, metrics, host: '127.0.0.1', port: server.port })
  await expect(again).rejects.toThrow('EADDRINUSE')
})
