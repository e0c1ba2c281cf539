import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageOf } from './page-of.ts'

interface Fruit {
  id: string
  name: string
  weight?: number
}
const parts = {
  texts: ({ name }: Fruit) => [name],
  by: { name: ({ name }: Fruit) => name, weight: ({ weight }: Fruit) => weight },
  id: ({ id }: Fruit) => id,
}

test('pages put together are the whole list, each item once, in every order', () => {
  const fruit = fc.record({ name: fc.constantFrom('apple', 'pear', 'plum'), weight: fc.option(fc.nat(3)) })
  fc.assert(
    fc.property(
      fc.array(fruit, { maxLength: 30 }),
      fc.constantFrom('name' as const, 'weight' as const),
      fc.constantFrom('asc' as const, 'desc' as const),
      fc.integer({ min: 1, max: 7 }),
      (given, order, direction, limit) => {
        const items = given.map(({ name, weight }, n) => ({ id: `${n}`, name, ...(weight === null ? {} : { weight }) }))
        const seen: string[] = []
        for (let offset = 0; offset < items.length; offset += limit) {
          const page = pageOf<Fruit, 'name' | 'weight'>(items, { order, direction, limit, offset }, parts)
          expect(page.total).toBe(items.length)
          seen.push(...page.items.map(({ id }) => id))
        }
        expect([...seen].sort()).toEqual(items.map(({ id }) => id).sort())
      },
    ),
    { numRuns: 200 },
  )
})

test('the total counts what fits the search, and what has no value comes last', () => {
  const items: Fruit[] = [
    { id: '1', name: 'Pear' },
    { id: '2', name: 'apple', weight: 2 },
    { id: '3', name: 'pearl', weight: 1 },
  ]
  const found = pageOf(items, { search: 'PEAR', order: 'weight', limit: 1 }, parts)
  expect(found).toEqual({ items: [{ id: '3', name: 'pearl', weight: 1 }], total: 2 })
})
