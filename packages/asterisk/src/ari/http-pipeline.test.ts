import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createManualClock } from '@strowger/service'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpAnswerDecoder } from './http-answers.ts'
import { createHttpPipeline } from './http-pipeline.ts'

const releases: (() => void)[] = []
afterEach(() => {
  for (const release of releases.splice(0)) release()
})

const ok = (body: string) => `HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** The other end: gives each connection its number and each request as it comes. */
async function listen(answer: (head: string, socket: Socket, connection: number) => void) {
  let connections = 0
  const server = createServer((socket) => {
    const connection = ++connections
    let rest = ''
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const heads = (rest + String(bytes)).split('\r\n\r\n')
      rest = heads.pop() ?? ''
      for (const head of heads) answer(head, socket, connection)
    })
    releases.push(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  releases.push(() => server.close())
  const { port } = server.address() as { port: number }
  const clock = createManualClock()
  const pipeline = createHttpPipeline({ host: '127.0.0.1', port, username: 'u', password: 'p', clock })
  releases.push(() => pipeline.close())
  return { pipeline, clock, get: (path: string) => pipeline.request({ method: 'GET', path }) }
}

describe('a pipeline of requests', () => {
  it('sends before the last answer has come, on one connection, and keeps the order', async () => {
    const held: string[] = []
    const { get } = await listen((head, socket) => {
      held.push(head)
      if (held.length === 3) for (const each of held) socket.write(ok(each.split(' ')[1] ?? ''))
    })
    const answers = await Promise.all(['/1', '/2', '/3'].map(get))
    expect(answers.map(({ body }) => body)).toEqual(['/1', '/2', '/3'])
    expect(held[0]).toContain(`Authorization: Basic ${Buffer.from('u:p').toString('base64')}`)
  })

  it('repeats the one request that met a connection which the server was just closing', async () => {
    const { get } = await listen((head, socket, connection) => {
      if (connection === 1 && head.startsWith('GET /2')) socket.destroy()
      else socket.write(ok('here'))
    })
    await get('/1')
    expect((await get('/2')).body).toBe('here')
  })

  it('fails what was under way when the connection is lost, and connects again', async () => {
    const { get } = await listen((head, socket) => {
      if (head.startsWith('GET /dies')) socket.destroy()
      else socket.write(ok('here'))
    })
    await expect(get('/dies')).rejects.toMatchObject({ code: 'unavailable' })
    expect((await get('/1')).body).toBe('here')
  })

  it('waits no longer than it should', async () => {
    const { get, clock } = await listen(() => {})
    const late = get('/')
    late.catch(() => {})
    await clock.advance(10_000)
    await expect(late).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('10000 ms') })
  })

  it('says that nobody listens', async () => {
    const clock = createManualClock()
    const pipeline = createHttpPipeline({ host: '127.0.0.1', port: 1, username: 'u', password: 'p', clock })
    await expect(pipeline.request({ method: 'GET', path: '/' })).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('answers', () => {
  it('come out whole, in whatever pieces they arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), fc.array(fc.nat(60)), (bodies, cuts) => {
        let bytes = Buffer.from(bodies.map(ok).join(''))
        const decode = createHttpAnswerDecoder()
        const decoded: string[] = []
        for (const cut of cuts) {
          decoded.push(...decode(bytes.subarray(0, cut)).map(({ body }) => body))
          bytes = bytes.subarray(cut)
        }
        decoded.push(...decode(bytes).map(({ body }) => body))
        expect(decoded).toEqual(bodies.map((body) => Buffer.from(body).toString()))
      }),
      { numRuns: 200 },
    )
  })

  it.each(['SSH-2.0-x\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'x'.repeat(70_000)])(
    'that are not ARI’s are refused: %#',
    (text) => {
      expect(() => createHttpAnswerDecoder()(Buffer.from(text))).toThrow(RangeError)
    },
  )
})
