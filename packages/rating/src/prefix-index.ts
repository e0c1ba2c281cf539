/**
 * Longest prefix match by a trie of digits. While it is made a node is eleven integers, the first its value (0: none),
 * the others its children by digit; for look-ups it is packed to a quarter of that: see `PrefixTable`.
 */
export interface PrefixIndex {
  /** The node of the prefix that is written in `bytes` (ASCII digits), made when it is new. */
  nodeFor(bytes: Uint8Array, from: number, to: number): number
  /** Value of a node, or 0. */
  valueOf(node: number): number
  setValue(node: number, value: number): void
  packed(): PrefixTable
  readonly nodes: number
}

/**
 * Three integers a node: its value, where its first child stands, and a bit for each digit it has a child for. Children
 * stand side by side, and what is below them behind them, so that a walk down to a rare prefix stays within a few lines
 * of the cache. 200,000 real prefixes are 250,000 nodes, 3 MB.
 */
export type PrefixTable = Int32Array

const width = 11
const packedWidth = 3
/** Deeper than any number of E.164 with a carrier prefix before it. */
export const longestPrefix = 40

export function createPrefixIndex(expectedNodes = 1024): PrefixIndex {
  let cells = new Int32Array(Math.max(16, expectedNodes) * width)
  let used = 1

  return {
    nodeFor(bytes, from, to) {
      let node = 0
      for (let place = from; place < to; place += 1) {
        const cell = node * width + 1 + ((bytes[place] as number) - 48)
        let next = cells[cell] as number
        if (next === 0) {
          if ((used + 1) * width > cells.length) {
            const grown = new Int32Array(cells.length * 2)
            grown.set(cells)
            cells = grown
          }
          next = used
          used += 1
          cells[cell] = next
        }
        node = next
      }
      return node
    },
    valueOf: (node) => cells[node * width] as number,
    setValue(node, value) {
      cells[node * width] = value
    },
    packed: () => packedFrom(cells, used),
    get nodes() {
      return used
    },
  }
}

function packedFrom(cells: Int32Array, nodes: number): PrefixTable {
  const table = new Int32Array(nodes * packedWidth)
  /** Pairs: a node that waits, and where it will stand. */
  const waiting = [0, 0]
  let free = packedWidth
  while (waiting.length > 0) {
    const at = waiting.pop() as number
    const cell = (waiting.pop() as number) * width
    let bits = 0
    let after = free
    for (let digit = 0; digit < 10; digit += 1) {
      if (cells[cell + 1 + digit] === 0) continue
      bits |= 1 << digit
      after += packedWidth
    }
    table[at] = cells[cell] as number
    table[at + 1] = free
    table[at + 2] = bits
    free = after
    // The last is taken from the stack first: what is below the first child then follows at once.
    for (let digit = 9; digit >= 0; digit -= 1) {
      const child = cells[cell + 1 + digit] as number
      if (child === 0) continue
      after -= packedWidth
      waiting.push(child, after)
    }
  }
  return table
}

/** How many bits are set, of every number of ten bits. */
const bitCounts = Uint8Array.from({ length: 1024 }, (_, bits) => {
  let count = 0
  for (let rest = bits; rest > 0; rest &= rest - 1) count += 1
  return count
})

/**
 * Puts the values of the prefixes of a number into `into`, the shortest first, and says how many there are. Stops at
 * what is no digit.
 */
export function prefixMatches(table: PrefixTable, number: string, into: Int32Array): number {
  let node = 0
  let found = 0
  const length = Math.min(number.length, longestPrefix)
  for (let place = 0; ; place += 1) {
    const value = table[node] as number
    if (value !== 0) {
      into[found] = value
      found += 1
    }
    if (place === length) return found
    const digit = number.charCodeAt(place) - 48
    if (digit < 0 || digit > 9) return found
    const bits = table[node + 2] as number
    const bit = 1 << digit
    if ((bits & bit) === 0) return found
    node = (table[node + 1] as number) + packedWidth * (bitCounts[bits & (bit - 1)] as number)
  }
}
