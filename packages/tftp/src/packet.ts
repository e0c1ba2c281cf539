/** The error codes of RFC 1350 (0–7) and RFC 2347 (8). */
export const tftpErrorCode = {
  notDefined: 0,
  fileNotFound: 1,
  accessViolation: 2,
  diskFull: 3,
  illegalOperation: 4,
  unknownTransferId: 5,
  fileExists: 6,
  noSuchUser: 7,
  optionsRefused: 8,
} as const

/** An option as it stands on the wire. The name keeps the client's spelling: names are compared without case (RFC 2347). */
export interface TftpOption {
  readonly name: string
  readonly value: string
}

interface RequestFields {
  readonly filename: string
  readonly mode: string
  readonly options: readonly TftpOption[]
}

/** Text fields are bytes as ISO 8859-1: every character is one byte, and none is NUL. */
export type TftpPacket =
  | ({ readonly kind: 'read-request' } & RequestFields)
  | ({ readonly kind: 'write-request' } & RequestFields)
  | { readonly kind: 'data'; readonly block: number; readonly data: Uint8Array }
  | { readonly kind: 'ack'; readonly block: number }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'option-ack'; readonly options: readonly TftpOption[] }

/** What could not be read, and why. `opcode` is 0 when there were not even two bytes. */
export interface MalformedPacket {
  readonly kind: 'malformed'
  readonly opcode: number
  readonly problem: string
}

/** RFC 2347: "The maximum size of a request packet is 512 octets." */
export const maxRequestBytes = 512

const opcode = { readRequest: 1, writeRequest: 2, data: 3, ack: 4, error: 5, optionAck: 6 } as const

/** Reads one datagram. Never throws: whatever is not TFTP comes back as `malformed`. */
export function decodePacket(datagram: Uint8Array): TftpPacket | MalformedPacket {
  const bytes = Buffer.isBuffer(datagram)
    ? datagram
    : Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength)
  if (bytes.length < 2) return malformed(0, 'shorter than an opcode')
  const code = bytes.readUInt16BE(0)
  switch (code) {
    case opcode.readRequest:
    case opcode.writeRequest:
      return decodeRequest(code, bytes)
    case opcode.data:
      if (bytes.length < 4) return malformed(code, 'no block number')
      return { kind: 'data', block: bytes.readUInt16BE(2), data: bytes.subarray(4) }
    case opcode.ack:
      if (bytes.length < 4) return malformed(code, 'no block number')
      return { kind: 'ack', block: bytes.readUInt16BE(2) }
    case opcode.error:
      return decodeError(bytes)
    case opcode.optionAck: {
      const fields = textFields(bytes, 2)
      if (fields === undefined || fields.length % 2 !== 0) return malformed(code, 'an option without a value')
      return { kind: 'option-ack', options: optionsFrom(fields, 0) }
    }
    default:
      return malformed(code, 'unknown opcode')
  }
}

/** Writes one datagram. Characters above U+00FF and NUL cannot be sent as text and become `?`. */
export function encodePacket(packet: TftpPacket): Buffer {
  switch (packet.kind) {
    case 'read-request':
    case 'write-request': {
      const code = packet.kind === 'read-request' ? opcode.readRequest : opcode.writeRequest
      return encodeTexts(code, [packet.filename, packet.mode, ...optionTexts(packet.options)])
    }
    case 'data':
      return encodeBlock(packet.data, packet.block)
    case 'ack': {
      const bytes = Buffer.allocUnsafe(4)
      bytes.writeUInt16BE(opcode.ack, 0)
      bytes.writeUInt16BE(packet.block & 0xffff, 2)
      return bytes
    }
    case 'error': {
      const text = Buffer.from(sendable(packet.message), 'latin1')
      const bytes = Buffer.alloc(5 + text.length)
      bytes.writeUInt16BE(opcode.error, 0)
      bytes.writeUInt16BE(packet.code & 0xffff, 2)
      text.copy(bytes, 4)
      return bytes
    }
    case 'option-ack':
      return encodeTexts(opcode.optionAck, optionTexts(packet.options))
  }
}

/** A DATA packet. `block` is the count from 1 without limit: on the wire it rolls over from 65535 to 0. */
export function encodeBlock(data: Uint8Array, block: number): Buffer {
  const bytes = Buffer.allocUnsafe(4 + data.length)
  bytes.writeUInt16BE(opcode.data, 0)
  bytes.writeUInt16BE(block & 0xffff, 2)
  bytes.set(data, 4)
  return bytes
}

/** The four bytes before the data of a DATA packet. */
export function encodeBlockHead(block: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt16BE(opcode.data, 0)
  bytes.writeUInt16BE(block & 0xffff, 2)
  return bytes
}

function decodeRequest(code: number, bytes: Buffer): TftpPacket | MalformedPacket {
  if (bytes.length > maxRequestBytes) return malformed(code, `a request longer than ${maxRequestBytes} bytes`)
  const fields = textFields(bytes, 2)
  if (fields === undefined) return malformed(code, 'no final NUL')
  const [filename, mode] = fields
  if (filename === undefined || mode === undefined) return malformed(code, 'no mode')
  if (fields.length % 2 !== 0) return malformed(code, 'an option without a value')
  const kind = code === opcode.readRequest ? 'read-request' : 'write-request'
  return { kind, filename, mode, options: optionsFrom(fields, 2) }
}

/** Some clients leave out the final NUL of the message, or the message: what they mean is clear all the same. */
function decodeError(bytes: Buffer): TftpPacket | MalformedPacket {
  if (bytes.length < 4) return malformed(opcode.error, 'no error code')
  const end = bytes.indexOf(0, 4)
  return {
    kind: 'error',
    code: bytes.readUInt16BE(2),
    message: bytes.toString('latin1', 4, end === -1 ? bytes.length : end),
  }
}

/** The NUL-terminated texts from `start`; undefined when the last has no NUL. */
function textFields(bytes: Buffer, start: number): string[] | undefined {
  const fields: string[] = []
  let at = start
  while (at < bytes.length) {
    const end = bytes.indexOf(0, at)
    if (end === -1) return undefined
    fields.push(bytes.toString('latin1', at, end))
    at = end + 1
  }
  return fields
}

function optionsFrom(fields: readonly string[], start: number): TftpOption[] {
  const options: TftpOption[] = []
  for (let at = start; at + 1 < fields.length; at += 2) {
    options.push({ name: fields[at] ?? '', value: fields[at + 1] ?? '' })
  }
  return options
}

function optionTexts(options: readonly TftpOption[]): string[] {
  return options.flatMap(({ name, value }) => [name, value])
}

function encodeTexts(code: number, texts: readonly string[]): Buffer {
  const body = texts.map((text) => `${sendable(text)}\0`).join('')
  const bytes = Buffer.allocUnsafe(2 + body.length)
  bytes.writeUInt16BE(code, 0)
  bytes.write(body, 2, 'latin1')
  return bytes
}

function sendable(text: string): string {
  return text.replaceAll('\0', '?').replace(/[\u0100-\uffff]/g, '?')
}

function malformed(code: number, problem: string): MalformedPacket {
  return { kind: 'malformed', opcode: code, problem }
}
