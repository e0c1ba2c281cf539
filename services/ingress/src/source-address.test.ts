import { describe, expect, it } from 'vitest'
import { sourceAddress } from './source-address.ts'

const behind = (proxies: number, forwarded?: string) =>
  sourceAddress('10.0.0.9', forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, proxies)

describe('the address of who asks', () => {
  it('is the socket’s without proxies, whatever the phone says', () => {
    expect(behind(0, '192.0.2.1')).toBe('10.0.0.9')
    expect(sourceAddress('::ffff:192.0.2.7', {}, 0)).toBe('192.0.2.7')
    expect(sourceAddress('fe80::1%eth0', {}, 0)).toBe('fe80::1')
  })

  it.each([
    [1, '192.0.2.1', '192.0.2.1'],
    [1, '6.6.6.6, 192.0.2.1', '192.0.2.1'],
    [2, '192.0.2.1, 10.0.0.2', '192.0.2.1'],
    [2, '6.6.6.6,192.0.2.1,10.0.0.2', '192.0.2.1'],
    [1, '192.0.2.1:4711', '192.0.2.1'],
    [1, '2001:DB8::7', '2001:db8::7'],
    [1, '[2001:db8::7]:4711', '2001:db8::7'],
    [1, '::ffff:192.0.2.1', '192.0.2.1'],
  ])('behind %d proxies is counted from the right of "%s"', (proxies, forwarded, expected) => {
    expect(behind(proxies, forwarded)).toBe(expected)
  })

  it.each([
    [1, undefined],
    [1, ''],
    [1, 'unknown'],
    [1, '192.0.2.1, '],
    [1, '192.0.2.999'],
    [1, 'fe80::1%eth0'],
    [2, '192.0.2.1'],
  ])('behind %d proxies is unknown with the header %j: never the proxy’s', (proxies, forwarded) => {
    expect(behind(proxies, forwarded)).toBeUndefined()
  })
})
