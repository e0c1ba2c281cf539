import { type CharSet, classes, complement, emptySet, setOf, union } from './char-set.ts'

/** The subset of regular expressions that manifests may use, as a tree. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly item: PatternNode; readonly min: number; readonly max: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }

/** What is outside the subset, and where. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** Reads a pattern. Throws PatternError for syntax outside the subset. */
export function parsePattern(text: string): PatternNode {
  let at = 0

  const refuse = (problem: string): never => {
    throw new PatternError(`${problem} at character ${at + 1}`)
  }

  function parseChoice(): PatternNode {
    const options = [parseSequence()]
    while (text[at] === '|') {
      at++
      options.push(parseSequence())
    }
    const [only] = options
    return options.length === 1 && only ? only : { kind: 'choice', options }
  }

  function parseSequence(): PatternNode {
    const items: PatternNode[] = []
    while (at < text.length && text[at] !== '|' && text[at] !== ')') items.push(parseQuantified())
    return { kind: 'sequence', items }
  }

  function parseQuantified(): PatternNode {
    const item = parseAtom()
    const quantifier = /^(?:[?*+]|\{(\d{1,3})(,?)(\d{0,3})\})/.exec(text.slice(at, at + 9))
    if (quantifier === null) return item
    if (item.kind === 'start' || item.kind === 'end') refuse('a repeated anchor')
    at += quantifier[0].length
    if (text[at] === '?') refuse('a lazy quantifier')
    if (text[at] === '+') refuse('a quantifier on a quantifier')
    const [min, max] = boundsOf(quantifier)
    if (max < min) refuse('a quantifier whose bounds are the wrong way round')
    return { kind: 'repeat', item, min, max }
  }

  function parseAtom(): PatternNode {
    const character = text[at++]
    if (character === '(') return parseGroup()
    if (character === '[') return { kind: 'set', set: parseClass() }
    if (character === '\\') return { kind: 'set', set: parseEscape() }
    if (character === '^') return { kind: 'start' }
    if (character === '$') return { kind: 'end' }
    if (character === '.') return { kind: 'set', set: classes['.'] ?? emptySet() }
    if (character === undefined || '?*+{}]'.includes(character)) return refuse(`a bare ${character}`)
    return { kind: 'set', set: setOf(character) }
  }

  function parseGroup(): PatternNode {
    const opening = /^\?(?:(:)|<([A-Za-z_]\w*)>)/.exec(text.slice(at, at + 64))
    if (opening) at += opening[0].length
    else if (text[at] === '?') refuse('a look-around or flag')
    const inner = parseChoice()
    if (text[at] !== ')') refuse('a group that is not closed')
    at++
    return inner
  }

  function parseEscape(): CharSet {
    const character = text[at++]
    if (character === undefined) return refuse('a backslash at the end')
    const named = classes[character]
    if (named && character !== '.') return named
    const control = controls[character]
    if (control) return setOf(control)
    // Bytes of DHCP options: \x00.
    const [digits] = character === 'x' ? (/^[0-9a-fA-F]{2}/.exec(text.slice(at, at + 2)) ?? []) : []
    if (digits !== undefined) {
      at += 2
      return setOf(String.fromCharCode(Number.parseInt(digits, 16)))
    }
    if (/[A-Za-z0-9]/.test(character)) return refuse(`the escape \\${character} (back-references and the like)`)
    return setOf(character)
  }

  function parseClass(): CharSet {
    const negated = text[at] === '^'
    if (negated) at++
    let set = emptySet()
    while (text[at] !== ']') {
      const first = parseClassMember()
      if (text[at] !== '-' || text[at + 1] === ']' || first.length > 1) {
        set = union(set, first.set)
        continue
      }
      at++
      const last = parseClassMember()
      if (last.length > 1 || last.code < first.code) refuse('a range that has no ends')
      const range = emptySet().fill(1, Math.min(first.code, 256), Math.min(last.code, 256) + 1)
      set = union(set, range)
    }
    at++
    return negated ? complement(set) : set
  }

  /** One character, or a class such as `\d` (length 2: it can be no end of a range). */
  function parseClassMember(): { set: CharSet; code: number; length: number } {
    const character = text[at]
    if (character === undefined) return refuse('a class that is not closed')
    at++
    if (character !== '\\') return { set: setOf(character), code: character.charCodeAt(0), length: 1 }
    const set = parseEscape()
    const code = set.indexOf(1)
    const isSingle = set.indexOf(1, code + 1) === -1
    return { set, code, length: isSingle ? 1 : 2 }
  }

  const tree = parseChoice()
  if (at < text.length) refuse('a closing parenthesis too many')
  return tree
}

function boundsOf(quantifier: RegExpExecArray): readonly [number, number] {
  if (quantifier[0] === '?') return [0, 1]
  if (quantifier[0] === '*') return [0, Number.POSITIVE_INFINITY]
  if (quantifier[0] === '+') return [1, Number.POSITIVE_INFINITY]
  const min = Number(quantifier[1])
  if (quantifier[2] === '') return [min, min]
  return [min, quantifier[3] === '' ? Number.POSITIVE_INFINITY : Number(quantifier[3])]
}
