/** A column of a table for people. */
export interface Column<Row> {
  readonly title: string
  readonly text: (row: Row) => string | undefined
  /** May be cut, down to this many characters, where the terminal is too narrow. */
  readonly shrinksTo?: number
  /** Left out where the terminal is too narrow, the lowest number first. */
  readonly leaves?: number
}

const gap = '  '
const ellipsis = '…'

/** Lines of a table that fits so many columns; cuts nothing when there is no terminal. Pure. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number | undefined): string[] {
  let shown = columns.map((column) => {
    const cells = rows.map((row) => oneLine(column.text(row)))
    return { column, cells, width: Math.max(column.title.length, ...cells.map(lengthOf)) }
  })
  // A column without a single value says nothing.
  shown = shown.filter(({ cells, column }) => column.leaves === undefined || cells.some((cell) => cell !== ''))
  const total = () => shown.reduce((sum, { width: own }) => sum + own, gap.length * (shown.length - 1))
  if (width !== undefined) {
    const leaving = shown.filter(({ column }) => column.leaves !== undefined)
    leaving.sort((one, other) => (one.column.leaves ?? 0) - (other.column.leaves ?? 0))
    for (const leaver of leaving) if (total() > width) shown = shown.filter((entry) => entry !== leaver)
    for (;;) {
      const excess = total() - width
      const widest = shown
        .filter(({ column, width: own }) => own > (column.shrinksTo ?? own))
        .sort((one, other) => other.width - one.width)[0]
      if (excess <= 0 || widest === undefined) break
      widest.width -= 1
    }
  }
  const line = (texts: readonly string[]) => texts.join(gap).trimEnd()
  return [
    line(shown.map(({ column, width: own }) => padded(column.title.toUpperCase(), own))),
    ...rows.map((_row, index) => line(shown.map(({ cells, width: own }) => padded(cells[index] ?? '', own)))),
  ]
}

function oneLine(text: string | undefined): string {
  // What a phone says of itself must not move the cursor of whoever reads it.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return (text ?? '').replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
}

function lengthOf(text: string): number {
  return [...text].length
}

function padded(text: string, width: number): string {
  const characters = [...text]
  if (characters.length > width) return characters.slice(0, Math.max(width - 1, 0)).join('') + ellipsis
  return text + ' '.repeat(width - characters.length)
}
