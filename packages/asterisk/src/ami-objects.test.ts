import fc from 'fast-check'
import { expect, it } from 'vitest'
import { endingsOf } from './ami-objects.ts'

const id = fc.stringMatching(/^[-_.a-zA-Z0-9]{1,8}$/)

it('parts all ids that there can be, each by exactly one expression, and those known into pieces of a size', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(id, { maxLength: 60 }),
      fc.array(id),
      fc.integer({ min: 1, max: 8 }),
      (known, other, most) => {
        const expressions = endingsOf(known, most).map((expression) => new RegExp(expression))
        const fits = (one: string) => expressions.filter((expression) => expression.test(one)).length
        for (const one of [...known, ...other]) expect([one, fits(one)]).toEqual([one, 1])
        for (const expression of expressions)
          expect(known.filter((one) => expression.test(one)).length).toBeLessThanOrEqual(most)
      },
    ),
    { numRuns: 200 },
  )
})

it('asks little where there is little', () => {
  expect(endingsOf([], 1_000)).toHaveLength(1)
  expect(
    endingsOf(
      Array.from({ length: 10_000 }, (_, n) => String(100_000 + n)),
      1_000,
    ),
  ).toHaveLength(10)
})
