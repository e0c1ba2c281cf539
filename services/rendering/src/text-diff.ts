/** Lines shown around a difference. */
const contextLines = 3
/** Beyond so many differing lines the rest is shown as replaced whole: the search would take too long. */
const maxEdits = 600

interface Step {
  readonly mark: ' ' | '-' | '+'
  readonly line: string
}

/**
 * The differences of two texts as `diff -u` writes them, without times; empty when there are none. Pure.
 *
 * @param maxCharacters longer ones are cut, with a last line that says so
 */
export function textDiff(name: string, before: string, after: string, maxCharacters = 20_000): string {
  if (before === after) return ''
  const steps = stepsOf(linesOf(before), linesOf(after))
  const lines = [`--- ${name}`, `+++ ${name}`, ...hunks(steps)]
  const shown: string[] = []
  let characters = 0
  for (const line of lines) {
    characters += line.length + 1
    if (characters > maxCharacters) {
      shown.push(`\\ ${lines.length - shown.length} more lines`)
      break
    }
    shown.push(line)
  }
  return `${shown.join('\n')}\n`
}

function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  else lines.push(`${lines.pop() ?? ''}\n\\ No newline at end of file`)
  return lines
}

function stepsOf(before: readonly string[], after: readonly string[]): Step[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++
  const same = (lines: readonly string[]): Step[] => lines.map((line) => ({ mark: ' ', line }))
  return [
    ...same(before.slice(0, start)),
    ...edits(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ]
}

/** The shortest script from one list to the other (E. Myers, An O(ND) Difference Algorithm, 1986). */
function edits(before: readonly string[], after: readonly string[]): Step[] {
  const trace: Int32Array[] = []
  const reach = Math.min(before.length + after.length, maxEdits)
  const furthest = new Int32Array(2 * reach + 2)
  for (let distance = 0; distance <= reach; distance++) {
    trace.push(furthest.slice())
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let x = comesDown(furthest, diagonal, distance, reach)
        ? (furthest[reach + diagonal + 1] ?? 0)
        : (furthest[reach + diagonal - 1] ?? 0) + 1
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++
      furthest[reach + diagonal] = x
      if (x >= before.length && x - diagonal >= after.length) return walkedBack(trace, before, after, reach)
    }
  }
  return [...before.map((line): Step => ({ mark: '-', line })), ...after.map((line): Step => ({ mark: '+', line }))]
}

function comesDown(furthest: Int32Array, diagonal: number, distance: number, reach: number): boolean {
  if (diagonal === -distance) return true
  if (diagonal === distance) return false
  return (furthest[reach + diagonal - 1] ?? 0) < (furthest[reach + diagonal + 1] ?? 0)
}

function walkedBack(
  trace: readonly Int32Array[],
  before: readonly string[],
  after: readonly string[],
  reach: number,
): Step[] {
  const steps: Step[] = []
  let [x, y] = [before.length, after.length]
  for (let distance = trace.length - 1; distance >= 0; distance--) {
    const furthest = trace[distance] ?? new Int32Array(0)
    const diagonal = x - y
    const down = comesDown(furthest, diagonal, distance, reach)
    const previous = down ? diagonal + 1 : diagonal - 1
    const fromX = distance === 0 ? 0 : (furthest[reach + previous] ?? 0)
    const fromY = distance === 0 ? 0 : fromX - previous
    while (x > fromX && y > fromY) {
      steps.push({ mark: ' ', line: before[--x] ?? '' })
      y--
    }
    if (distance === 0) break
    if (down) steps.push({ mark: '+', line: after[--y] ?? '' })
    else steps.push({ mark: '-', line: before[--x] ?? '' })
  }
  return steps.reverse()
}

function hunks(steps: readonly Step[]): string[] {
  const lines: string[] = []
  let [beforeLine, afterLine] = [1, 1]
  let at = 0
  while (at < steps.length) {
    if (steps[at]?.mark === ' ') {
      at++
      beforeLine++
      afterLine++
      continue
    }
    const start = Math.max(0, at - contextLines)
    let end = at
    for (let same = 0; end < steps.length && same <= 2 * contextLines; end++)
      same = steps[end]?.mark === ' ' ? same + 1 : 0
    while (end > at && steps[end - 1]?.mark === ' ' && countSame(steps, end) > contextLines) end--
    const hunk = steps.slice(start, end)
    const [first, second] = [beforeLine - (at - start), afterLine - (at - start)]
    const [minus, plus] = [hunk.filter(({ mark }) => mark !== '+'), hunk.filter(({ mark }) => mark !== '-')]
    lines.push(`@@ -${range(first, minus.length)} +${range(second, plus.length)} @@`)
    lines.push(...hunk.map(({ mark, line }) => `${mark}${line}`))
    beforeLine = first + minus.length
    afterLine = second + plus.length
    at = end
  }
  return lines
}

/** How many same lines stand before `end`. */
function countSame(steps: readonly Step[], end: number): number {
  let count = 0
  while (steps[end - 1 - count]?.mark === ' ') count++
  return count
}

function range(first: number, count: number): string {
  if (count === 1) return String(first)
  return `${count === 0 ? first - 1 : first},${count}`
}
