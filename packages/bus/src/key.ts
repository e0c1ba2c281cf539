const plain = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/

/**
 * A key of a bucket as NATS takes it in a subject: letters, digits, `_`, `-` and single inner dots stand as they are,
 * every other byte of the UTF-8 is written `=HH` (NATS refuses colons, blanks and non-ASCII in keys). The empty key is
 * `=_`. `key` must be well-formed Unicode.
 */
export function encodeKey(key: string): string {
  if (plain.test(key)) return key
  if (key === '') return '=_'
  const bytes = Buffer.from(key)
  let encoded = ''
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    const char = String.fromCharCode(byte)
    const isInnerDot = char === '.' && i > 0 && i < bytes.length - 1 && bytes[i - 1] !== 0x2e && bytes[i + 1] !== 0x2e
    encoded += isInnerDot || /[A-Za-z0-9_-]/.test(char) ? char : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

/** What `encodeKey` was given. Undefined for a text that it never makes. */
export function decodeKey(encoded: string): string | undefined {
  if (plain.test(encoded)) return encoded
  if (encoded === '=_') return ''
  if (!/^([A-Za-z0-9_.-]|=[0-9A-F]{2})+$/.test(encoded)) return undefined
  const latin1 = encoded.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const key = Buffer.from(latin1, 'latin1').toString()
  return encodeKey(key) === encoded ? key : undefined
}
