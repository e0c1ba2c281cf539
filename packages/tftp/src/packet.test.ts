import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePacket, encodePacket, maxRequestBytes, type TftpPacket } from './packet.ts'

const text = (maxLength: number) =>
  fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), maxLength })
const uint16 = fc.integer({ min: 0, max: 0xffff })
const options = fc.array(fc.record({ name: text(16), value: text(16) }), { maxLength: 6 })
const request = { filename: text(128), mode: text(16), options }

const packets: fc.Arbitrary<TftpPacket> = fc.oneof(
  fc.record({ kind: fc.constant('read-request' as const), ...request }),
  fc.record({ kind: fc.constant('write-request' as const), ...request }),
  fc.record({ kind: fc.constant('data' as const), block: uint16, data: fc.uint8Array({ maxLength: 600 }) }),
  fc.record({ kind: fc.constant('ack' as const), block: uint16 }),
  fc.record({ kind: fc.constant('error' as const), code: uint16, message: text(64) }),
  fc.record({ kind: fc.constant('option-ack' as const), options }),
)

/** Buffers and byte arrays with the same bytes are the same. */
function plain(packet: unknown) {
  return JSON.parse(
    JSON.stringify(packet, (_key, value) => (value?.type === 'Buffer' ? value.data : value)),
    (key, value) => (key === 'data' ? Object.values(value) : value),
  )
}

describe('the packet codec', () => {
  it('reads back every packet it writes', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        expect(plain(decodePacket(encodePacket(packet)))).toEqual(plain(packet))
      }),
    )
  })

  it('never throws, whatever the datagram', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 700 }),
      fc.tuple(fc.integer({ min: 0, max: 8 }), fc.uint8Array({ maxLength: 60 })).map(([code, rest]) => {
        return new Uint8Array([0, code, ...rest])
      }),
    )
    fc.assert(
      fc.property(anything, (bytes) => void decodePacket(bytes)),
      { numRuns: 2000 },
    )
  })

  it('writes a read request as RFC 1350 and RFC 2347 draw it', () => {
    const packet = encodePacket({
      kind: 'read-request',
      filename: 'a.cfg',
      mode: 'octet',
      options: [{ name: 'blksize', value: '1428' }],
    })
    expect(packet.toString('latin1')).toBe('\0\x01a.cfg\0octet\0blksize\x001428\0')
  })

  it('reads an error whose final NUL is missing', () => {
    const packet = decodePacket(Buffer.from('\0\x05\0\x01gone', 'latin1'))
    expect(packet).toEqual({ kind: 'error', code: 1, message: 'gone' })
  })

  it.each([
    ['nothing', ''],
    ['one byte', '\0'],
    ['an unknown opcode', '\0\x09'],
    ['a request without a final NUL', '\0\x01name\0octet'],
    ['a request without a mode', '\0\x01name\0'],
    ['an option without a value', '\0\x01name\0octet\0blksize\0'],
    ['an ACK without a block', '\0\x04\0'],
    ['a request longer than RFC 2347 allows', `\0\x01${'n'.repeat(maxRequestBytes)}\0octet\0`],
  ])('calls %s malformed', (_what, datagram) => {
    expect(decodePacket(Buffer.from(datagram, 'latin1'))).toMatchObject({ kind: 'malformed' })
  })

  it('cannot be made to write a NUL inside a text', () => {
    const packet = decodePacket(encodePacket({ kind: 'error', code: 0, message: 'a\0b€' }))
    expect(packet).toEqual({ kind: 'error', code: 0, message: 'a?b?' })
  })
})
