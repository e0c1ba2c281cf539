/** Markdown, in small pieces. */

const generated = '<!-- Written by `make docs`; do not edit. -->'

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A table; a row is a list of cells. Nothing when there are no rows. */
export function table(head, rows) {
  if (rows.length === 0) return ''
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export const code = (text) => `\`${text}\``
export const codes = (texts) => texts.map(code).join(', ')
export const json = (value) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``

/** Blocks of a page, an empty line between each two; empty ones are left out. */
export const page = (title, ...blocks) =>
  `${[`# ${title}`, generated, ...blocks.flat(Infinity)].filter((block) => block !== '').join('\n\n')}\n`

/** The anchor that a heading gets. */
export const anchor = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

export const byName = (nameOf) => (one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)

/** As `7 days`, `10 minutes`. */
export function duration(seconds) {
  if (seconds === 0) return 'without end'
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ]
  const [length, unit] = units.find(([candidate]) => seconds % candidate === 0)
  const count = seconds / length
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

export const mebibytes = (bytes) => `${(bytes / 1_048_576).toLocaleString('en')} MiB`
