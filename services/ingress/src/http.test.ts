import { pluginsBucket } from '@strowger/schema'
import { afterEach, describe, expect, it } from 'vitest'
import { type Ask, ask, file, type IngressOptions, raw, startIngress as start } from './ingress-for-tests.ts'

const releases: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const release of releases.splice(0)) await release()
})
const startIngress = (answer: Ask, options?: IngressOptions) => start(releases, answer, options)

describe('HTTP for phones', () => {
  it('serves a phone that sends no Host header, HTTP/1.0 and HTTP/1.1 alike', async () => {
    const { port } = await startIngress(async () => file)
    for (const version of ['1.0', '1.1']) {
      const answer = await raw(port, `GET /001565123456.cfg HTTP/${version}\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
      expect(answer).toContain('#!version:1.0.0.1')
    }
  })

  it('asks once for equal requests, whether at the same time or afterwards', async () => {
    const { port, asked } = await startIngress(async () => file)
    await Promise.all(Array.from({ length: 20 }, () => ask(port, '/001565123456.cfg')))
    expect(asked).toHaveLength(1)
    await ask(port, '/001565123456.cfg')
    expect(asked).toHaveLength(1)
    await ask(port, '/001565123456.cfg', { headers: { 'user-agent': 'another' } })
    expect(asked).toHaveLength(2)
  })

  it('hands on those headers that a plugin looks at, and answers each value for itself', async () => {
    const { manifest, ...plugin } = pluginsBucket.example.value
    const identify = { http: [{ headers: { 'x-model': '^A', cookie: '^s' } }] }
    const plugins = [{ ...plugin, manifest: { ...manifest, identify } }]
    const { port, asked } = await startIngress(async () => file, { plugins })
    const withModel = (model: string) =>
      ask(port, '/a.cfg', { headers: { 'X-Model': model, Cookie: 's', Accept: 'x' } })
    for (const model of ['A1', 'A1', 'A2', 'B'.repeat(600)]) await withModel(model)
    const values = ['A1', 'A2', 'B'.repeat(512)]
    expect(asked.map(({ headers }) => headers)).toEqual(values.map((value) => ({ 'x-model': value })))
    await ask(port, '/a.cfg')
    expect(asked.at(-1)?.headers).toBeUndefined()
  })

  it('writes every request for a sensitive file down, also those answered from the cache, with HEAD or with 304', async () => {
    const { port, lines, fetched } = await startIngress(async () => file)
    await ask(port, '/001565123456.cfg')
    await ask(port, '/001565123456.cfg', { method: 'HEAD' })
    const unchanged = await ask(port, '/001565123456.cfg', { headers: { 'if-none-match': '"abc"' } })
    expect(unchanged.status).toBe(304)
    expect(lines).toEqual(Array.from({ length: 3 }, () => '127.0.0.1 001565123456.cfg'))
    expect(fetched).toHaveLength(2)
  })

  it.each([
    ['absent', 404],
    ['refused', 403],
  ] as const)('answers %s with %d', async (outcome, status) => {
    const { port } = await startIngress(async () => ({ outcome, body: Buffer.alloc(0) }))
    expect((await ask(port, '/001565123456.cfg')).status).toBe(status)
  })

  it('answers 503 with Retry-After when nobody answers in time, and asks again until then', async () => {
    const { port, asked } = await startIngress(async () => ({ outcome: 'unavailable', body: Buffer.alloc(0) }), {
      waitMs: 600,
    })
    const answer = await ask(port, '/001565123456.cfg')
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('2')
    expect(asked.length).toBeGreaterThanOrEqual(2)
  })

  it('gives the last good bytes when nobody answers any more', async () => {
    let away = false
    const { port } = await startIngress(
      async () => (away ? { outcome: 'unavailable', body: Buffer.alloc(0) } : { ...file, revision: 99 }),
      { waitMs: 300 },
    )
    expect((await ask(port, '/001565123456.cfg')).status).toBe(200)
    away = true
    const answer = await ask(port, '/001565123456.cfg')
    expect([answer.status, answer.body]).toEqual([200, '#!version:1.0.0.1\n'])
  })

  it('refuses other methods, bad and overlong paths, and asks nobody about them', async () => {
    const { port, asked } = await startIngress(async () => file)
    const put = await ask(port, '/a.cfg', { method: 'PUT' })
    expect([put.status, put.headers['allow']]).toEqual([405, 'GET, HEAD'])
    expect((await ask(port, '/a%00.cfg')).status).toBe(400)
    expect((await ask(port, '/%zz.cfg')).status).toBe(400)
    expect((await ask(port, '/../../etc/passwd')).status).toBe(400)
    expect((await ask(port, '/%2e%2e/etc/passwd')).status).toBe(400)
    expect((await ask(port, `/${'a'.repeat(600)}`)).status).toBe(414)
    expect(asked).toHaveLength(0)
  })

  it('takes an address in its absolute form, as phones send it that are told of a proxy', async () => {
    const { port, asked } = await startIngress(async () => file)
    for (const path of ['http://192.0.2.10:8667/001565123456.cfg?x=1', 'HTTPS://strowger.example/001565123456.cfg']) {
      expect((await ask(port, path)).status).toBe(200)
    }
    expect(asked.map(({ path, query }) => [path, query])).toEqual([
      ['/001565123456.cfg', 'x=1'],
      ['/001565123456.cfg', undefined],
    ])
    expect((await ask(port, 'ftp://192.0.2.10/001565123456.cfg')).status).toBe(400)
    expect((await ask(port, 'http://192.0.2.10/../001565123456.cfg')).status).toBe(400)
  })

  it('serves a banned source nothing, and one that asks too much 429', async () => {
    const banned = await startIngress(async () => file, { banned: '127.0.0.1' })
    expect((await ask(banned.port, '/001565123456.cfg')).status).toBe(403)
    const flooded = await startIngress(async () => file, { burst: 3 })
    const statuses = []
    for (let index = 0; index < 5; index += 1) statuses.push((await ask(flooded.port, '/001565123456.cfg')).status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  })
})
