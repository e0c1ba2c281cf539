import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDigitTable, digitKey } from './digit-table.ts'

test('leading zeros count, and what is no text of up to 15 digits has no key', () => {
  expect(new Set(['0', '00', '000', '1', '01', '10'].map(digitKey)).size).toBe(6)
  expect(['', '12a', '-1', '1234567890123456', '１'].map(digitKey)).toEqual([-1, -1, -1, -1, -1])
})

test('every text is found where it was put, and no other', () => {
  const digits = fc.stringMatching(/^\d{1,15}$/)
  fc.assert(
    fc.property(fc.uniqueArray(digits, { maxLength: 300 }), digits, (texts, other) => {
      const table = createDigitTable()
      expect(texts.map((text) => table.put(digitKey(text)))).toEqual(texts.map((_, place) => place))
      expect(texts.map((text) => table.find(digitKey(text)))).toEqual(texts.map((_, place) => place))
      expect(table.find(digitKey(other))).toBe(texts.indexOf(other))
    }),
    { numRuns: 100 },
  )
})
