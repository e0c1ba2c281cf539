/** A line that is no CSV: in which field, and why. */
export class CsvFault extends Error {
  override readonly name = 'CsvFault'
  /** From 1. */
  readonly column: number
  constructor(column: number, problem: string) {
    super(problem)
    this.column = column
  }
}

/**
 * The fields of one line (RFC 4180, but a record never goes over lines: a lost quote then spoils one record only).
 * Writes into `fields` and gives how many there are. Throws CsvFault.
 */
export function splitCsvLine(line: string, separator: string, fields: string[], quote = '"'): number {
  let count = 0
  let at = 0
  // Nearly always both are one character: comparing codes costs a third of asking for a text.
  const quoteCode = quote.length === 1 ? quote.charCodeAt(0) : -1
  const separatorCode = separator.length === 1 ? separator.charCodeAt(0) : -1
  for (;;) {
    if (quoteCode < 0 ? line.startsWith(quote, at) : line.charCodeAt(at) === quoteCode) {
      let end = line.indexOf(quote, at + 1)
      let isDoubled = false
      while (end >= 0 && (quoteCode < 0 ? line[end + 1] === quote : line.charCodeAt(end + 1) === quoteCode)) {
        isDoubled = true
        end = line.indexOf(quote, end + 2)
      }
      if (end < 0) throw new CsvFault(count + 1, 'the quote is not closed')
      const text = line.slice(at + 1, end)
      fields[count] = isDoubled ? text.replaceAll(quote + quote, quote) : text
      count += 1
      at = end + 1
      if (at === line.length) return count
      if (separatorCode < 0 ? !line.startsWith(separator, at) : line.charCodeAt(at) !== separatorCode)
        throw new CsvFault(count, `"${line.slice(at, at + 10)}" stands behind the quote`)
      at += separator.length
    } else {
      const end = line.indexOf(separator, at)
      fields[count] = end < 0 ? line.slice(at) : line.slice(at, end)
      count += 1
      if (end < 0) return count
      at = end + separator.length
    }
  }
}

/** A field as it stands in a file. */
export function csvField(text: string, separator: string): string {
  return text.includes('"') || text.includes(separator) || /[\r\n]/.test(text)
    ? `"${text.replaceAll('"', '""')}"`
    : text
}

/** The fields of one line, and how many. Throws CsvFault. */
export function fieldsOf(line: string, separator = ','): [fields: string[], count: number] {
  const fields: string[] = []
  return [fields, splitCsvLine(line, separator, fields)]
}
