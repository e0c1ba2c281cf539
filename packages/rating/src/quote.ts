import {
  Fault,
  type QuoteAnswer,
  type QuoteBand,
  type QuoteCall,
  type QuoteStep,
  type QuoteTariff,
} from '@strowger/schema'
import { decimalFrom, textFrom } from './amount.ts'
import { checkBands } from './check-bands.ts'
import { compileTariff } from './compile-tariff.ts'
import { momentFrom } from './instant.ts'
import { isAllNumbers, plainDigits } from './plain-digits.ts'
import { bandsForQuote, type QuoteRow } from './quote-bands.ts'
import { TariffFault } from './tariff-fault.ts'
import { type ExplainedStep, walkExactly } from './walk-exactly.ts'
import { type Zone, zoneOf } from './zone.ts'

/**
 * Prices a call by a tariff that comes with the question, and says how. Throws Fault `invalid-input` with the fields
 * that are wrong; a call that has no price is an answer, with its `error`.
 */
export function quoteInline(tariff: QuoteTariff, call: QuoteCall): QuoteAnswer {
  try {
    return quoted(tariff, call)
  } catch (error) {
    if (!(error instanceof TariffFault)) throw error
    const field = `/tariff/${error.field.replaceAll(/[[\].]+/g, '/').replace(/\/$/, '')}`
    throw new Fault('invalid-input', {
      detail: `${field} ${error.message}`,
      fields: [{ field, problem: error.message }],
    })
  }
}

function quoted(tariff: QuoteTariff, call: QuoteCall): QuoteAnswer {
  const zone = zoneOf(tariff.zone ?? 'UTC')
  if (!zone) throw new TariffFault('zone', `"${tariff.zone}" is no zone of the tz database`)
  const startMs = momentFrom(call.start, zone)
  if (startMs === undefined) {
    throw new Fault('invalid-input', { fields: [{ field: '/call/start', problem: 'must be an instant of ISO 8601' }] })
  }
  const answeredS = wholeSecondsUp(call.duration_s)
  const rows = rowsFor(tariff, plainDigits(call.destination), startMs, zone)
  const scale = scaleOf(tariff)
  const surroundings = {
    zone,
    scale,
    rounding: 'half_up' as const,
    decimals: scale,
    calendarOf: () => undefined,
    mostDecimals: 18,
  }
  const isFree = answeredS <= 0 || answeredS <= (tariff.grace_s ?? 0)
  const [prefixRow] = rows
  if (prefixRow === undefined) {
    if (isFree)
      return {
        cost: '0',
        billed_s: 0,
        steps: [{ step: 'zero', text: 'A call of no time, or within the grace, costs nothing', seconds: answeredS }],
      }
    return refused('no_rate', [
      { step: 'error', text: `No row has a prefix of ${call.destination} at ${new Date(startMs).toISOString()}` },
    ])
  }
  const { bands, ranks } = bandsForQuote(rows)
  const { shape, amounts } = compileTariff(
    {
      bands,
      ...optional('fee', tariff.connect_fee),
      ...optional('maxCost', tariff.max_cost),
      ...optional('minCost', tariff.min_cost),
      ...optional('discount', tariff.discount_percent),
      graceS: Math.floor(tariff.grace_s ?? 0),
      freeS: wholeSecondsUp(tariff.free_s ?? 0),
      minS: wholeSecondsUp(tariff.min_s ?? 0),
    },
    surroundings,
    () => bands.map((_, index) => index),
  )
  if (new Set(ranks).size < ranks.length) {
    const weighted = bands.map((band, index) => ({ ...band, weight: ranks[index] ?? 0 }))
    const overlap = checkBands(shape, weighted).find(({ kind }) => kind === 'overlap')
    if (overlap) {
      throw new TariffFault(
        'bands',
        `two rows of prefix ${prefixRow.band.prefix} with the same weight hold at ${overlap.at}: say which by weight`,
      )
    }
  }
  const leftS = Math.floor(call.bundle_seconds_left ?? 0)
  const isWhole = call.bundle_policy === 'whole'
  let walked = walkExactly(shape, amounts, startMs, answeredS, isWhole ? 0 : leftS)
  if (isWhole && walked.outcome === 'ok' && walked.billedS > 0 && walked.billedS <= leftS) {
    walked = walkExactly(shape, amounts, startMs, answeredS, 0, true)
  }
  const row: QuoteStep = {
    step: 'row',
    text: `${rows.length} row${rows.length === 1 ? '' : 's'} of prefix ${prefixRow.band.prefix || '(every number)'}, the longest that is valid`,
    prefix: prefixRow.band.prefix,
  }
  const steps = [row, ...walked.steps.map(quoteStepFrom)]
  if (walked.outcome === 'no_band') return refused('no_rate', steps)
  return {
    cost: textFrom(walked.amount, walked.decimals),
    billed_s: walked.billedS,
    ...(walked.includedS > 0 ? { included_s: walked.includedS } : {}),
    steps,
  }
}

