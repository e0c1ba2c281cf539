/** A version or an id as it is compared: `66.86.0-b2` as [[66], [86], [0], ['b', 2]]. */
export type ParsedVersion = readonly (readonly (string | number)[])[]

export function parseVersion(text: string): ParsedVersion {
  const pieces = text.toLowerCase().match(/[a-z0-9]+/g) ?? []
  return pieces.map((piece) => (piece.match(/[0-9]+|[a-z]+/g) ?? []).map((run) => (run < 'a' ? Number(run) : run)))
}

/**
 * Compares versions and ids of generations as people order them: below 0 when `a` came before `b`.
 * They are cut at what is neither letter nor digit, and the pieces are compared one by one: numbers as numbers (10.1
 * after 8.9, v86 after v9), a number after a word (9.4 after legacy), words in alphabetical order; what only goes on
 * where the other ends comes after it (6.1.5(a) after 6.1.5).
 */
export function compareVersions(a: ParsedVersion, b: ParsedVersion): number {
  return compareLists(a, b, (left, right) => compareLists(left, right, compareRuns))
}

function compareLists<Item>(a: readonly Item[], b: readonly Item[], compare: (a: Item, b: Item) => number): number {
  for (const [index, item] of a.entries()) {
    const other = b[index]
    const order = other === undefined ? 1 : compare(item, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareRuns(a: string | number, b: string | number): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : 1
  if (typeof b === 'number') return -1
  return a === b ? 0 : a < b ? -1 : 1
}
