import type { DhcpReport } from '@strowger/dhcp'
import { Fault } from '@strowger/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createConnections } from '../connections.ts'
import { listenHttp, type PhoneHttpServer } from '../http-listener.ts'
import { patience, raw } from '../ingress-for-tests.ts'
import { createReporters } from './reporters.ts'
import { createReportListener } from './server-reports.ts'

const token = 'a-token-that-nobody-guesses'
const commit = { op: 'commit', ip: '192.0.2.30', mac: '0:8:5d:2e:ec:fb', options: ['06043.50.0'] }
const told: DhcpReport[] = []
const refused: string[] = []
let failure: Fault | undefined
const servers: PhoneHttpServer[] = []
let port: number
let portOfListed: number

async function open(listed: readonly string[]): Promise<number> {
  const listener = createReportListener({
    reporters: createReporters({ servers: listed, token }),
    async tell(report) {
      if (failure !== undefined) throw failure
      told.push(report)
    },
    onRefused: (code) => refused.push(code),
  })
  const server = await listenHttp({
    host: '127.0.0.1',
    port: 0,
    listener,
    patience,
    connections: createConnections({ max: 100, maxPerSource: undefined }),
  })
  servers.push(server)
  return server.port
}

beforeAll(async () => {
  port = await open([])
  portOfListed = await open(['192.0.2.0/24', '127.0.0.0/8', '2001:db8::/32'])
})
afterAll(() => Promise.all(servers.map((server) => server.close())))
beforeEach(() => {
  told.length = 0
  refused.length = 0
  failure = undefined
})

interface Post {
  readonly path?: string
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly to?: number
}
async function post(body: unknown, { path = '/dhcp', method = 'POST', headers = bearer, to = port }: Post = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await fetch(`http://127.0.0.1:${to}${path}`, {
    method,
    headers,
    ...(method === 'GET' ? {} : { body: text }),
  })
  const answered = await answer.text()
  return { status: answer.status, headers: answer.headers, problem: answered === '' ? undefined : JSON.parse(answered) }
}
const bearer = { authorization: `Bearer ${token}` }

describe('POST /dhcp', () => {
  it('takes what a server tells, also at the address that existing agents post to and without a content type', async () => {
    expect((await post({ dhcp_info: commit })).status).toBe(204)
    for (const path of ['/provd/dev_mgr/dhcpinfo', '/dev_mgr/dhcpinfo', '/api/provd/0.2/dev_mgr/dhcpinfo', '/dhcp/']) {
      expect((await post({ dhcp_info: { op: 'release', ip: '192.0.2.30' } }, { path })).status, path).toBe(204)
    }
    expect(told).toHaveLength(5)
    expect(told[0]).toEqual({ op: 'commit', ip: '192.0.2.30', mac: '00:08:5d:2e:ec:fb', options: { 60: 'CP\0' } })
  })

  it('asks for the token, in either header, unless the server is listed', async () => {
    const body = { dhcp_info: commit }
    const anonymous = await post(body, { headers: {} })
    expect(anonymous.status).toBe(401)
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer realm="dhcp"')
    for (const headers of [
      { authorization: 'Bearer wrong' },
      { authorization: token },
      { 'x-auth-token': `${token}x` },
    ]) {
      expect((await post(body, { headers: headers as Record<string, string> })).status).toBe(401)
    }
    expect(told).toEqual([])
    expect((await post(body, { headers: { 'x-auth-token': token } })).status).toBe(204)
    expect((await post(body, { headers: {}, to: portOfListed })).status).toBe(204)
    expect(refused).toEqual(Array(4).fill('unauthenticated'))
  })

  it('says what is wrong with a report and where, and takes nothing of it', async () => {
    const { status, headers, problem } = await post({ dhcp_info: { ...commit, mac: 'x', options: ['06'] } })
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(problem).toMatchObject({
      code: 'invalid-input',
      fields: [{ field: '/dhcp_info/mac' }, { field: '/dhcp_info/options/0' }],
    })
    expect((await post('{"dhcp_info"')).problem).toMatchObject({ status: 400, detail: 'The body is not JSON' })
    expect((await post('')).status).toBe(400)
    expect(told).toEqual([])
  })

  it('knows one method, its paths, and bodies of 64 KiB at most', async () => {
    const other = await post('', { method: 'PUT' })
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await post('', { method: 'GET' })).status).toBe(405)
    expect((await post('', { path: '/001565123456.cfg' })).status).toBe(404)
    expect((await post(`{"dhcp_info":"${'x'.repeat(70_000)}"}`)).status).toBe(413)
    const chunked = `POST /dhcp HTTP/1.1\r\nauthorization: Bearer ${token}\r\ntransfer-encoding: chunked\r\n\r\n11170\r\n${'x'.repeat(0x11170)}\r\n0\r\n\r\n`
    expect(await raw(port, chunked)).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('tells a server to come back when nobody can take it', async () => {
    failure = new Fault('unavailable')
    const answer = await post({ dhcp_info: commit })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  })

  it('refuses to start with a server that is no address', () => {
    for (const server of ['192.0.2.0/33', '1.2.3', '2001:db8::/129', '192.0.2.0/']) {
      expect(() => createReporters({ servers: [server], token }), server).toThrow('DHCP_INFO_SERVERS')
    }
  })
})
