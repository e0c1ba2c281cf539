import type { RatedCall } from '@strowger/rating'
import type { RunSum } from '@strowger/schema'
import { amountText } from '../amounts.ts'
import { type Names, statusNumbers, storedAmount } from '../import/call-row.ts'
import type { StoredCall } from './stored-record.ts'

const shown = 1_000

/** Of one customer and currency, side by side from a place on. */
const width = 6
const [callsAt, changedAt, incomeBeforeAt, incomeAfterAt, costBeforeAt, costAfterAt] = [0, 1, 2, 3, 4, 5] as const

/**
 * Sums before and after, by customer and currency. Of any size, in numbers for as long as they are exact: these lie in
 * one array, as a number in an object of its own is made anew whenever something is added to it.
 */
export function createRunSums(names: Names) {
  const nodes: string[] = []
  const currencies: string[] = []
  /** By customer and currency. */
  const groups = new Map<string, number>()
  /** The last of each id as the engine knows it: names are made of them once, and not for each call. */
  const ofBillable = new Map<string, number>()
  let numbers = new Float64Array(64 * width)
  /** What did not fit into a number, by its place in `numbers`. */
  const larger = new Map<number, bigint>()

  function groupOf(node: string, currency: string): number {
    const key = `${node} ${currency}`
    const known = groups.get(key)
    if (known !== undefined) return known
    const group = nodes.length
    groups.set(key, group)
    nodes.push(node)
    currencies.push(currency)
    if (nodes.length * width > numbers.length) {
      const grown = new Float64Array(numbers.length * 2)
      grown.set(numbers)
      numbers = grown
    }
    return group
  }

  function groupOfBillable(billable: string, currency: string): number {
    const last = ofBillable.get(billable)
    if (last !== undefined && currencies[last] === currency) return last
    const group = groupOf(names.plain(billable), currency)
    ofBillable.set(billable, group)
    return group
  }

  function add(at: number, amount: number | bigint | null): void {
    if (amount === null) return
    if (typeof amount === 'number') {
      const sum = (numbers[at] as number) + amount
      if (Number.isSafeInteger(sum)) {
        numbers[at] = sum
        return
      }
    }
    larger.set(at, (larger.get(at) ?? 0n) + BigInt(amount))
  }

  function count(at: number): void {
    numbers[at] = (numbers[at] as number) + 1
  }

  const valueAt = (at: number): bigint => (larger.get(at) ?? 0n) + BigInt(numbers[at] as number)

  return {
    add(call: StoredCall, rated: RatedCall, after: Amounts, isOther: boolean): void {
      const currency = after.currency === '' ? call.currency : after.currency
      const { billable } = rated
      const group = billable === '' ? groupOf(call.billableNode, currency) : groupOfBillable(billable, currency)
      const place = group * width
      count(place + callsAt)
      if (isOther) count(place + changedAt)
      if (call.status === statusNumbers.rated) {
        add(place + incomeBeforeAt, call.income)
        add(place + costBeforeAt, call.cost)
      }
      if (rated.status === 'rated') {
        add(place + incomeAfterAt, after.income)
        add(place + costAfterAt, after.cost)
      }
    },
    /** The largest difference first. */
    list(): RunSum[] {
      const whole = nodes.map((node, group) => {
        const at = group * width
        const currency = currencies[group] as string
        const [incomeBefore, incomeAfter] = [valueAt(at + incomeBeforeAt), valueAt(at + incomeAfterAt)]
        const [costBefore, costAfter] = [valueAt(at + costBeforeAt), valueAt(at + costAfterAt)]
        const [calls, changed] = [numbers[at + callsAt] as number, numbers[at + changedAt] as number]
        return { node, currency, calls, changed, incomeBefore, incomeAfter, costBefore, costAfter }
      })
      const size = ({ incomeBefore, incomeAfter }: { incomeBefore: bigint; incomeAfter: bigint }) => {
        const difference = incomeAfter - incomeBefore
        return difference < 0n ? -difference : difference
      }
      whole.sort((one, other) => {
        const [first, second] = [size(other), size(one)]
        return first === second ? (one.node < other.node ? -1 : 1) : first > second ? 1 : -1
      })
      return whole.slice(0, shown).map(({ incomeBefore, incomeAfter, costBefore, costAfter, ...rest }) => ({
        ...rest,
        incomeBefore: amountText(incomeBefore) ?? '0',
        incomeAfter: amountText(incomeAfter) ?? '0',
        costBefore: amountText(costBefore) ?? '0',
        costAfter: amountText(costAfter) ?? '0',
      }))
    },
  }
}

/** What the customer and the vendor are told of a call, without the levels above. Written over by the next one. */
export interface Amounts {
  /** Of the income; empty: there is none. */
  currency: string
  /** As the database has it, as a number where that is exact; null: none. */
  income: number | bigint | null
  cost: number | bigint | null
  /** Of an allowance; 0: nothing. */
  freeMs: number
}

/** Into what was made of a call before, which is given back. */
export function amountsOf({ runs }: RatedCall, into = createAmounts()): Amounts {
  into.currency = ''
  into.income = null
  into.cost = null
  into.freeMs = 0
  for (const run of runs) {
    if (run.level !== 0) continue
    const amount = storedAmount(run.amount, run.scale)
    if (run.kind === 'cost') into.cost ??= amount
    else if (into.income === null) {
      into.income = amount
      into.currency = run.currency
      into.freeMs = run.includedS * 1_000
    }
  }
  return into
}

export function createAmounts(): Amounts {
  return { currency: '', income: null, cost: null, freeMs: 0 }
}
