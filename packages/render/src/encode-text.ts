import type { PluginManifest } from '@strowger/schema'

/**
 * Text in the encoding the family's phones read. What it lacks is in XML a character reference; elsewhere, for ISO 8859-1,
 * `?`, and for ASCII nothing.
 */
export function encodeText(text: string, { encoding = 'utf-8', format }: Written): Uint8Array {
  if (format === 'xml' && encoding !== 'utf-8') return encodeText(withReferences(text, encoding), { encoding })
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8')
    case 'iso-8859-1':
      return Uint8Array.from(text, (character) => {
        const code = character.codePointAt(0) ?? 0
        return code < 256 ? code : 0x3f
      })
    case 'ascii':
      return Buffer.from([...text].filter((character) => (character.codePointAt(0) ?? 0) < 128).join(''), 'latin1')
  }
}

interface Written {
  readonly encoding?: PluginManifest['encoding'] | undefined
  readonly format?: PluginManifest['format'] | undefined
}

function withReferences(text: string, encoding: 'iso-8859-1' | 'ascii'): string {
  const strangers = encoding === 'ascii' ? /[\u0080-\u{10ffff}]/gu : /[\u0100-\u{10ffff}]/gu
  return text.replace(strangers, (character) => `&#${character.codePointAt(0)};`)
}
