import { cellsOf, type Figure, headings } from './figure.ts'

export interface Section {
  readonly title: string
  /** How it was measured. */
  readonly notes: readonly string[]
  readonly figures: readonly Figure[]
}

/** For the terminal: columns as wide as what is in them; the long last ones only where something stands. */
export function textOf({ title, notes, figures }: Section): string {
  const rows = [headings, ...figures.map(cellsOf)]
  const used = headings.map((_, column) => rows.slice(1).some((row) => row[column] !== ''))
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .flatMap((cell, column) => (used[column] ? [cell.padEnd(widths[column] ?? 0)] : []))
      .join('  ')
      .trimEnd(),
  )
  return [`\n${title}`, ...lines.map((line) => `  ${line}`), ...notes.map((note) => `  - ${note}`), ''].join('\n')
}

export function markdownOf({ title, notes, figures }: Section): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    `## ${title}`,
    '',
    row(headings),
    row(headings.map(() => '---')),
    ...figures.map((figure) => row(cellsOf(figure))),
    '',
    ...notes.map((note) => `* ${note}`),
    '',
  ].join('\n')
}

/** The page docs/reference/benchmarks.md. */
export function pageOf(run: {
  command: string
  machine: string
  loadBefore: string
  loadAfter: string
  date: string
  raised: string
  /** Not all of it was measured: the run has not come to its end. */
  isCut: boolean
  sections: readonly Section[]
}): string {
  const { command, machine, loadBefore, loadAfter, date, raised, isCut, sections } = run
  return `# Benchmarks

Written by \`make bench\`. Figures of one run on one machine: what travels is the ratio to the calibration, which is the
same load on something that only does the least, in the same run. The budgets were set on another machine: *met* compares
the figures as they are, *at this speed* as parts of what each machine does at its best (the kind of work and how fast
this machine was at it right then, 1 being as fast; the stored figures are in the first section).

* command: \`${command}\`
* machine: ${machine}
* load average (1, 5, 15 minutes) before: ${loadBefore}; after: ${loadAfter}
* date: ${date}
* flood limits raised for the run: ${raised}
${isCut ? '* **the run did not come to its end**: what is missing below was not measured\n' : ''}
${sections.map(markdownOf).join('\n')}`
}
