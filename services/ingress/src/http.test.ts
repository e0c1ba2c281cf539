import { request } from 'node:http'
import { connect } from 'node:net'
import { type PhoneEvidence, rootTenantId } from '@strowger/schema'
import { createClock, silentLog } from '@strowger/service'
import { afterEach, describe, expect, it } from 'vitest'
import { createAdmission } from './admission.ts'
import { type Answer, createAnswerCache } from './answer-cache.ts'
import { listenHttp } from './http.ts'
import { createPhoneFiles } from './phone-files.ts'

const releases: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const release of releases.splice(0)) await release()
})

const clock = createClock()
const file: Answer = {
  outcome: 'served',
  tenant: rootTenantId,
  device: 'd1',
  revision: 1,
  policyRevision: 0,
  keep: 'while-valid',
  contentType: 'text/plain',
  digest: 'abc',
  file: '001565123456.cfg',
  sensitive: true,
  body: Buffer.from('#!version:1.0.0.1\n'),
}

/** Ingress with a stand-in for the rest of the house. */
async function startIngress(
  ask: (evidence: PhoneEvidence) => Promise<Answer>,
  options: { burst?: number; banned?: string; waitMs?: number } = {},
) {
  const asked: PhoneEvidence[] = []
  const lines: string[] = []
  const fetched: string[] = []
  const revisions = { rendered: () => 1, policy: () => 0 }
  const cache = createAnswerCache({ maxBytes: 1_000_000, revisions, monotonicMs: clock.monotonicMs })
  const files = createPhoneFiles({
    cache,
    ask(evidence) {
      asked.push(evidence)
      return ask(evidence)
    },
    waitMs: options.waitMs ?? 2_000,
    clock,
    log: silentLog(),
  })
  const admission = createAdmission({
    ratePerS: 0.001,
    burst: options.burst ?? 1_000,
    clock,
    bannedUntilMs: (address) => (address === options.banned ? Number.POSITIVE_INFINITY : undefined),
  })
  const server = await listenHttp({
    host: '127.0.0.1',
    port: 0,
    files,
    admission,
    observations: {
      isSensitive: (answer) => answer.sensitive === true,
      sensitive(answer, address, written) {
        lines.push(`${address} ${answer.file}`)
        setImmediate(written)
      },
      fetched: (answer) => fetched.push(answer.file ?? ''),
    },
    count: () => {},
    traced: (work) => work(),
  })
  releases.push(server.close)
  return { port: server.port, asked, lines, fetched }
}

/** A request as phones make it, byte for byte. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString()
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}

function ask(port: number, path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, ...options }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

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
    expect((await ask(port, '/a.cfg', { method: 'PUT' })).status).toBe(405)
    expect((await ask(port, '/a%00.cfg')).status).toBe(400)
    expect((await ask(port, '/%zz.cfg')).status).toBe(400)
    expect((await ask(port, '/../../etc/passwd')).status).toBe(400)
    expect((await ask(port, '/%2e%2e/etc/passwd')).status).toBe(400)
    expect((await ask(port, `/${'a'.repeat(600)}`)).status).toBe(414)
    expect(asked).toHaveLength(0)
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
