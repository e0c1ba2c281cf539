/**
 * Short texts of digits as a hash table over typed arrays: a look-up makes no text and hashes none, and touches two
 * lines of the cache. Leading zeros count.
 */
export interface DigitTable {
  /** Place that was given to the digits, or -1. */
  find(key: number): number
  /** The place of the digits, the next number when they are new. */
  put(key: number): number
}

/** Beyond these a number with a 1 before it is no exact integer. */
const mostDigits = 15

/** The digits of a text as a number, with a 1 before them; -1 for what is no text of 1 to 15 digits. */
export function digitKey(text: string): number {
  const { length } = text
  if (length === 0 || length > mostDigits) return -1
  let key = 1
  for (let place = 0; place < length; place += 1) {
    const digit = text.charCodeAt(place) - 48
    if (digit < 0 || digit > 9) return -1
    key = key * 10 + digit
  }
  return key
}

/** Open addressing with linear steps, at most half full. */
export function createDigitTable(): DigitTable {
  let size = 64
  let keys = new Float64Array(size)
  let places = new Int32Array(size)
  let used = 0

  function slotOf(key: number): number {
    const mask = size - 1
    let slot = (Math.imul((key | 0) ^ ((key / 0x1_0000_0000) | 0), 0x9e3779b1) >>> 7) & mask
    while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask
    return slot
  }

  function grow(): void {
    const [oldKeys, oldPlaces] = [keys, places]
    size *= 2
    keys = new Float64Array(size)
    places = new Int32Array(size)
    for (let old = 0; old < oldKeys.length; old += 1) {
      if (oldKeys[old] === 0) continue
      const slot = slotOf(oldKeys[old] as number)
      keys[slot] = oldKeys[old] as number
      places[slot] = oldPlaces[old] as number
    }
  }

  return {
    find(key) {
      const slot = slotOf(key)
      return keys[slot] === key ? (places[slot] as number) : -1
    },
    put(key) {
      let slot = slotOf(key)
      if (keys[slot] === key) return places[slot] as number
      if ((used + 1) * 2 > size) {
        grow()
        slot = slotOf(key)
      }
      keys[slot] = key
      places[slot] = used
      used += 1
      return used - 1
    },
  }
}
