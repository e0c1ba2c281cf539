import { expect, it } from 'vitest'
import { encodeText } from './encode-text.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

it.each([
  ['xml', 'iso-8859-1', 'é&#8364;&#128222;'],
  ['xml', 'ascii', '&#233;&#8364;&#128222;'],
  ['key-value', 'iso-8859-1', 'é??'],
  ['key-value', 'ascii', ''],
] as const)('what the encoding lacks, in %s and %s, is %s', (format, encoding, expected) => {
  expect(text(encodeText('é€📞', { format, encoding }))).toBe(expected)
})

it('is UTF-8 when nothing else is said', () => {
  expect(Buffer.from(encodeText('é€', { format: 'xml' })).toString()).toBe('é€')
})
