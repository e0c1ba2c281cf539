import type { PluginManifest } from '@strowger/schema'

/** Text in the encoding the family's phones read. What ISO 8859-1 lacks becomes `?`; what ASCII lacks is left out. */
export function encodeText(text: string, encoding: PluginManifest['encoding'] = 'utf-8'): Uint8Array {
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
