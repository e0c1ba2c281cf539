/** Both ends included, as in Content-Range. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * Reads a Range header (RFC 9110 §14.1.2): `bytes=0-499`, `bytes=500-` or, from the end, `bytes=-500`. What is no range
 * of bytes, or asks for several, is `whole`: the header is ignored, as §14.2 allows. Sizes are in bytes.
 */
export function byteRangeFrom(header: string, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, from, to] = /^bytes *= *(\d{0,15})-(\d{0,15})$/i.exec(header.trim()) ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return 'whole'
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 }
  }
  const first = Number(from)
  if (to !== '' && Number(to) < first) return 'whole'
  if (first >= size) return 'unsatisfiable'
  return { first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) }
}
