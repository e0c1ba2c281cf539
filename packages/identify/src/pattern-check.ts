import { type CharSet, emptySet, intersects, union } from './char-set.ts'
import { PatternError, type PatternNode, parsePattern } from './pattern-syntax.ts'

/** Characters of a text that a pattern is tried on: what is longer is cut. */
export const maxMatchedLength = 512

const maxAlternatives = 64
const maxWidthAfterFreeRepetition = 64

/**
 * What keeps a pattern out of the linear subset; empty when it is inside. In the subset the time to match grows with
 * the length of the text only, so no phone can spend our time by what it sends:
 *
 * - no back-references, look-around, flags, lazy quantifiers, word boundaries;
 * - a group that is repeated more than once holds no choice and nothing of variable length;
 * - a repetition without upper bound stands only in a pattern that begins with `^`;
 * - such a repetition ends at what cannot be a part of it (`[0-9.]+ ` but not `.+ `); one in a pattern may break this
 *   rule if at most 64 characters can follow;
 * - optional parts and choices that are not told apart by their first character multiply to at most 64 ways.
 */
export function checkPattern(text: string): string[] {
  let tree: PatternNode
  try {
    tree = parsePattern(text)
    new RegExp(text)
  } catch (error) {
    if (error instanceof PatternError) return [error.message]
    return [`no regular expression: ${(error as Error).message}`]
  }
  const report: Report = { problems: [], ways: 1, freeRepetitions: 0, hasUnbounded: false }
  inspect(tree, nothing, report)
  if (report.hasUnbounded && !isAnchored(tree))
    report.problems.push('a repetition without bound but no ^ at the beginning')
  if (report.ways > maxAlternatives) report.problems.push(`more than ${maxAlternatives} ways to read the same text`)
  if (report.freeRepetitions > 1)
    report.problems.push('more than one repetition that does not end at its first stranger')
  return report.problems
}

interface Report {
  readonly problems: string[]
  /** How many ways of reading the engine may have to try, repetitions without bound aside. */
  ways: number
  freeRepetitions: number
  hasUnbounded: boolean
}

/** What can come next: the first characters of it, and how many at most. */
interface Following {
  readonly first: CharSet
  readonly width: number
}

const nothing: Following = { first: emptySet(), width: 0 }

/** Looks at a node from the right, since what follows decides; returns what follows the one before it. */
function inspect(node: PatternNode, following: Following, report: Report): Following {
  switch (node.kind) {
    case 'set':
      return { first: node.set, width: following.width + 1 }
    case 'start':
    case 'end':
      return following
    case 'sequence':
      return node.items.reduceRight((after, item) => inspect(item, after, report), following)
    case 'choice': {
      const begun = node.options.map((option) => inspect(option, following, report))
      report.ways *= mostAlike(begun.map(({ first }) => first))
      return {
        first: begun.map(({ first }) => first).reduce(union),
        width: Math.max(...begun.map(({ width }) => width)),
      }
    }
    case 'repeat':
      return inspectRepeat(node, following, report)
  }
}

function inspectRepeat(node: PatternNode & { kind: 'repeat' }, following: Following, report: Report): Following {
  const { item, min, max } = node
  if (max > 1 && !isFixed(item))
    report.problems.push('a repeated group that holds a choice or something of variable length')
  const begun = inspect(item, following, report)
  const own = inspect(item, nothing, { problems: [], ways: 1, freeRepetitions: 0, hasUnbounded: false })
  const width = following.width + own.width * max
  const unbounded = max === Number.POSITIVE_INFINITY
  if (unbounded) report.hasUnbounded = true
  if (min !== max && intersects(own.first, following.first)) {
    if (!unbounded) report.ways *= max - min + 1
    else {
      report.freeRepetitions++
      if (following.width > maxWidthAfterFreeRepetition) report.problems.push('too much after a free repetition')
    }
  }
  return { first: min === 0 ? union(begun.first, following.first) : begun.first, width }
}

/** The largest number of alternatives that begin with the same character. */
function mostAlike(sets: readonly CharSet[]): number {
  let most = 1
  for (let code = 0; code <= 256; code++) most = Math.max(most, sets.filter((set) => set[code] === 1).length)
  return most
}

function isFixed(node: PatternNode): boolean {
  if (node.kind === 'repeat') return node.min === node.max && isFixed(node.item)
  if (node.kind === 'sequence') return node.items.every(isFixed)
  return node.kind === 'set'
}

export function isAnchored(node: PatternNode): boolean {
  if (node.kind === 'start') return true
  if (node.kind === 'sequence') return node.items[0] !== undefined && isAnchored(node.items[0])
  return node.kind === 'choice' && node.options.every(isAnchored)
}
