import type { CompiledDeck } from './compiled-deck.ts'

/** What the rows of a file say besides what is kept of them. */
export interface DeckLines {
  /** Line of each row. */
  readonly line: ArrayLike<number>
  /** 1 where the row itself says its end: an end that is not said is where the next row of the prefix begins. */
  readonly hasEnd: ArrayLike<number>
}

export interface DeckTimeProblem {
  readonly kind: 'overlap' | 'gap'
  readonly line: number
  readonly text: string
}

/**
 * Rows of one prefix and origin that hold at the same time: the same start twice, or an end that was said and is later
 * than the next start. A gap is a time between two rows of a prefix in which none holds; shorter prefixes then do.
 */
export function timeProblems(deck: CompiledDeck, lines: DeckLines): readonly DeckTimeProblem[] {
  const { columns } = deck
  const follows = new Uint8Array(deck.rows)
  for (let row = 0; row < deck.rows; row += 1) if (deck.nextOf(row) >= 0) follows[deck.nextOf(row)] = 1
  const problems: DeckTimeProblem[] = []
  for (let head = 0; head < deck.rows; head += 1) {
    if (follows[head] === 1 || deck.nextOf(head) < 0) continue
    const groups = new Map<number, number[]>()
    for (let row = head; row >= 0; row = deck.nextOf(row)) {
      const origin = columns.origin[row] as number
      groups.set(origin, [...(groups.get(origin) ?? []), row])
    }
    // The later start comes first in a chain.
    for (const rows of groups.values()) {
      rows.reverse().forEach((row, place) => {
        const before = rows[place - 1]
        if (before !== undefined) problems.push(...between(deck, lines, before, row))
      })
    }
  }
  return problems.sort((a, b) => a.line - b.line)
}

function between(deck: CompiledDeck, lines: DeckLines, before: number, row: number): readonly DeckTimeProblem[] {
  const { validity, validities, origin, origins } = deck.columns
  const time = (at: number, edge: 0 | 1): number => validities[(validity[at] as number) * 2 + edge] as number
  const [start, previous, end] = [time(row, 0), time(before, 0), time(before, 1)]
  const both = [lines.line[row] ?? 0, lines.line[before] ?? 0]
  const line = Math.max(...both)
  const other = Math.min(...both)
  const from = origins[origin[row] as number]
  const prefix = `prefix ${deck.prefixOf(row)}${from === '' ? '' : ` from origin ${from}`}`
  if (start === previous)
    return [{ kind: 'overlap', line, text: `${prefix} stands in line ${other} with the same start` }]
  if (lines.hasEnd[before] !== 1 || end === start) return []
  return end > start
    ? [{ kind: 'overlap', line, text: `${prefix} overlaps line ${other} from ${isoOf(start)} to ${isoOf(end)}` }]
    : [{ kind: 'gap', line, text: `${prefix} has no row from ${isoOf(end)} to ${isoOf(start)}` }]
}

function isoOf(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 16) : 'ever'
}
