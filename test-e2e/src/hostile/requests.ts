import { anyMac, hostileName, type Random } from './random.ts'

/** The bytes of a request; after one that `ends`, whatever follows on its connection may be left unread. */
export interface HostileRequest {
  readonly bytes: Buffer
  readonly ends: boolean
}

const otherMethods = ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE']
const broken = ['get', 'G E T', '', 'GET\0', 'CONNECT', '\u0016\u0003\u0001', 'PRI * HTTP/2.0']
const headers = [
  'Host: a',
  'Host: a\r\nHost: b',
  'Range: bytes=0-',
  'Range: bytes=5-2',
  'Range: bytes=0-0,2-3,5-6',
  `Range: bytes=${'9'.repeat(40)}-`,
  'If-None-Match: *',
  'If-None-Match: ""',
  'If-Modified-Since: yesterday',
  'If-Modified-Since: Sat, 21 Nov 2026 09:30:00 GMT',
  'If-Range: "x"',
  'X-Forwarded-For: 192.0.2.1, 6.6.6.6',
  'Connection: keep-alive',
  'Accept-Encoding: gzip;q=nan',
  'Cookie: a=b',
]
const brokenHeaders = [
  'Content-Length: -1',
  'Content-Length: 5\r\nContent-Length: 6',
  'Content-Length: 5\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked, identity',
  'no colon',
  ' folded: yes',
  'X: a\0b',
  `X: ${'x'.repeat(17_000)}`,
  'Upgrade: websocket\r\nConnection: Upgrade',
]

function agent(random: Random, mac: string): string {
  switch (random.below(6)) {
    case 0:
      return `Yealink SIP-T46S 66.86.0.15 ${mac.replaceAll(/..(?!$)/g, '$&:')}`
    case 1:
      return `Yealink SIP-T46S 66.86.0.15 ${anyMac(random).replaceAll(/..(?!$)/g, '$&:')}`
    case 2:
      return 'x'.repeat(random.below(4_000))
    case 3:
      return random
        .bytes(random.below(80))
        .toString('latin1')
        .replaceAll(/[^ -~\u00a0-\u00ff]/g, 'x')
    default:
      return random.pick(['', 'Mozilla/5.0', 'curl/8', 'Yealink', 'Yealink SIP-T46S'])
  }
}

function target(random: Random, mac: string): string {
  switch (random.below(6)) {
    case 0:
      return random.oneIn(4) ? `/${mac}.cfg` : '/001565123456.cfg'
    case 1:
      return `/${random.below(1_000_000)}/${random.below(1_000_000)}.cfg`
    case 2:
      return `/${mac}.cfg?${hostileName(random)}`
    default:
      return `/${hostileName(random)}`
  }
}

function hexOf(character: string): string {
  return (character.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')
}

function methodOf(random: Random): string {
  if (random.oneIn(15)) return random.pick(otherMethods)
  return random.oneIn(8) ? 'HEAD' : 'GET'
}

/** A request to phones’ HTTP as somebody sends it who tries it out: most are HTTP, some nearly, some not at all. */
export function hostileRequest(random: Random): HostileRequest {
  if (random.oneIn(80)) return { bytes: random.bytes(1 + random.below(400)), ends: true }
  const mac = anyMac(random)
  const isBroken = random.oneIn(40)
  const method = isBroken && random.oneIn(2) ? random.pick(broken) : methodOf(random)
  // Spaces, line breaks and bytes beyond ASCII end the connection: such a request is a broken one.
  const raw = target(random, mac)
  const path = isBroken ? raw : raw.replaceAll(/[^!-~]/g, (character) => `%${hexOf(character)}`)
  const lines = [`${method} ${path} HTTP/1.${random.oneIn(40) ? 0 : 1}`, `User-Agent: ${agent(random, mac)}`]
  for (let more = random.below(4); more > 0; more--) lines.push(random.pick(headers))
  if (isBroken) lines.push(random.pick(brokenHeaders))
  const body = random.bytes(random.below(100))
  if (method === 'POST' || method === 'PUT') lines.push(`Content-Length: ${body.length}`)
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, random.oneIn(2) ? 'latin1' : 'utf8')
  const hasBody = method === 'POST' || method === 'PUT'
  // What is no GET or HEAD is answered with the end of the connection.
  const ends = isBroken || (method !== 'GET' && method !== 'HEAD') || lines[0]?.endsWith('1.0') === true
  return { bytes: hasBody ? Buffer.concat([head, body]) : head, ends }
}
