import { createDigitTable, digitKey } from './digit-table.ts'
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

const longest = 63
/** Answers of other texts than exact ones that are remembered: trunks are few, and asked for with every call. */
const mostRemembered = 1_024

export function createClaimIndex<Owner>(): ClaimIndex<Owner> {
  const exact = createExactClaims<Owner>()
  const wild = createPrefixClaims<Owner>(
    (entry, text, from) => entry.wild === text.length - from && entry.wild > 0 && isDigits(text, from, text.length),
  )
  const open = createPrefixClaims<Owner>(
    (entry, text, from) => text.length - from >= entry.wild && isDigits(text, from, from + entry.wild),
  )
  let hasPatterns = false
  let isTimeless = true
  const remembered = new Map<string, Owner | 'ambiguous' | undefined>()
  // The number of a call is asked for twice: whether it is an extension, and whose.
  let lastText = ''
  let lastAtMs = Number.NaN
  let lastFound: Owner | 'ambiguous' | undefined

  function search(text: string, atMs: number): Owner | 'ambiguous' | undefined {
    if (!hasPatterns) return exact.find(text, atMs)
    if (!isTimeless) return exact.find(text, atMs) ?? wild.find(text, atMs) ?? open.find(text, atMs)
    const known = remembered.get(text)
    if (known !== undefined || remembered.has(text)) return known
    const found = exact.find(text, atMs) ?? wild.find(text, atMs) ?? open.find(text, atMs)
    if (remembered.size >= mostRemembered) remembered.clear()
    // A text of its own: a piece of the block that was read would keep all of the block.
    remembered.set(text.split('').join(''), found)
    return found
  }

  return {
    add(pattern, { fromMs, toMs }, owner) {
      const parts = partsOfPattern(pattern)
      if (!parts) throw new RangeError(`"${pattern.slice(0, 40)}" is no pattern: X and * stand at the end only`)
      const { literal, wild: count, isOpen } = parts
      const entry = { wild: count, fromMs, toMs, owner }
      if (isOpen) open.add(literal, entry)
      else if (count > 0) wild.add(literal, entry)
      else exact.add(literal, entry)
      hasPatterns ||= isOpen || count > 0
      isTimeless &&= !isLimited(entry)
      remembered.clear()
      lastAtMs = Number.NaN
    },
    find(text, atMs) {
      // Most numbers of the world are longer than any extension: no need to look them up, nor to remember them.
      if (!hasPatterns && !exact.hasLength(text.length)) return undefined
      if (atMs === lastAtMs && text === lastText) return lastFound
      lastFound = search(text, atMs)
      lastText = text
      lastAtMs = atMs
      return lastFound
    },
  }
}

function isLimited({ fromMs, toMs }: Entry<unknown>): boolean {
  return fromMs !== Number.NEGATIVE_INFINITY || toMs !== Number.POSITIVE_INFINITY
}

/** Claims of whole texts. */
function createExactClaims<Owner>() {
  const digits = createDigitTable()
  /** By the place of their digits; who is the only one, and always, stands in `soles` as well. */
  const ofDigits: Entry<Owner>[][] = []
  const soles: (Owner | undefined)[] = []
  const ofTexts = new Map<string, Entry<Owner>[]>()
  const lengths = new Uint8Array(longest + 1)

  return {
    hasLength: (length: number): boolean => lengths[Math.min(length, longest)] === 1,
    add(text: string, entry: Entry<Owner>): void {
      lengths[Math.min(text.length, longest)] = 1
      const key = digitKey(text)
      if (key < 0) {
        const known = ofTexts.get(text)
        if (known) known.push(entry)
        else ofTexts.set(text, [entry])
        return
      }
      const place = digits.put(key)
      const known = ofDigits[place]
      if (known) known.push(entry)
      else ofDigits[place] = [entry]
      soles[place] = known === undefined && !isLimited(entry) ? entry.owner : undefined
    },
    find(text: string, atMs: number): Owner | 'ambiguous' | undefined {
      if (lengths[Math.min(text.length, longest)] !== 1) return undefined
      const key = digitKey(text)
      if (key < 0) {
        const entries = ofTexts.get(text)
        return entries === undefined ? undefined : winner(entries, atMs, always, text, 0)
      }
      const place = digits.find(key)
      if (place < 0) return undefined
      return soles[place] ?? winner(ofDigits[place] as Entry<Owner>[], atMs, always, text, 0)
    },
  }
}

type Fits<Owner> = (entry: Entry<Owner>, text: string, from: number) => boolean
const always = (): boolean => true

/** Claims of texts that begin with a literal part, the longest of which wins. */
function createPrefixClaims<Owner>(fits: Fits<Owner>) {
  const byLiteral = new Map<string, Entry<Owner>[]>()
  /** Lengths of literal parts, the longest first. */
  let lengths: number[] = []

  return {
    add(literal: string, entry: Entry<Owner>): void {
      if (!lengths.includes(literal.length)) lengths = [...lengths, literal.length].sort((a, b) => b - a)
      const known = byLiteral.get(literal)
      if (known) known.push(entry)
      else byLiteral.set(literal, [entry])
    },
    find(text: string, atMs: number): Owner | 'ambiguous' | undefined {
      for (const length of lengths) {
        if (length > text.length) continue
        const entries = byLiteral.get(text.slice(0, length))
        const found = entries === undefined ? undefined : winner(entries, atMs, fits, text, length)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}

/** Of those that hold at the instant and fit the one with the most X. */
function winner<Owner>(
  entries: readonly Entry<Owner>[],
  atMs: number,
  fits: Fits<Owner>,
  text: string,
  from: number,
): Owner | 'ambiguous' | undefined {
  let best: Entry<Owner> | undefined
  let isAmbiguous = false
  for (const entry of entries) {
    if (atMs < entry.fromMs || atMs >= entry.toMs || !fits(entry, text, from)) continue
    if (best === undefined || entry.wild > best.wild) {
      best = entry
      isAmbiguous = false
    } else if (entry.wild === best.wild && entry.owner !== best.owner) isAmbiguous = true
  }
  return isAmbiguous ? 'ambiguous' : best?.owner
}

function isDigits(text: string, from: number, to: number): boolean {
  for (let place = from; place < to; place += 1) {
    const digit = text.charCodeAt(place) - 48
    if (digit < 0 || digit > 9) return false
  }
  return true
}
