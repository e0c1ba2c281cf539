/** Why the bytes of a file are no text of the encoding it should have. */
export interface TextFault {
  readonly line: number
  readonly reason: string
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const rubbish = /[\u0000-\u0008\u000e-\u001f\u007f]/

/**
 * The text of a deck. A byte order mark wins over the encoding that was said; what looks like another encoding is said,
 * not guessed.
 */
export function deckTextFrom(
  bytes: Uint8Array,
  encoding: 'utf-8' | 'latin1' | 'utf-16le' = 'utf-8',
): string | TextFault {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3)
    return { line: 1, reason: 'is a ZIP archive or a workbook (.xlsx), not CSV' }
  const is16 = bytes[0] === 0xff && bytes[1] === 0xfe
  const used = is16 ? 'utf-16le' : encoding === 'latin1' ? 'windows-1252' : encoding
  if (!is16 && used === 'utf-8' && looksLike16(bytes))
    return { line: 1, reason: 'is UTF-16, not UTF-8: say so by the encoding' }
  try {
    const text = new TextDecoder(used, { fatal: true }).decode(bytes)
    const at = text.search(rubbish)
    if (at < 0) return text
    return { line: text.slice(0, at).split('\n').length, reason: 'holds control characters: this is no text' }
  } catch {
    return { line: badLine(bytes), reason: `is not ${used.toUpperCase()}` }
  }
}

function looksLike16(bytes: Uint8Array): boolean {
  const some = bytes.subarray(0, 200)
  let zeros = 0
  for (const byte of some) if (byte === 0) zeros += 1
  return some.length > 8 && zeros * 3 > some.length
}

function badLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  let from = 0
  while (from < bytes.length) {
    const found = bytes.indexOf(10, from)
    const to = found < 0 ? bytes.length : found
    try {
      decoder.decode(bytes.subarray(from, to))
    } catch {
      return line
    }
    line += 1
    from = to + 1
  }
  return line
}
