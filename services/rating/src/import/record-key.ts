/**
 * 128 bits of a text: MurmurHash3 (x86, 128 bit; Austin Appleby, public domain), over its UTF-16 code units folded to
 * bytes. Not for secrets. A tenth of the time that a cryptographic digest of so short a text takes.
 */
function hash128(text: string, seed: readonly [number, number, number, number], target: Buffer, offset: number): void {
  const c1 = 0x239b961b
  const c2 = 0xab0e9789
  const c3 = 0x38b34ae5
  const c4 = 0xa1e38b93
  let h1 = seed[0]
  let h2 = seed[1]
  let h3 = seed[2]
  let h4 = seed[3]
  const { length } = text
  const isAscii = takeAscii(text)
  for (let at = 0; at < length; at += 16) {
    const word = at >> 2
    let k1 = isAscii ? (scratchWords[word] as number) : wordAt(text, at)
    let k2 = isAscii ? (scratchWords[word + 1] as number) : wordAt(text, at + 4)
    let k3 = isAscii ? (scratchWords[word + 2] as number) : wordAt(text, at + 8)
    let k4 = isAscii ? (scratchWords[word + 3] as number) : wordAt(text, at + 12)
    k1 = Math.imul(rotated(Math.imul(k1, c1), 15), c2)
    h1 = (Math.imul((rotated(h1 ^ k1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0
    k2 = Math.imul(rotated(Math.imul(k2, c2), 16), c3)
    h2 = (Math.imul((rotated(h2 ^ k2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0
    k3 = Math.imul(rotated(Math.imul(k3, c3), 17), c4)
    h3 = (Math.imul((rotated(h3 ^ k3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0
    k4 = Math.imul(rotated(Math.imul(k4, c4), 18), c1)
    h4 = (Math.imul((rotated(h4 ^ k4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0
  }
  h1 ^= length
  h2 ^= length
  h3 ^= length
  h4 ^= length
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = (h2 + h1) | 0
  h3 = (h3 + h1) | 0
  h4 = (h4 + h1) | 0
  h1 = mixed(h1)
  h2 = mixed(h2)
  h3 = mixed(h3)
  h4 = mixed(h4)
  h1 = (h1 + h2 + h3 + h4) | 0
  putWord(h1, target, offset)
  putWord(h2 + h1, target, offset + 4)
  putWord(h3 + h1, target, offset + 8)
  putWord(h4 + h1, target, offset + 12)
}

function putWord(word: number, target: Buffer, offset: number): void {
  target[offset] = word >>> 24
  target[offset + 1] = word >>> 16
  target[offset + 2] = word >>> 8
  target[offset + 3] = word
}

const scratch = Buffer.alloc(4_096)
const scratchWords = new Int32Array(scratch.buffer, scratch.byteOffset, scratch.length / 4)
/** The words are those that `wordAt` gives: on a machine that keeps the high byte first they would not be. */
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Puts a text of nothing but ASCII into the scratch words, zeros behind it: four characters are then one read. */
function takeAscii(text: string): boolean {
  const { length } = text
  if (!isLittleEndian || length > scratch.length - 16) return false
  if (length > shortText) {
    if (scratch.write(text, 0) !== length) return false
  } else if (!copiedAscii(text)) return false
  for (let place = length; place < length + 16; place += 1) scratch[place] = 0
  return true
}

/** Below so many characters a loop costs less than a call that leaves JavaScript. */
const shortText = 48

function copiedAscii(text: string): boolean {
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place)
    if (code > 127) return false
    scratch[place] = code
  }
  return true
}

function wordAt(text: string, at: number): number {
  // Beyond the end a code is NaN, which is 0 here. A high byte is kept by turning it into the others.
  const one = text.charCodeAt(at) | 0
  const two = text.charCodeAt(at + 1) | 0
  const three = text.charCodeAt(at + 2) | 0
  const four = text.charCodeAt(at + 3) | 0
  const low = (one & 255) | ((two & 255) << 8) | ((three & 255) << 16) | (four << 24)
  return (one | two | three | four) > 255
    ? low ^ Math.imul(((one >> 8) * 31 + (two >> 8)) * 31 + (three >> 8) + (four >> 8) * 7, 0x9e3779b1)
    : low
}

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}

function mixed(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** The 16 bytes under which a record is stored, of its provider and the key its format gives it. */
export interface RecordKeys {
  write(key: string, target: Buffer, offset: number): void
}

/**
 * Keys of one provider of one tenant: no tenant can displace another's record. The first word rises with the number in
 * the key of the format, of which twelve bytes of digest follow: see `risingWord`.
 */
export function createRecordKeys(tenant: string, provider: string): RecordKeys {
  const scope = Buffer.alloc(16)
  hash128(`${tenant}\n${provider}`, [0, 0, 0, 0], scope, 0)
  const word = (place: number) => scope.readInt32BE(place * 4)
  const seed = [word(0), word(1), word(2), word(3)] as const
  return {
    write(key, target, offset) {
      hash128(key, seed, target, offset)
      const rising = risingWord(key)
      if (rising >= 0) putWord(rising, target, offset)
    },
  }
}

/** So many digits of a number that counts seconds since 1970, or more slowly. */
const risingDigits = 10
/** Where it begins at the latest: behind the name of a system. */
const risingWithin = 64

/**
 * The first number of nine digits or more in a key, as 32 bits; -1: there is none. Exchanges number their calls by the
 * clock (Asterisk's uniqueid, `1731319200.42`), so that the keys of a day lie side by side in the index: else every new
 * call would change another page of a month's index, each of which is written whole to the log after a checkpoint, and
 * a day would cost the more the more calls are stored.
 */
function risingWord(key: string): number {
  const { length } = key
  let digits = 0
  let value = 0
  for (let place = 0; place < length; place += 1) {
    const digit = key.charCodeAt(place) - 48
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      digits += 1
      if (digits < risingDigits) continue
    } else if (digits < risingDigits - 1) {
      if (place >= risingWithin) return -1
      digits = 0
      value = 0
      continue
    }
    break
  }
  // Ten digits are more than 32 bits hold.
  return digits < risingDigits - 1 ? -1 : Math.floor(value / 4)
}

const contentSeed = [0, 0, 0, 0] as const
const contentScratch = Buffer.alloc(16)

/** Eight bytes of what a record says, by which a repetition and a correction are told apart. */
export function writeContent(native: string, target: Buffer, offset: number): void {
  hash128(native, contentSeed, contentScratch, 0)
  for (let place = 0; place < 8; place += 1) target[offset + place] = contentScratch[place] as number
}

export function uuidBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll('-', ''), 'hex')
}

export function uuidText(bytes: Buffer, offset: number): string {
  const digits = bytes.toString('hex', offset, offset + 16)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`
}
