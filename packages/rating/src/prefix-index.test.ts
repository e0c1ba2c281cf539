import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPrefixIndex, prefixMatches } from './prefix-index.ts'

test('the prefixes of a number are found, the shortest first, as looking at each finds them', () => {
  const prefix = fc.stringMatching(/^[0-3]{0,6}$/)
  fc.assert(
    fc.property(
      fc.uniqueArray(prefix, { maxLength: 200 }),
      fc.stringMatching(/^[0-3]{0,9}[a9]?$/),
      (prefixes, number) => {
        const index = createPrefixIndex(1)
        prefixes.forEach((text, place) => {
          const bytes = new TextEncoder().encode(text)
          index.setValue(index.nodeFor(bytes, 0, bytes.length), place + 1)
        })
        const into = new Int32Array(41)
        const found = prefixMatches(index.packed(), number, into)
        const expected = prefixes.filter((text) => number.startsWith(text)).sort((a, b) => a.length - b.length)
        expect([...into.subarray(0, found)].map((value) => prefixes[value - 1])).toEqual(expected)
      },
    ),
    { numRuns: 300 },
  )
})
