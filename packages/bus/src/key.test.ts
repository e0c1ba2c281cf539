import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeKey, encodeKey } from './key.ts'

test('every key comes back from its encoding, which NATS takes as a subject', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.ipV6(), fc.emailAddress()), (key) => {
      const encoded = encodeKey(key)
      expect(encoded).toMatch(/^[-=.\w]+$/)
      expect(encoded.startsWith('.') || encoded.endsWith('.') || encoded.includes('..')).toBe(false)
      expect(decodeKey(encoded)).toBe(key)
    }),
    { numRuns: 2_000 },
  )
})

test('no two keys have one encoding', () => {
  const dots = fc.string({ unit: fc.constantFrom('.', '=', 'a', '_', 'é', ' ') })
  fc.assert(
    fc.property(dots, dots, (a, b) => a === b || encodeKey(a) !== encodeKey(b)),
    { numRuns: 2_000 },
  )
})

test('plain keys stay readable, and what was never encoded is refused', () => {
  expect(encodeKey('f00d.device.00-15')).toBe('f00d.device.00-15')
  expect(encodeKey('00:15 é')).toBe('00=3A15=20=C3=A9')
  for (const wrong of ['a=zz', '=41', 'a..b', '.a', 'a b', '=C3', '=2e']) expect(decodeKey(wrong)).toBeUndefined()
})
