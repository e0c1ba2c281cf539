import { isAddressOfHost } from './ipv4.ts'
import { isMacOfHost } from './mac.ts'
import { optionText } from './option-text.ts'
import type { DhcpReport } from './report.ts'

/** What a datagram on port 67 is to one who only listens. */
export type HeardDatagram =
  | { readonly kind: 'report'; readonly report: DhcpReport }
  /** Well formed, but it says nothing of an address that a host has: a search, an answer of a server, not Ethernet … */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'malformed'; readonly reason: string }

/** Options that say what a client is: name, vendor and user class, what it asks for, its identifier. */
const wantedOptions: ReadonlySet<number> = new Set([12, 43, 55, 60, 61, 77, 125])

const optionCode = { pad: 0, requestedAddress: 50, overload: 52, messageType: 53, end: 255 } as const
/** RFC 2132 §9.6 */
const messageType = { request: 3, release: 7, inform: 8 } as const
/** Fields of RFC 2131 figure 1, by where they begin. */
const at = {
  op: 0,
  hardwareType: 1,
  hardwareLength: 2,
  clientAddress: 12,
  hardware: 28,
  name: 44,
  file: 108,
  cookie: 236,
  options: 240,
} as const
const bootRequest = 1
const ethernet = 1
const magicCookie = 0x63825363

/**
 * Reads a datagram of a DHCP client (RFC 2131, 2132). What is told is the address that it asks to be given or to keep:
 * the server’s answer goes to the client alone. Never throws; nothing is read beyond the end.
 */
export function heardFrom(datagram: Uint8Array): HeardDatagram {
  const bytes = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength)
  if (bytes.length < at.options) return malformed('shorter than its fixed part')
  if (bytes.readUInt32BE(at.cookie) !== magicCookie) return malformed('no magic cookie')
  if (bytes[at.op] !== bootRequest) return { kind: 'nothing' }
  if (bytes[at.hardwareType] !== ethernet || bytes[at.hardwareLength] !== 6) return { kind: 'nothing' }
  const options = allOptions(bytes)
  if (typeof options === 'string') return malformed(options)

  const ip = addressOf(bytes, options)
  const mac = [...bytes.subarray(at.hardware, at.hardware + 6)].map((byte) => hex(byte)).join(':')
  if (ip === undefined || !isMacOfHost(mac)) return { kind: 'nothing' }
  switch (options.get(optionCode.messageType)?.[0]) {
    case messageType.request:
    case messageType.inform:
      return { kind: 'report', report: { op: 'commit', ip, mac, options: textsOf(options) } }
    case messageType.release:
      return { kind: 'report', report: { op: 'release', ip } }
    default:
      return { kind: 'nothing' }
  }
}

function malformed(reason: string): HeardDatagram {
  return { kind: 'malformed', reason }
}

/** The client’s own address (RFC 2131 table 5: renewing, informing, releasing), else the one that it asks for. */
function addressOf(bytes: Buffer, options: ReadonlyMap<number, Buffer>): string | undefined {
  const own = ipv4At(bytes, at.clientAddress)
  const requested = options.get(optionCode.requestedAddress)
  const address = own === '0.0.0.0' && requested?.length === 4 ? ipv4At(requested, 0) : own
  return isAddressOfHost(address) ? address : undefined
}

/** Options of the datagram, and of the fields `file` and `sname` where these hold more of them (RFC 2132 §9.3). */
function allOptions(bytes: Buffer): Map<number, Buffer> | string {
  const options = new Map<number, Buffer>()
  const problem = addOptions(options, bytes.subarray(at.options))
  if (problem !== undefined) return problem
  const overload = options.get(optionCode.overload)?.[0] ?? 0
  const parts = [
    ...(overload & 1 ? [bytes.subarray(at.file, at.cookie)] : []),
    ...(overload & 2 ? [bytes.subarray(at.name, at.file)] : []),
  ]
  for (const part of parts) {
    const broken = addOptions(options, part)
    if (broken !== undefined) return broken
  }
  return options
}

/** An option that comes in several parts is their concatenation (RFC 3396). Returns what is wrong. */
function addOptions(options: Map<number, Buffer>, bytes: Buffer): string | undefined {
  for (let position = 0; position < bytes.length; ) {
    const code = bytes[position] ?? 0
    if (code === optionCode.end) return undefined
    if (code === optionCode.pad) {
      position += 1
      continue
    }
    const length = bytes[position + 1]
    const end = position + 2 + (length ?? 0)
    if (length === undefined || end > bytes.length) return `option ${code} goes beyond the end`
    const before = options.get(code)
    const value = bytes.subarray(position + 2, end)
    options.set(code, before === undefined ? value : Buffer.concat([before, value]))
    position = end
  }
  // Clients that leave the end mark out are known; the length of the datagram says it as well.
  return undefined
}

function textsOf(options: ReadonlyMap<number, Buffer>): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [code, value] of options) if (wantedOptions.has(code)) texts[code] = optionText(code, value)
  return texts
}

function ipv4At(bytes: Buffer, position: number): string {
  return [...bytes.subarray(position, position + 4)].join('.')
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
