import type { PluginManifest } from '@strowger/schema'
import { escapedMarkup } from './values/markup.ts'

type Format = PluginManifest['format']

/** A value that its file format has no way to hold. */
class UnwritableValue extends Error {
  override readonly name = 'UnwritableValue'
}

/** Characters that end a line, or that no phone's parser expects in one. */
const controls = new RegExp(
  `[${String.fromCharCode(0)}-${String.fromCharCode(31)}${String.fromCharCode(127)}\u0085\u2028\u2029]+`,
  'g',
)

/** Most values: nothing in them means anything in any of the formats. */
const harmless = /^[\w.:/@+*-]*$/

/** For names and labels: what cannot stand in the format is escaped or, where there is no escape, becomes a blank. */
export function escapedValue(text: string, format: Format): string {
  if (harmless.test(text)) return text
  switch (format) {
    case 'xml':
      return escapedMarkup(text.replace(controls, ' '))
    case 'json':
      return JSON.stringify(text).slice(1, -1)
    case 'ini':
    case 'key-value':
      return text.replace(controls, ' ').trim()
  }
}

/** For passwords and user names: a value that would not arrive as it is must not be written as another one. */
export function exactValue(text: string, format: Format): string {
  if (harmless.test(text)) return text
  const isLineFormat = format === 'key-value' || format === 'ini'
  if (isLineFormat && (text.search(controls) !== -1 || text !== text.trim())) {
    throw new UnwritableValue(
      'a value with a line break, a control character or a blank at an end cannot stand in this file',
    )
  }
  if (format === 'xml' && text.search(controls) !== -1) {
    throw new UnwritableValue('a value with a control character cannot stand in XML')
  }
  return escapedValue(text, format)
}
