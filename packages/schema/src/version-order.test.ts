import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareVersions, parseVersion } from './version-order.ts'

const order = (a: string, b: string) => Math.sign(compareVersions(parseVersion(a), parseVersion(b)))

it.each([
  ['8.9.3', '10.1'],
  ['yealink-v9', 'yealink-v86'],
  ['cisco-spa-legacy', 'cisco-spa-7.5.5'],
  ['cisco-sccp-wireless-1.4.5', 'cisco-sccp-9.4'],
  ['6.1.5', '6.1.5(a)'],
  ['6.1.5(a)', '6.1.7'],
  ['3.3.1-SP4', '3.3.1.2235'],
  ['66.86.0.15', '66.86.0.160'],
  ['', '0'],
])('%s came before %s', (older, newer) => {
  expect([order(older, newer), order(newer, older)]).toEqual([-1, 1])
})

it('is an order, whatever the texts are', () => {
  const version = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-c.-]{0,8}$/))
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(order(a, b)).toBe(-order(b, a) || 0)
      if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0)
    }),
  )
})
