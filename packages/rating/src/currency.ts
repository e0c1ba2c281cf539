import { decimalFrom } from './amount.ts'
import { ConfigurationFault } from './configuration-fault.ts'
import { roundRatio } from './rounding.ts'
import { dayFrom } from './wall-clock.ts'

/** One unit of `from` is `rate` units of `to` on a day. Decimal text. */
export interface CurrencyRate {
  readonly from: string
  readonly to: string
  /** `YYYY-MM-DD`, local day of the call; a rate holds until the next one of its pair. */
  readonly day: string
  readonly rate: string
}

/** A rate as it is stored with a result: `units` / 10^`scale`, and the text it was given as. */
export interface FoundRate {
  readonly text: string
  readonly numerator: bigint
  readonly denominator: bigint
}

export interface CurrencyRates {
  /** The rate of a local day (since 1970-01-01), also by the rate of the other direction; undefined: none is known. */
  find(from: string, to: string, day: number): FoundRate | undefined
}

const same: FoundRate = { text: '1', numerator: 1n, denominator: 1n }

/** Throws ConfigurationFault on a day or a rate that is none. */
export function createCurrencyRates(rates: readonly CurrencyRate[]): CurrencyRates {
  const pairs = new Map<string, { day: number; rate: FoundRate }[]>()
  const put = (key: string, day: number, rate: FoundRate): void => {
    const list = pairs.get(key)
    if (list) list.push({ day, rate })
    else pairs.set(key, [{ day, rate }])
  }
  for (const { from, to, day: dayText, rate: text } of rates) {
    const day = dayFrom(dayText)
    if (day === undefined) throw new ConfigurationFault('rate', `${from}/${to}`, `"${dayText}" is not a day`)
    const { units, scale } = decimalFrom(text)
    if (units <= 0n) throw new ConfigurationFault('rate', `${from}/${to}`, 'must be more than 0')
    const denominator = 10n ** BigInt(scale)
    put(`${from} ${to}`, day, { text, numerator: units, denominator })
    put(`~${to} ${from}`, day, { text: `1/${text}`, numerator: denominator, denominator: units })
  }
  for (const list of pairs.values()) list.sort((a, b) => a.day - b.day)
  const latest = (key: string, day: number) => pairs.get(key)?.findLast((one) => one.day <= day)?.rate
  return {
    find(from, to, day) {
      if (from === to) return same
      return latest(`${from} ${to}`, day) ?? latest(`~${from} ${to}`, day)
    },
  }
}

/** An amount at a scale in another currency, at another scale. Rounded half up, once. */
export function converted(amount: bigint, scale: number, rate: FoundRate, toScale: number): bigint {
  return roundRatio(
    amount * rate.numerator * 10n ** BigInt(toScale),
    rate.denominator * 10n ** BigInt(scale),
    'half_up',
  )
}
