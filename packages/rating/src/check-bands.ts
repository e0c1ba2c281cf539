import { holdsAt } from './band-time.ts'
import type { Shape } from './shape.ts'
import type { Band } from './tariff.ts'
import { dayFrom, textOfDay } from './wall-clock.ts'

/** What is wrong with when the bands of a tariff hold. `overlap` is refused; of a `gap` people are told. */
export interface BandProblem {
  readonly kind: 'overlap' | 'gap'
  /** Places of the bands; none for a gap. */
  readonly bands: readonly number[]
  /** An example, by the wall clock: `2024-01-06 19:00:00` */
  readonly at: string
}

/** Four years hold every date with every weekday that rules of weeks and months can ask for. */
const firstDay = dayFrom('2024-01-01') ?? 0
const days = 1461

/**
 * Looks at every second at which something can change, on every day of four years and on the dates that bands name.
 * One problem of each kind is enough.
 */
export function checkBands(shape: Shape, bands: readonly Band[]): readonly BandProblem[] {
  if (bands.length === 1 && shape.isTimeless) return []
  const starts = [0, ...shape.cuts].filter((second) => second < 86_400)
  const named = bands.flatMap((band) => band.dates ?? []).map((text) => dayFrom(text) ?? firstDay)
  const problems = new Map<string, BandProblem>()
  const weightOf = (place: number): number => bands[shape.bands[place]?.index ?? 0]?.weight ?? 0
  const look = (day: number): void => {
    for (const second of starts) {
      const holding = shape.bands
        .map((_, place) => place)
        .filter((place) => {
          const band = shape.bands[place]
          return band !== undefined && holdsAt(band.time, day, second)
        })
      const [first, next] = holding
      const at = `${textOfDay(day)} ${clockText(second)}`
      if (first === undefined) {
        if (!problems.has('gap')) problems.set('gap', { kind: 'gap', bands: [], at })
      } else if (next !== undefined && weightOf(first) === weightOf(next) && !problems.has('overlap')) {
        const places = [first, next].map((place) => shape.bands[place]?.index ?? 0).sort((a, b) => a - b)
        problems.set('overlap', { kind: 'overlap', bands: places, at })
      }
    }
  }
  for (let day = firstDay; day < firstDay + days && problems.size < 2; day += 1) look(day)
  for (const day of named) look(day)
  return [...problems.values()]
}

function clockText(second: number): string {
  return new Date(second * 1000).toISOString().slice(11, 19)
}
