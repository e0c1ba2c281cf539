import { connect } from 'node:net'
import { type PhoneEvidence, rootTenantId } from '@strowger/schema'
import { afterEach, describe, expect, it } from 'vitest'
import { ask, file, raw, startIngress as start } from './ingress-for-tests.ts'
import type { UploadHouse } from './uploads.ts'

const releases: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const release of releases.splice(0)) await release()
})

const log = { outcome: 'accepted' as const, tenant: rootTenantId, device: 'd1', file: '001565123456-boot.log' }

async function startIngress(admitted: Awaited<ReturnType<UploadHouse['admit']>>, options: { burst?: number } = {}) {
  const asked: (PhoneEvidence & { method: string })[] = []
  const stored: unknown[] = []
  const uploads: UploadHouse = {
    async admit(method, evidence) {
      asked.push({ method, ...evidence })
      return admitted
    },
    store: async (upload) => void stored.push(upload),
  }
  return { ...(await start(releases, async () => file, { uploads, ...options })), asked, stored }
}
const put = (port: number, body: string, headers: Record<string, string> = {}) =>
  ask(port, '/001565123456-boot.log', { method: 'PUT', body, headers })

describe('what a phone sends', () => {
  it('is read and dropped when nobody asked to keep it', async () => {
    const { port, asked, stored } = await startIngress({ ...log, keep: false })
    expect((await put(port, 'x'.repeat(9_000), { 'user-agent': 'Acme' })).status).toBe(204)
    expect(asked).toMatchObject([
      { method: 'PUT', path: '/001565123456-boot.log', userAgent: 'Acme', transport: 'http' },
    ])
    expect(stored).toEqual([])
  })

  it('is kept when somebody did, with what it said of itself', async () => {
    const { port, stored } = await startIngress({ ...log, keep: true })
    expect((await put(port, 'hello', { 'content-type': 'text/plain' })).status).toBe(204)
    const content = Buffer.from('hello').toString('base64')
    const { outcome: _outcome, ...of } = log
    expect(stored).toEqual([{ ...of, address: '127.0.0.1', contentType: 'text/plain', content }])
  })

  it('is asked for with 100 Continue only once it may come', async () => {
    const head = 'PUT /a.log HTTP/1.1\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n'
    const { port, stored } = await startIngress({ ...log, keep: true })
    const answer = await new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(head))
      socket.on('data', (chunk: Buffer) => {
        if (text === '') socket.write('hello')
        text += chunk.toString()
      })
      socket.on('end', () => resolve(text))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 204 /)
    expect(stored).toHaveLength(1)
  })

  it('is refused beyond the limit, whether its size is said before or not, and nothing of it is kept', async () => {
    const { port, stored } = await startIngress({ ...log, keep: true })
    expect((await put(port, 'x'.repeat(10_001))).status).toBe(413)
    expect((await put(port, 'x'.repeat(10_001), { 'transfer-encoding': 'chunked' })).status).toBe(413)
    expect(stored).toEqual([])
  })

  it.each([
    ['not-named', 405],
    ['absent', 404],
    ['refused', 403],
    ['too-many', 429],
  ] as const)('%s is answered %d without reading it', async (outcome, status) => {
    const { port, refused } = await startIngress({ outcome })
    const answer = await raw(port, 'POST /a.log HTTP/1.1\r\nContent-Length: 9000\r\n\r\n')
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(/allow: GET, HEAD/i.test(answer)).toBe(status === 405)
    expect(refused).toHaveLength(outcome === 'refused' ? 1 : 0)
  })

  it('of a phone that has to show its password is asked for that, and is no offence', async () => {
    const reason = 'a password is required'
    const { port, refused, lines } = await startIngress({ outcome: 'refused', refusal: 'password-needed', reason })
    const answer = await put(port, 'hello')
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Basic realm="phones"'])
    expect([refused, lines]).toEqual([[], []])
  })

  it('with a wrong key is written to the security log as any request with one', async () => {
    const { outcome: _accepted, ...of } = log
    const { port, refused, lines } = await startIngress({ ...of, outcome: 'refused', refusal: 'wrong-key' })
    expect((await put(port, 'hello')).status).toBe(403)
    expect([refused, lines]).toEqual([['127.0.0.1'], ['127.0.0.1 001565123456-boot.log']])
  })

  it('counts as any request of its source', async () => {
    const { port, asked } = await startIngress({ ...log, keep: false }, { burst: 1 })
    expect((await put(port, 'a')).status).toBe(204)
    expect((await put(port, 'a')).status).toBe(429)
    expect(asked).toHaveLength(1)
  })

  it('by other methods is not taken at all', async () => {
    const { port, asked } = await startIngress({ ...log, keep: false })
    for (const method of ['DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
      const answer = await ask(port, '/a.log', { method })
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD'])
    }
    expect(asked).toEqual([])
  })

  it('that breaks off holds nothing up', async () => {
    const { port, stored } = await startIngress({ ...log, keep: true })
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('PUT /a.log HTTP/1.1\r\nContent-Length: 9000\r\n\r\nsome')
        setTimeout(() => socket.destroy(), 50)
      })
      socket.on('close', () => resolve())
    })
    expect((await put(port, 'hello')).status).toBe(204)
    expect(stored).toHaveLength(1)
  })
})
