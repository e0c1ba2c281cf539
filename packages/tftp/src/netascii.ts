const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * Bytes of a file as netascii (RFC 1350 §1, RFC 764): a line feed becomes CR LF, a carriage return becomes CR NUL,
 * so that a client which turns them back has the very bytes of the file. Returns the input itself when nothing changes.
 */
export function netasciiFrom(bytes: Uint8Array): Uint8Array {
  let extra = 0
  for (const byte of bytes) if (byte === lineFeed || byte === carriageReturn) extra++
  if (extra === 0) return bytes
  const converted = new Uint8Array(bytes.length + extra)
  let at = 0
  for (const byte of bytes) {
    if (byte === lineFeed) converted[at++] = carriageReturn
    converted[at++] = byte
    if (byte === carriageReturn) converted[at++] = 0
  }
  return converted
}
