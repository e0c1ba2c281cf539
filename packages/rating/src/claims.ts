import type { During } from './organisation.ts'

/**
 * Patterns and whose they are. A pattern is a text, then any number of `X` (one digit each), then maybe `*` (any rest).
 * Exact beats X beats *; then the longer literal part wins, then the longer pattern.
 */
export interface ClaimIndex<Owner> {
  add(pattern: string, during: Omit<During<unknown>, 'value'>, owner: Owner): void
  /** The owner at an instant; undefined: nobody; `ambiguous`: two with the same claim. */
  find(text: string, atMs: number): Owner | 'ambiguous' | undefined
}

interface Entry<Owner> {
  readonly wild: number
  readonly fromMs: number
  readonly toMs: number
  readonly owner: Owner
}

const patternForm = /^([^X*]*)(X*)(\*?)$/

/** Literal part, number of X and whether any rest follows; undefined for what is no pattern. */
export function partsOfPattern(pattern: string): { literal: string; wild: number; isOpen: boolean } | undefined {
  const parts = patternForm.exec(pattern)
  if (!parts || pattern === '') return undefined
  return { literal: parts[1] ?? '', wild: (parts[2] ?? '').length, isOpen: parts[3] === '*' }
}

export function createClaimIndex<Owner>(): ClaimIndex<Owner> {
  const exact = new Map<string, Entry<Owner>[]>()
  const wild = new Map<string, Entry<Owner>[]>()
  const open = new Map<string, Entry<Owner>[]>()
  const lengths = { wild: new Set<number>(), open: new Set<number>() }

  const winner = (
    entries: readonly Entry<Owner>[] | undefined,
    atMs: number,
    fits: (entry: Entry<Owner>) => boolean,
  ) => {
    if (entries === undefined) return undefined
    let best: Entry<Owner> | undefined
    let isAmbiguous = false
    for (const entry of entries) {
      if (atMs < entry.fromMs || atMs >= entry.toMs || !fits(entry)) continue
      if (best === undefined || entry.wild > best.wild) {
        best = entry
        isAmbiguous = false
      } else if (entry.wild === best.wild && entry.owner !== best.owner) isAmbiguous = true
    }
    return isAmbiguous ? ('ambiguous' as const) : best?.owner
  }

  const exactLengths = new Uint8Array(longest + 1)
  let isEmpty = true
  let last: { text: string; atMs: number; found: Owner | 'ambiguous' | undefined } = {
    text: '',
    atMs: Number.NaN,
    found: undefined,
  }
  const sorted = { wild: [] as number[], open: [] as number[], isFresh: false }
  const lengthsOf = (kind: 'wild' | 'open'): readonly number[] => {
    if (!sorted.isFresh) {
      sorted.wild = [...lengths.wild].sort((a, b) => b - a)
      sorted.open = [...lengths.open].sort((a, b) => b - a)
      sorted.isFresh = true
    }
    return sorted[kind]
  }

  return {
    add(pattern, { fromMs, toMs }, owner) {
      const parts = partsOfPattern(pattern)
      if (!parts) throw new RangeError(`"${pattern.slice(0, 40)}" is no pattern: X and * stand at the end only`)
      const { literal, wild: count, isOpen } = parts
      if (!isOpen && count === 0) exactLengths[Math.min(literal.length, longest)] = 1
      const place = isOpen ? open : count > 0 ? wild : exact
      if (isOpen) lengths.open.add(literal.length)
      else if (count > 0) lengths.wild.add(literal.length)
      sorted.isFresh = false
      isEmpty = false
      last = { text: '', atMs: Number.NaN, found: undefined }
      const entry = { wild: count, fromMs, toMs, owner }
      const known = place.get(literal)
      if (known) known.push(entry)
      else place.set(literal, [entry])
    },
    find(text, atMs) {
      if (isEmpty) return undefined
      // The number of a call is asked for twice: whether it is an extension, and whose.
      if (text === last.text && atMs === last.atMs) return last.found
      last = { text, atMs, found: search(text, atMs) }
      return last.found
    },
  }

  function search(text: string, atMs: number): Owner | 'ambiguous' | undefined {
    // Most numbers of the world are longer than any extension: no need to look them up.
    const entries = exactLengths[Math.min(text.length, longest)] === 1 ? exact.get(text) : undefined
    if (entries !== undefined) {
      const found = winner(entries, atMs, always)
      if (found !== undefined) return found
    }
    for (const length of lengthsOf('wild')) {
      if (length >= text.length) continue
      const rest = text.length - length
      const one = winner(
        wild.get(text.slice(0, length)),
        atMs,
        (entry) => entry.wild === rest && isDigits(text, length, text.length),
      )
      if (one !== undefined) return one
    }
    for (const length of lengthsOf('open')) {
      if (length > text.length) continue
      const one = winner(
        open.get(text.slice(0, length)),
        atMs,
        (entry) => text.length - length >= entry.wild && isDigits(text, length, length + entry.wild),
      )
      if (one !== undefined) return one
    }
    return undefined
  }
}

const longest = 63
const always = (): boolean => true

function isDigits(text: string, from: number, to: number): boolean {
  for (let place = from; place < to; place += 1) {
    const digit = text.charCodeAt(place) - 48
    if (digit < 0 || digit > 9) return false
  }
  return true
}
