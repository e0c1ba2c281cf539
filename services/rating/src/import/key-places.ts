/** Where in a slice each key came last, by the 16 bytes of the keys themselves: no text is made of them. */
export interface KeyPlaces {
  /** Place that was put last for the key at this place, or -1. */
  latest(place: number): number
  put(place: number): void
}

/** Open addressing with linear steps. The keys are digests already but for what rises with time: the last word is the hash. */
export function createKeyPlaces(keys: Buffer, count: number): KeyPlaces {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, count * 2)))
  const mask = size - 1
  const words = wordsOf(keys)
  /** Place + 1 of what lies in a slot; 0: free. */
  const slots = new Int32Array(size)

  function slotOf(place: number): number {
    const at = place * 4
    let slot = (words[at + 3] as number) & mask
    for (;;) {
      const held = slots[slot] as number
      if (held === 0) return slot
      const other = (held - 1) * 4
      if (
        words[at] === words[other] &&
        words[at + 1] === words[other + 1] &&
        words[at + 2] === words[other + 2] &&
        words[at + 3] === words[other + 3]
      )
        return slot
      slot = (slot + 1) & mask
    }
  }

  return {
    latest: (place) => (slots[slotOf(place)] as number) - 1,
    put(place) {
      slots[slotOf(place)] = place + 1
    },
  }
}

function wordsOf(bytes: Buffer): Int32Array {
  if (bytes.byteOffset % 4 === 0) return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  const copied = new Uint8Array(bytes)
  return new Int32Array(copied.buffer, 0, bytes.length >> 2)
}

const uuidType = 2950

/**
 * Keys as a `uuid[]` in PostgreSQL's binary form (array_recv: dimensions, nulls, type of the elements, count, lower
 * bound, then each with its length), which the driver sends as it is: as text they would be three times as long, and
 * escaped one by one.
 */
export function uuidArray(keys: Buffer, count: number): Buffer {
  const bytes = Buffer.alloc(count === 0 ? 12 : 20 + count * 20)
  bytes.writeInt32BE(count === 0 ? 0 : 1, 0)
  bytes.writeInt32BE(uuidType, 8)
  if (count === 0) return bytes
  bytes.writeInt32BE(count, 12)
  bytes.writeInt32BE(1, 16)
  for (let place = 0; place < count; place += 1) {
    bytes[23 + place * 20] = 16
    const [to, from] = [24 + place * 20, place * 16]
    for (let at = 0; at < 16; at += 1) bytes[to + at] = keys[from + at] as number
  }
  return bytes
}
