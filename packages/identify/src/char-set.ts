/** A set of characters: 0–255 one by one, and 256 for every other one. */
export type CharSet = Uint8Array

const size = 257

export function emptySet(): CharSet {
  return new Uint8Array(size)
}

function setFrom(includes: (character: string) => boolean, others: boolean): CharSet {
  const set = emptySet()
  for (let code = 0; code < 256; code++) set[code] = includes(String.fromCharCode(code)) ? 1 : 0
  set[256] = others ? 1 : 0
  return set
}

export function setOf(character: string): CharSet {
  const set = emptySet()
  set[Math.min(character.charCodeAt(0), 256)] = 1
  return set
}

export function union(a: CharSet, b: CharSet): CharSet {
  return a.map((value, code) => value | (b[code] ?? 0))
}

export function complement(set: CharSet): CharSet {
  return set.map((value) => 1 - value)
}

export function intersects(a: CharSet, b: CharSet): boolean {
  return a.some((value, code) => value === 1 && b[code] === 1)
}

/** The members, when there are at most `limit` and all are single characters. */
export function members(set: CharSet, limit: number): string[] | undefined {
  if (set[256] === 1) return undefined
  const found: string[] = []
  for (let code = 0; code < 256; code++) {
    if (set[code] !== 1) continue
    if (found.length === limit) return undefined
    found.push(String.fromCharCode(code))
  }
  return found
}

export const classes: Readonly<Record<string, CharSet>> = {
  d: setFrom((character) => /\d/.test(character), false),
  D: setFrom((character) => /\D/.test(character), true),
  w: setFrom((character) => /\w/.test(character), false),
  W: setFrom((character) => /\W/.test(character), true),
  s: setFrom((character) => /\s/.test(character), true),
  S: setFrom((character) => /\S/.test(character), true),
  '.': setFrom((character) => !/[\n\r]/.test(character), true),
}
