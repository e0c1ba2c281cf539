/** Rows of a file in the order in which they were read, for telling which of them contradict each other. */
export interface DeckTimes {
  readonly rows: number
  prefixOf(row: number): string
  originOf(row: number): string
  readonly fromMs: readonly number[]
  readonly toMs: readonly number[]
  /** Whether the row itself says its end: an end that is not said is where the next row of the prefix begins. */
  readonly hasEnd: readonly boolean[]
  readonly line: readonly number[]
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
export function timeProblems(times: DeckTimes): readonly DeckTimeProblem[] {
  const first = new Map<string, number>()
  const groups = new Map<string, number[]>()
  for (let row = 0; row < times.rows; row += 1) {
    const origin = times.originOf(row)
    const key = origin === '' ? times.prefixOf(row) : `${times.prefixOf(row)}<${origin}`
    const known = first.get(key)
    if (known === undefined) {
      first.set(key, row)
      continue
    }
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [known, row])
  }
  const problems: DeckTimeProblem[] = []
  for (const [key, rows] of groups) {
    rows.sort((a, b) => (times.fromMs[a] ?? 0) - (times.fromMs[b] ?? 0) || a - b)
    rows.forEach((row, place) => {
      const before = rows[place - 1]
      if (before !== undefined) problems.push(...between(times, key, before, row))
    })
  }
  return problems.sort((a, b) => a.line - b.line)
}

function between(times: DeckTimes, key: string, before: number, row: number): readonly DeckTimeProblem[] {
  const [start, previous, end] = [times.fromMs[row] ?? 0, times.fromMs[before] ?? 0, times.toMs[before] ?? 0]
  const line = Math.max(times.line[row] ?? 0, times.line[before] ?? 0)
  const other = Math.min(times.line[row] ?? 0, times.line[before] ?? 0)
  const prefix = key.replace('<', ' from origin ')
  if (start === previous)
    return [{ kind: 'overlap', line, text: `prefix ${prefix} stands in line ${other} with the same start` }]
  if (times.hasEnd[before] && end > start) {
    return [
      { kind: 'overlap', line, text: `prefix ${prefix} overlaps line ${other} from ${isoOf(start)} to ${isoOf(end)}` },
    ]
  }
  if (times.hasEnd[before] && end < start) {
    return [{ kind: 'gap', line, text: `prefix ${prefix} has no row from ${isoOf(end)} to ${isoOf(start)}` }]
  }
  return []
}

function isoOf(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 16) : 'ever'
}
