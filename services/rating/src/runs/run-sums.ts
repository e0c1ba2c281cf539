import type { RatedCall, RatedRun } from '@strowger/rating'
import type { RunSum } from '@strowger/schema'
import { amountText } from '../amounts.ts'
import { type Names, storedAmount } from '../import/call-row.ts'
import type { StoredCall } from './stored-record.ts'

const shown = 1_000

interface Sum {
  readonly node: string
  readonly currency: string
  calls: number
  changed: number
  readonly incomeBefore: Total
  readonly incomeAfter: Total
  readonly costBefore: Total
  readonly costAfter: Total
}

/** Sums before and after, by customer and currency. */
export function createRunSums(names: Names) {
  const sums = new Map<string, Sum>()
  /** By the ids as the engine knows them: names are made of them once, and not for each call. */
  const ofBillable = new Map<string, Map<string, Sum>>()

  function sumOf(node: string, currency: string): Sum {
    const key = `${node} ${currency}`
    let sum = sums.get(key)
    if (sum === undefined) {
      const [incomeBefore, incomeAfter, costBefore, costAfter] = [total(), total(), total(), total()]
      sum = { node, currency, calls: 0, changed: 0, incomeBefore, incomeAfter, costBefore, costAfter }
      sums.set(key, sum)
    }
    return sum
  }

  function known(billable: string, currency: string): Sum {
    let byCurrency = ofBillable.get(billable)
    if (byCurrency === undefined) {
      byCurrency = new Map()
      ofBillable.set(billable, byCurrency)
    }
    let sum = byCurrency.get(currency)
    if (sum === undefined) {
      sum = sumOf(names.plain(billable), currency)
      byCurrency.set(currency, sum)
    }
    return sum
  }

  return {
    add(call: StoredCall, rated: RatedCall, isOther: boolean): void {
      const currency = runOf(rated, 'income')?.currency ?? call.currency
      const sum = rated.billable === '' ? sumOf(call.billableNode, currency) : known(rated.billable, currency)
      sum.calls += 1
      if (isOther) sum.changed += 1
      if (call.status === 0) {
        sum.incomeBefore.add(call.income)
        sum.costBefore.add(call.cost)
      }
      if (rated.status === 'rated') {
        sum.incomeAfter.add(amountIn(rated, 'income'))
        sum.costAfter.add(amountIn(rated, 'cost'))
      }
    },
    /** The largest difference first. */
    list(): RunSum[] {
      const whole = [...sums.values()].map(({ incomeBefore, incomeAfter, costBefore, costAfter, ...rest }) => ({
        ...rest,
        incomeBefore: incomeBefore.value(),
        incomeAfter: incomeAfter.value(),
        costBefore: costBefore.value(),
        costAfter: costAfter.value(),
      }))
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

/** A sum of any size, in numbers for as long as they are exact. */
interface Total {
  add(amount: number | bigint | null): void
  value(): bigint
}

function total(): Total {
  let small = 0
  let large = 0n
  return {
    add(amount) {
      if (amount === null) return
      if (typeof amount === 'number' && Number.isSafeInteger(small + amount)) small += amount
      else large += BigInt(amount)
    },
    value: () => large + BigInt(small),
  }
}

/** The customer's or the vendor's own run, without those of the levels above. */
export function runOf(rated: RatedCall, kind: RatedRun['kind']): RatedRun | undefined {
  for (const run of rated.runs) if (run.kind === kind && run.level === 0) return run
  return undefined
}

/** As the database has it, as a number where that is exact; null: none. */
export function amountIn(rated: RatedCall, kind: RatedRun['kind']): number | bigint | null {
  const run = runOf(rated, kind)
  return run === undefined ? null : storedAmount(run.amount, run.scale)
}
