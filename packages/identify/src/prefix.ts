import { members } from './char-set.ts'
import { isAnchored } from './pattern-check.ts'
import { type PatternNode, parsePattern } from './pattern-syntax.ts'

export const maxPrefixLength = 6
const maxPrefixes = 64

/** The texts (up to 6 characters each) of which one begins every text that the pattern matches. `['']`: any text may match. */
export function literalPrefixes(pattern: string): string[] {
  const tree = parsePattern(pattern)
  if (!isAnchored(tree)) return ['']
  return [...new Set(prefixesOf(tree).texts)]
}

interface Prefixes {
  readonly texts: readonly string[]
  /** The texts are the whole of what the node matches, so that what comes after may be put behind them. */
  readonly complete: boolean
}

const unknown: Prefixes = { texts: [''], complete: false }

function prefixesOf(node: PatternNode): Prefixes {
  switch (node.kind) {
    case 'start':
      return { texts: [''], complete: true }
    case 'end':
      return unknown
    case 'set': {
      const texts = members(node.set, 4)
      return texts && texts.length > 0 ? { texts, complete: true } : unknown
    }
    case 'repeat': {
      if (node.min === 0) return unknown
      const once = prefixesOf(node.item)
      return node.max === 1 ? once : { ...once, complete: false }
    }
    case 'choice': {
      const options = node.options.map(prefixesOf)
      return { texts: options.flatMap(({ texts }) => texts), complete: options.every(({ complete }) => complete) }
    }
    case 'sequence': {
      let begun: Prefixes = { texts: [''], complete: true }
      for (const item of node.items) {
        if (!begun.complete) break
        begun = joined(begun, prefixesOf(item))
      }
      return begun
    }
  }
}

function joined(before: Prefixes, after: Prefixes): Prefixes {
  const texts = before.texts.flatMap((head) => after.texts.map((tail) => (head + tail).slice(0, maxPrefixLength)))
  if (texts.length > maxPrefixes) return { ...before, complete: false }
  const full = texts.every((text) => text.length === maxPrefixLength)
  return { texts, complete: after.complete && !full }
}
