import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { netasciiFrom } from './netascii.ts'

/** What a client does: CR LF is a new line, CR NUL a carriage return. */
function read(bytes: Uint8Array): Buffer {
  return Buffer.from(
    Buffer.from(bytes)
      .toString('latin1')
      .replace(/\r([\n\0])/g, (_all, next) => (next === '\n' ? '\n' : '\r')),
    'latin1',
  )
}

describe('netascii', () => {
  it('writes new lines and carriage returns as RFC 764 does', () => {
    expect(Buffer.from(netasciiFrom(Buffer.from('a\nb\rc\r\n'))).toString()).toBe('a\r\nb\r\0c\r\0\r\n')
  })

  it('gives the client back the very bytes of the file', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(read(netasciiFrom(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
  })
})
