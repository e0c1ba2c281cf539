import { type RatedCall, textFrom } from '@strowger/rating'
import { expect, test } from 'vitest'
import { plainId } from '../store/items.ts'
import { createRunSums } from './run-sums.ts'
import type { StoredCall } from './stored-record.ts'

const names = { plain: plainId, deckVersion: () => 0, destination: () => '' }

const before = (income: number | bigint | null, more: Partial<StoredCall> = {}) =>
  ({ status: 0, billableNode: '', currency: 'EUR', income, cost: 1, ...more }) as StoredCall
const rated = (billable: string, status: RatedCall['status'] = 'rated') => ({ billable, status }) as RatedCall
const after = (currency: string, income: number | bigint | null) => ({ currency, income, cost: 2, freeMs: 0 })

test('sums are exact beyond what numbers hold, and told by customer and currency', () => {
  const sums = createRunSums(names)
  const most = Number.MAX_SAFE_INTEGER
  for (const income of [most, most, -3, 2n ** 60n]) sums.add(before(income), rated('t/a'), after('EUR', most), true)
  sums.add(before(null, { status: 1 }), rated('t/a'), after('USD', 7), false)
  // What cannot be rated any more counts for who it was.
  sums.add(before(5, { billableNode: 'b' }), rated('', 'error'), after('', null), true)
  expect(sums.list()).toEqual([
    {
      node: 'a',
      currency: 'EUR',
      calls: 4,
      changed: 4,
      incomeBefore: decimal(2n * BigInt(most) - 3n + 2n ** 60n),
      incomeAfter: decimal(4n * BigInt(most)),
      costBefore: '0.00000004',
      costAfter: '0.00000008',
    },
    { ...nothing, node: 'a', currency: 'USD', calls: 1, incomeAfter: '0.00000007', costAfter: '0.00000002' },
    { ...nothing, node: 'b', calls: 1, changed: 1, incomeBefore: '0.00000005', costBefore: '0.00000001' },
  ])
})

test('as many customers as there are keep their own sums', () => {
  const sums = createRunSums(names)
  const customers = Array.from({ length: 900 }, (_, n) => `t/${String(n).padStart(3, '0')}`)
  for (const round of [1, 2]) {
    for (const [n, customer] of customers.entries()) sums.add(before(0), rated(customer), after('EUR', n * round), true)
  }
  const found = sums.list().sort((one, other) => (one.node < other.node ? -1 : 1))
  expect(found.map(({ node, calls, incomeAfter }) => [node, calls, incomeAfter])).toEqual(
    customers.map((customer, n) => [plainId(customer), 2, decimal(BigInt(3 * n))]),
  )
})

const nothing = {
  currency: 'EUR',
  changed: 0,
  incomeBefore: '0',
  incomeAfter: '0',
  costBefore: '0',
  costAfter: '0',
}

function decimal(amount: bigint): string {
  return textFrom(amount, 8)
}
