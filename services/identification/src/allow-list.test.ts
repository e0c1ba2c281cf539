import { expect, it } from 'vitest'
import { allowProblem, isAllowed } from './allow-list.ts'

it.each([
  [[], '203.0.113.9', true],
  [['192.0.2.7'], '192.0.2.7', true],
  [['192.0.2.7'], '::ffff:192.0.2.7', true],
  [['192.0.2.7'], '192.0.2.8', false],
  [['192.0.2.0/25', '2001:db8::/32'], '192.0.2.127', true],
  [['192.0.2.0/25', '2001:db8::/32'], '192.0.2.128', false],
  [['192.0.2.0/25', '2001:db8::/32'], '2001:db8:1::5', true],
  [['192.0.2.0/25', '2001:db8::/32'], '2001:db9::5', false],
  [['0.0.0.0/0'], '2001:db8::1', false],
  [['::/0'], '2001:db8::1', true],
  [['::/0'], '192.0.2.7', false],
  [['fe80::/10'], 'fe80::1%eth0', true],
  [['192.0.2.7'], 'nonsense', false],
] as const)('%j with %s: %s', (allow, address, expected) => {
  expect(isAllowed(allow, address)).toBe(expected)
})

it('takes addresses and networks of both families, and says what is wrong with anything else', () => {
  for (const entry of ['192.0.2.1', '192.0.2.0/24', '2001:db8::/32', '0.0.0.0/0', '::1/128']) {
    expect(allowProblem(entry), entry).toBeUndefined()
  }
  for (const entry of [
    '192.0.2',
    '192.0.2.0/33',
    '2001:db8::/129',
    '192.0.2.0/',
    '192.0.2.0/8/8',
    'host',
    'fe80::1%1',
  ]) {
    expect(allowProblem(entry), entry).toMatch(/^(is|has)/)
  }
})
