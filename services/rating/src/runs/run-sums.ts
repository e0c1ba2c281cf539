import type { RatedCall } from '@strowger/rating'
import type { RunSum } from '@strowger/schema'
import { amountText } from '../amounts.ts'
import type { Names } from '../import/call-row.ts'
import type { StoredCall } from './stored-record.ts'

const shown = 1_000

interface Sum {
  readonly node: string
  readonly currency: string
  calls: number
  changed: number
  incomeBefore: bigint
  incomeAfter: bigint
  costBefore: bigint
  costAfter: bigint
}

/** Sums before and after, by customer and currency. */
export function createRunSums() {
  const sums = new Map<string, Sum>()

  return {
    add(call: StoredCall, rated: RatedCall, isOther: boolean, names: Names): void {
      const node = names.plain(rated.billable) || call.billable_node || ''
      const currency =
        rated.runs.find(({ kind, level }) => kind === 'income' && level === 0)?.currency ?? call.currency ?? ''
      const key = `${node} ${currency}`
      let sum = sums.get(key)
      if (sum === undefined) {
        sum = { node, currency, calls: 0, changed: 0, incomeBefore: 0n, incomeAfter: 0n, costBefore: 0n, costAfter: 0n }
        sums.set(key, sum)
      }
      sum.calls += 1
      if (isOther) sum.changed += 1
      if (call.status === 0) {
        sum.incomeBefore += BigInt(call.income ?? 0)
        sum.costBefore += BigInt(call.cost ?? 0)
      }
      if (rated.status === 'rated') {
        sum.incomeAfter += BigInt(amountIn(rated, 'income') ?? 0)
        sum.costAfter += BigInt(amountIn(rated, 'cost') ?? 0)
      }
    },
    /** The largest difference first. */
    list(): RunSum[] {
      const size = ({ incomeBefore, incomeAfter }: Sum) => {
        const difference = incomeAfter - incomeBefore
        return difference < 0n ? -difference : difference
      }
      const largestFirst = [...sums.values()].sort((one, other) => {
        const [first, second] = [size(other), size(one)]
        return first === second ? (one.node < other.node ? -1 : 1) : first > second ? 1 : -1
      })
      return largestFirst.slice(0, shown).map(({ incomeBefore, incomeAfter, costBefore, costAfter, ...rest }) => ({
        ...rest,
        incomeBefore: amountText(incomeBefore) ?? '0',
        incomeAfter: amountText(incomeAfter) ?? '0',
        costBefore: amountText(costBefore) ?? '0',
        costAfter: amountText(costAfter) ?? '0',
      }))
    },
  }
}

/** As the database has it; null: none. */
export function amountIn(rated: RatedCall, kind: 'income' | 'cost'): string | null {
  const run = rated.runs.find((one) => one.kind === kind && one.level === 0)
  return run === undefined ? null : String(BigInt(run.amount) * 10n ** BigInt(8 - run.scale))
}
