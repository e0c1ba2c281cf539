/**
 * Longest prefix match by a trie of digits, packed in one array: a node is eleven integers, the first its value (0:
 * none), the others its children by digit. 200,000 real prefixes are 250,000 nodes, 11 MB.
 */
export interface PrefixIndex {
  /** The node of the prefix that is written in `bytes` (ASCII digits), made when it is new. */
  nodeFor(bytes: Uint8Array, from: number, to: number): number
  /** Value of a node, or 0. */
  valueOf(node: number): number
  setValue(node: number, value: number): void
  /**
   * Puts the values of the prefixes of a number into `into`, the shortest first, and says how many there are. Stops at
   * what is no digit.
   */
  matches(number: string, into: Int32Array): number
  readonly nodes: number
  readonly bytes: number
}

const width = 11
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
    matches(number, into) {
      let node = 0
      let found = 0
      const length = Math.min(number.length, longestPrefix)
      for (let place = 0; ; place += 1) {
        const value = cells[node * width] as number
        if (value !== 0) {
          into[found] = value
          found += 1
        }
        if (place === length) return found
        const digit = number.charCodeAt(place) - 48
        if (digit < 0 || digit > 9) return found
        node = cells[node * width + 1 + digit] as number
        if (node === 0) return found
      }
    },
    get nodes() {
      return used
    },
    get bytes() {
      return cells.byteLength
    },
  }
}
