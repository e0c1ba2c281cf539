import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { type Ask, ask, file, type IngressOptions, raw, startIngress as start } from './ingress-for-tests.ts'

const releases: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const release of releases.splice(0)) await release()
})
const startIngress = (answer: Ask, options?: IngressOptions) => start(releases, answer, options)
const named: Ask = async ({ path }) => ({ ...file, sensitive: path !== '/quick.cfg', body: Buffer.from(`<${path}>`) })

describe('a connection of a phone', () => {
  it('gets pipelined answers in the order of its requests, although some wait for the journal', async () => {
    const { port } = await startIngress(named, { journalMs: 50 })
    const paths = ['/a.cfg', '/quick.cfg', '/b.cfg', '/quick.cfg']
    const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\n\r\n`)
    const answer = await raw(port, `${requests.join('')}GET /last.cfg HTTP/1.1\r\nConnection: close\r\n\r\n`)
    expect([...answer.matchAll(/<(.*?)>/g)].map(([, path]) => path)).toEqual([...paths, '/last.cfg'])
  })

  it('gets the size of a file by HEAD, and its part by Range, on one connection', async () => {
    const { port, fetched } = await startIngress(named)
    const head = await ask(port, '/a.cfg', { method: 'HEAD' })
    expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '8', ''])
    const part = await ask(port, '/a.cfg', { headers: { range: 'bytes=1-3' } })
    expect([part.status, part.headers['content-range'], part.body]).toEqual([206, 'bytes 1-3/8', '/a.'])
    expect(fetched).toEqual([])
    const unchanged = await ask(port, '/a.cfg', { headers: { 'if-modified-since': 'Sat, 21 Nov 2026 09:30:00 GMT' } })
    expect(unchanged.status).toBe(304)
  })

  it.each([
    ['headers', 'GET /a.cfg HTTP/1.1\r\nUser-Agent: slow'],
    ['a body', 'POST /log.txt HTTP/1.1\r\nContent-Length: 100\r\n\r\nslow'],
  ])('that sends %s slowly is cut off', async (_what, text) => {
    const { port } = await startIngress(named, { patience: { headersMs: 200, requestMs: 200 } })
    const answer = await raw(port, text)
    expect(answer).toMatch(/^HTTP\/1\.1 40[58] /)
  })

  it('that sends nothing is cut off', async () => {
    const { port } = await startIngress(named, { patience: { silenceMs: 200 } })
    expect(await raw(port, '')).toBe('')
  })

  it('that does not read its answers is cut off, and holds nobody up', async () => {
    const large: Ask = async () => ({ ...file, body: Buffer.alloc(200_000) })
    const { port } = await startIngress(large, { patience: { silenceMs: 300 } })
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /a.cfg HTTP/1.1\r\n\r\n'.repeat(200)))
    let gotBytes = 0
    socket.on('data', (chunk: Buffer) => {
      gotBytes += chunk.length
    })
    socket.pause()
    socket.on('error', () => {})
    expect((await ask(port, '/a.cfg')).status).toBe(200)
    await new Promise((resolve) => {
      socket.on('close', resolve)
      setTimeout(() => socket.resume(), 1_000)
    })
    expect(gotBytes).toBeLessThan(200 * 200_000)
  })

  it('is told 431 for headers that are too large, and 414 for an address that is too long', async () => {
    const { port, asked } = await startIngress(named)
    expect(await raw(port, `GET /a.cfg HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /)
    expect(await raw(port, `GET /${'x'.repeat(9_000)} HTTP/1.1\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 414 /,
    )
    expect(asked).toEqual([])
  })

  it('that asks before an upload is told 405 without sending it', async () => {
    const { port } = await startIngress(named)
    const answer = await raw(port, 'PUT /log.txt HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 405 /)
    expect(answer).toMatch(/allow: GET, HEAD/i)
  })

  it('waits to be taken when a site starts and the server is busy: none of 700 at once is turned away', async () => {
    const { port } = await startIngress(named)
    const connected = new Int32Array(new SharedArrayBuffer(4))
    const site = new Worker(connecting, { eval: true, workerData: { port, phones: 700, connected } })
    releases.push(async () => void (await site.terminate()))
    // The event loop of the server stands still meanwhile, as it does when it starts and compiles its code.
    expect(Atomics.wait(connected, 0, 0, 10_000)).not.toBe('timed-out')
  })
})

describe('behind a proxy', () => {
  it('a request is of whom the proxy says, and without that of nobody', async () => {
    const { port, asked, lines } = await startIngress(named, { trustedProxies: 1, banned: '192.0.2.66' })
    const by = (forwarded: string) => ask(port, '/a.cfg', { headers: { 'x-forwarded-for': forwarded } })
    expect((await by('6.6.6.6, 192.0.2.1')).status).toBe(200)
    expect(asked[0]?.address).toBe('192.0.2.1')
    expect(lines).toEqual(['192.0.2.1 001565123456.cfg'])
    expect((await by('192.0.2.66')).status).toBe(403)
    expect((await by('somebody')).status).toBe(400)
    expect((await ask(port, '/a.cfg')).status).toBe(400)
    expect(asked).toHaveLength(1)
  })
})

/** Connects from a thread of its own; tells when all are. A connection that was dropped is tried again after a second. */
const connecting = `
const { connect } = require('node:net')
const { workerData: { port, phones, connected } } = require('node:worker_threads')
let open = 0
const opened = () => {
  open += 1
  if (open < phones) return
  Atomics.store(connected, 0, 1)
  Atomics.notify(connected, 0)
}
for (let phone = 0; phone < phones; phone++) connect(port, '127.0.0.1', opened).on('error', () => {})
`