function refused(error: string, steps: QuoteStep[]): QuoteAnswer {
  return { cost: null, billed_s: 0, error, steps }
}

/** The rows of the longest prefix that is valid at the instant. */
function rowsFor(tariff: QuoteTariff, called: string, startMs: number, zone: Zone): readonly QuoteRow[] {
  let longest = -1
  let rows: QuoteRow[] = []
  tariff.bands.forEach((band, index) => {
    const prefix = isAllNumbers(band.prefix) ? '' : plainDigits(band.prefix)
    if (!called.startsWith(prefix) || prefix.length < longest) return
    const fromMs = edge(band.valid_from, Number.NEGATIVE_INFINITY, zone, `bands[${index}].valid_from`)
    const toMs = edge(band.valid_to, Number.POSITIVE_INFINITY, zone, `bands[${index}].valid_to`)
    if (startMs < fromMs || startMs >= toMs) return
    if (prefix.length > longest) rows = []
    longest = prefix.length
    rows.push({ band, index, fromMs })
  })
  return rows
}

function edge(value: QuoteBand['valid_from'], open: number, zone: Zone, field: string): number {
  if (value === undefined) return open
  const ms = momentFrom(value, zone)
  if (ms === undefined) throw new TariffFault(field, 'must be an instant of ISO 8601')
  return ms
}

/** Digits that every amount of the tariff fits in, six at least. */
function scaleOf(tariff: QuoteTariff): number {
  const texts: [string, string | number | undefined][] = [
    ['connect_fee', tariff.connect_fee],
    ['max_cost', tariff.max_cost],
    ['min_cost', tariff.min_cost],
  ]
  tariff.bands.forEach((band, index) => {
    texts.push([`bands[${index}].price_per_unit`, band.price_per_unit])
    texts.push([`bands[${index}].connect_fee`, band.connect_fee])
  })
  return texts.reduce((scale, [field, amount]) => {
    if (amount === undefined) return scale
    try {
      return Math.max(scale, decimalFrom(String(amount)).scale)
    } catch (error) {
      throw new TariffFault(field, error instanceof Error ? error.message : 'is not a decimal number')
    }
  }, 6)
}

function optional<Name extends string>(name: Name, amount: string | number | undefined): { [Key in Name]?: string } {
  return (amount === undefined ? {} : { [name]: String(amount) }) as { [Key in Name]?: string }
}

/** Parts of a second are a second: `6.1` is 7. What a binary fraction adds below a microsecond is nothing. */
function wholeSecondsUp(seconds: number): number {
  return Math.ceil(Math.round(seconds * 1e6) / 1e6)
}

/** As it stands in an answer. */
export function quoteStepFrom(step: ExplainedStep): QuoteStep {
  const { fromS, toS, incrementS, unitS, ...rest } = step
  return {
    ...rest,
    ...(fromS === undefined ? {} : { from_s: fromS }),
    ...(toS === undefined ? {} : { to_s: toS }),
    ...(incrementS === undefined ? {} : { increment_s: incrementS }),
    ...(unitS === undefined ? {} : { unit_s: unitS }),
  }
}
