import { CalendarFault } from './calendar.ts'
import { checkBands } from './check-bands.ts'
import { calendarsFrom, safeAmountsOf, shapeFrom, type TariffSurroundings } from './compile-tariff.ts'
import { type CompiledDeck, compiledDeckFrom } from './compiled-deck.ts'
import type { DeckRow, DeckSettings } from './deck.ts'
import type { DeckShape } from './deck-columns.ts'
import { createInterned, growing } from './growing.ts'
import { longestPrefix } from './prefix-index.ts'
import { storedDigits } from './rounding.ts'
import type { Shape } from './shape.ts'
import type { Tariff } from './tariff.ts'
import { TariffFault } from './tariff-fault.ts'
import { templateOf } from './tariff-template.ts'
import { zoneOf } from './zone.ts'

export class DeckRowFault extends Error {
  override readonly name = 'DeckRowFault'
  readonly field: string
  constructor(field: string, problem: string) {
    super(problem)
    this.field = field
  }
}

export interface DeckBuilder {
  /** Throws DeckRowFault when the row cannot hold: what is wrong, and with which of its fields. Gives its place. */
  add(row: DeckRow): number
  /** A form that rows share, compiled once. Throws DeckRowFault. */
  shape(template: Tariff): number
  /** As `add`, for a row whose form is known: amounts are integers in the slots of the form. */
  addShaped(row: ShapedRow, prefix: string, revision: number): number
  shapeAt(place: number): Shape
  /** The gaps in time of a form: `2024-01-06 19:00:00`, or undefined. */
  gapOf(place: number): string | undefined
  readonly rows: number
  build(): CompiledDeck
}

export interface ShapedRow extends Omit<DeckRow, 'tariff' | 'prefix' | 'revision'> {
  readonly shape: number
  readonly amounts: readonly number[]
}

/** Throws DeckRowFault when the settings cannot hold. */
export function createDeckBuilder(settings: DeckSettings): DeckBuilder {
  const around = surroundingsOf(settings)
  const prefixBytes = growing((length) => new Uint8Array(length))
  const prefixEnds = growing((length) => new Uint32Array(length))
  const column = () => growing((length) => new Uint32Array(length))
  const [origin, name, validity, shape, base, revision] = [column(), column(), column(), column(), column(), column()]
  const closed = growing((length) => new Uint8Array(length))
  const amounts = growing((length) => new Float64Array(length))
  const validities = growing((length) => new Float64Array(length))
  const validityNumbers = new Map<string, number>()
  const [origins, names] = [createInterned(), createInterned()]
  const shapes: (DeckShape & { gap: string | undefined })[] = []
  const shapeNumbers = new Map<string, number>()
  let last = { fromMs: Number.NaN, toMs: Number.NaN, place: -1 }

  const validityOf = (fromMs: number, toMs: number): number => {
    if (fromMs === last.fromMs && toMs === last.toMs) return last.place
    const key = `${fromMs} ${toMs}`
    const known = validityNumbers.get(key)
    const place = known ?? validityNumbers.size
    if (known === undefined) {
      if (!(fromMs < toMs)) throw new DeckRowFault('validTo', 'must be later than valid from')
      validityNumbers.set(key, place)
      validities.push(fromMs)
      validities.push(toMs)
    }
    last = { fromMs, toMs, place }
    return place
  }

  const shapeOf = (template: Tariff): number => {
    const key = JSON.stringify(template)
    const known = shapeNumbers.get(key)
    if (known !== undefined) return known
    const compiled = compiledShape(template, around)
    shapeNumbers.set(key, shapes.length)
    shapes.push(compiled)
    return shapes.length - 1
  }

  const builder: DeckBuilder = {
    add(row) {
      const place = shapeOf(templateOf(row.tariff))
      const amounts = asRowFault(() => safeAmountsOf(row.tariff, builder.shapeAt(place)))
      return builder.addShaped({ ...row, shape: place, amounts }, row.prefix, row.revision)
    },
    shape: shapeOf,
    addShaped(row, prefix, ofRevision) {
      checkPrefix(prefix, 'prefix')
      if (row.origin !== '') checkPrefix(row.origin, 'origin')
      const valid = validityOf(row.validFromMs, row.validToMs)
      for (let at = 0; at < prefix.length; at += 1) prefixBytes.push(prefix.charCodeAt(at))
      prefixEnds.push(prefixBytes.length)
      origin.push(origins.of(row.origin))
      name.push(names.of(row.name))
      validity.push(valid)
      shape.push(row.shape)
      base.push(amounts.length)
      for (const amount of row.amounts) amounts.push(amount)
      closed.push(row.status === 'closed' ? 1 : 0)
      return revision.push(ofRevision)
    },
    shapeAt: (place) => (shapes[place] as DeckShape).shape,
    gapOf: (place) => shapes[place]?.gap,
    get rows() {
      return revision.length
    },
    build: () =>
      compiledDeckFrom(settings, {
        rows: revision.length,
        prefixBytes: prefixBytes.finished(),
        prefixEnds: prefixEnds.finished(),
        origin: origin.finished(),
        name: name.finished(),
        validity: validity.finished(),
        shape: shape.finished(),
        base: base.finished(),
        closed: closed.finished(),
        revision: revision.finished(),
        origins: origins.texts,
        names: names.texts,
        validities: validities.finished(),
        shapes,
        amounts: amounts.finished(),
      }),
  }
  return builder
}

function surroundingsOf(settings: DeckSettings): TariffSurroundings {
  const zone = zoneOf(settings.zone)
  if (!zone) throw new DeckRowFault('zone', `"${settings.zone}" is no zone of the tz database`)
  const { scale, decimals, rounding } = settings
  if (!Number.isInteger(scale) || scale < 0 || scale > storedDigits) {
    throw new DeckRowFault('scale', `must be a whole number from 0 to ${storedDigits}`)
  }
  return { zone, scale, rounding, decimals, calendarOf: asRowFault(() => calendarsFrom(settings.calendars ?? [])) }
}

function compiledShape(template: Tariff, around: TariffSurroundings): DeckShape & { gap: string | undefined } {
  const shape = asRowFault(() => shapeFrom(template, around))
  shape.bands.forEach((band) => {
    if (band.fromS[0] !== 0) throw new DeckRowFault(`bands[${band.index}].steps`, 'the first step must begin at 0 s')
  })
  const problems = checkBands(shape, template.bands)
  const overlap = problems.find(({ kind }) => kind === 'overlap')
  if (overlap) {
    const [one = 0, other = 0] = overlap.bands
    throw new DeckRowFault('bands', `bands ${one} and ${other} have the same weight and both hold at ${overlap.at}`)
  }
  return { template, shape, gap: problems.find(({ kind }) => kind === 'gap')?.at }
}

function checkPrefix(prefix: string, field: string): void {
  if (prefix.length > longestPrefix) throw new DeckRowFault(field, `has more than ${longestPrefix} digits`)
  for (let place = 0; place < prefix.length; place += 1) {
    const digit = prefix.charCodeAt(place) - 48
    if (digit < 0 || digit > 9) throw new DeckRowFault(field, `"${prefix.slice(0, 40)}" must be digits`)
  }
}

function asRowFault<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof TariffFault) throw new DeckRowFault(cause.field, cause.message)
    if (cause instanceof CalendarFault) throw new DeckRowFault('calendars', cause.message)
    throw cause
  }
}
