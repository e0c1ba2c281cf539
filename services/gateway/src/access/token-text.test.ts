import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kindOfSecret, mayBeValid, newSecretText } from './token-text.ts'

test.each(['token', 'session', 'code'] as const)('a %s is told by its prefix and found right', (kind) => {
  const text = newSecretText(kind)
  expect(kindOfSecret(text)).toBe(kind)
  expect(mayBeValid(text)).toBe(true)
})

test('one wrong character is found without asking anybody', () => {
  const text = newSecretText('token')
  const place = fc.integer({ min: 'strowger_'.length, max: text.length - 1 })
  fc.assert(
    fc.property(place, fc.constantFrom('A', 'b', '7', '-'), (at, character) => {
      fc.pre(text[at] !== character)
      expect(mayBeValid(text.slice(0, at) + character + text.slice(at + 1))).toBe(false)
    }),
    { numRuns: 200 },
  )
})

test('what an operator chose, or was made before there were checksums, is looked up', () => {
  expect(mayBeValid('strowger_bootstrap_of_a_test')).toBe(true)
  expect(mayBeValid(`strowger_${'a'.repeat(43)}`)).toBe(true)
  expect(mayBeValid('anything')).toBe(true)
})
