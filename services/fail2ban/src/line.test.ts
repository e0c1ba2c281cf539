import { plainAddress } from '@strowger/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceCreatedLine, sensitiveFileLine } from './line.ts'

/** Local time of the same instant, told by another way than the one under test. */
function expectedTime(at: string): string {
  return `${new Date(at).toLocaleString('sv-SE')},${at.slice(20, 23)}`
}

describe('a line of the security log', () => {
  it('is to the byte what existing filters look for', () => {
    const at = '2026-11-21T09:09:24.917Z'
    expect(sensitiveFileLine({ address: '127.1.0.1', file: '001565123456.cfg', at })).toBe(
      `[${expectedTime(at)}] Sensitive file requested from 127.1.0.1: 001565123456.cfg`,
    )
    expect(deviceCreatedLine({ address: '127.9.1.1', device: 'e6fc1c09d2e74abaa46d89593d2ce223', at })).toBe(
      `[${expectedTime(at)}] New device created automatically from 127.9.1.1: e6fc1c09d2e74abaa46d89593d2ce223`,
    )
  })

  it('names IPv4 sources of a dual-stack socket by their IPv4 address', () => {
    expect(plainAddress('::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(plainAddress('2001:db8::7')).toBe('2001:db8::7')
  })

  it('stays one line with the real address first, whatever the caller named the file', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (file) => {
        const line = sensitiveFileLine({ address: '192.0.2.1', file, at: '2026-11-21T09:09:24.917Z' })
        expect(line.split(/[\r\n\u0085\u2028\u2029]/)).toHaveLength(1)
        expect(/ from (\S+): /.exec(line)?.[1]).toBe('192.0.2.1')
      }),
    )
  })
})
