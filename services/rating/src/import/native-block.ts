import { promisify } from 'node:util'
import { brotliCompress, brotliDecompressSync, constants, inflateRawSync } from 'node:zlib'

/** Records to a block: large enough to pack well, small enough to be unpacked for one of them. */
export const recordsPerBlock = 500

const compressed = promisify(brotliCompress)
/** A third of the time that the quickest deflate takes, for blocks that are a sixth larger. */
const params = { [constants.BROTLI_PARAM_QUALITY]: 0, [constants.BROTLI_PARAM_LGWIN]: 18 }

/** First byte of a block of this form. No deflate begins so, by which blocks were packed before (RFC 1951, 3.2.3). */
const brotliForm = 0x06

/**
 * Native records as one packed block: their number and lengths (in UTF-16 units) as 32-bit words, then their texts.
 * Packed on a thread of the pool, so that rating goes on meanwhile.
 */
export async function packNative(texts: readonly string[]): Promise<Uint8Array> {
  const head = Buffer.allocUnsafe(4 * (texts.length + 1))
  head.writeUInt32LE(texts.length, 0)
  for (let place = 0; place < texts.length; place += 1) head.writeUInt32LE((texts[place] ?? '').length, 4 * (place + 1))
  const body = await compressed(Buffer.concat([head, Buffer.from(texts.join(''))]), { params })
  return Buffer.concat([Buffer.of(brotliForm), body])
}

/** One native record of a block, as it came. */
export function nativeFrom(block: Uint8Array, place: number): string | undefined {
  const bytes = block[0] === brotliForm ? brotliDecompressSync(block.subarray(1)) : inflateRawSync(block)
  const count = bytes.readUInt32LE(0)
  if (place >= count) return undefined
  const text = bytes.toString('utf8', 4 * (count + 1))
  let start = 0
  for (let before = 0; before < place; before += 1) start += bytes.readUInt32LE(4 * (before + 1))
  return text.slice(start, start + bytes.readUInt32LE(4 * (place + 1)))
}
