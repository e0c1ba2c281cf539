import type { Meter } from '../meter.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

/** As Jinja2's `e`. */
export function escapedMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** The same, of a text that may be long: of signs that are replaced it becomes several times as long. */
export function chargedMarkup(text: string, meter: Meter): string {
  meter.spend(text.length >> 3)
  const escaped = escapedMarkup(text)
  if (escaped.length > text.length) meter.allow(escaped.length)
  return escaped
}

/** Without what stands between `start` and the next `end`. What has no end stays. */
function without(text: string, start: string, end: string): string {
  let made = ''
  let from = 0
  for (;;) {
    const begin = text.indexOf(start, from)
    const close = begin === -1 ? -1 : text.indexOf(end, begin + start.length)
    if (close === -1) return made + text.slice(from)
    made += text.slice(from, begin)
    from = close + end.length
  }
}

/** Without tags and comments, blanks as one, entities read: `striptags`. */
export function withoutTags(text: string): string {
  const bare = without(without(text, '<!--', '-->'), '<', '>')
    .trim()
    .replace(/\s+/g, ' ')
  return bare.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|amp|lt|gt|quot|apos|nbsp);/gi, (all, decimal, hex) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : all
    return namedEntities[all.toLowerCase()] ?? all
  })
}

const namedEntities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&nbsp;': '\u00a0',
}
