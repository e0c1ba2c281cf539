import { rescaled } from './amount.ts'
import { roundRatio, storedDigits } from './rounding.ts'

/** A call that is on a confirmed invoice, and what it costs now. Amounts are integers at 8 digits. */
export interface BilledCall {
  readonly key: string
  readonly party: string
  readonly currency: string
  readonly billed: bigint
  readonly now: bigint
}

/** The difference as a line of the next invoice: billed calls are never altered (d13). */
export interface AdjustmentLine {
  readonly party: string
  readonly currency: string
  /** At 8 digits; positive: still to be paid. */
  readonly amount: bigint
  readonly calls: number
  /** Keys of the calls, in order. */
  readonly keys: readonly string[]
}

/** One line for each party and currency in which anything changed, in order of the parties. */
export function adjustmentLines(calls: Iterable<BilledCall>): readonly AdjustmentLine[] {
  const lines = new Map<string, { party: string; currency: string; amount: bigint; keys: string[] }>()
  for (const { key, party, currency, billed, now } of calls) {
    if (billed === now) continue
    const place = `${party} ${currency}`
    const line = lines.get(place) ?? { party, currency, amount: 0n, keys: [] }
    line.amount += now - billed
    line.keys.push(key)
    lines.set(place, line)
  }
  return [...lines.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, line]) => ({ ...line, calls: line.keys.length, keys: line.keys.sort() }))
}

/** A line of an invoice: the exact sum of its calls, rounded once, half up, at the minor unit of its currency. */
export interface InvoiceLine {
  readonly taxCode: string
  /** Exact sum, integer at 8 digits. */
  readonly sum: bigint
}

export interface InvoiceTotals {
  /** Integers at `digits`. */
  readonly lines: readonly { readonly taxCode: string; readonly amount: bigint }[]
  readonly taxes: readonly { readonly taxCode: string; readonly net: bigint; readonly tax: bigint }[]
  readonly net: bigint
  readonly tax: bigint
  readonly gross: bigint
}

/**
 * Totals of an invoice (d11): tax by code on the sum of its lines, half up at the minor unit; totals are sums of lines.
 * `rates`: percent by tax code, as integers of a 10,000th percent (22 % is 220,000). Throws RangeError on a code without one.
 */
export function invoiceTotals(
  lines: readonly InvoiceLine[],
  rates: ReadonlyMap<string, number>,
  digits: number,
): InvoiceTotals {
  const rounded = lines.map(({ taxCode, sum }) => ({ taxCode, amount: rescaled(sum, storedDigits, digits) }))
  const nets = new Map<string, bigint>()
  for (const { taxCode, amount } of rounded) nets.set(taxCode, (nets.get(taxCode) ?? 0n) + amount)
  const taxes = [...nets.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([taxCode, net]) => {
      const rate = rates.get(taxCode)
      if (rate === undefined) throw new RangeError(`there is no tax code "${taxCode}"`)
      return { taxCode, net, tax: roundRatio(net * BigInt(rate), 1_000_000n, 'half_up') }
    })
  const net = taxes.reduce((sum, one) => sum + one.net, 0n)
  const tax = taxes.reduce((sum, one) => sum + one.tax, 0n)
  return { lines: rounded, taxes, net, tax, gross: net + tax }
}
