import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPattern, maxMatchedLength } from './pattern-check.ts'
import { literalPrefixes } from './prefix.ts'

const accepted = [
  '^[Yy]ealink +SIP-(?<model>[A-Z0-9_]+) +(?<version>[0-9.]+)(?: +(?<mac>[^ ]+))?$',
  '^/(?<mac>[0-9a-f]{12})\\.cfg$',
  '^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$',
  '^(?:VP530P|VP530) ',
  '^AastraIPPhone6731i',
  '^[^ ]+ Polycom',
  '^Mozilla/4\\.0 .*snom',
  'Yealink',
  '^\\d{1,3}\\.86\\.',
]

const refused: [string, RegExp][] = [
  ['^(a+)+$', /repeated group/],
  ['^(a|a)*$', /repeated group/],
  ['^(?:a?){30}$', /repeated group/],
  ['^(a)\\1$', /escape/],
  ['^(?=a)a', /look-around/],
  ['^(?<!a)b', /look-around/],
  ['^a*?b', /lazy/],
  ['a*b', /no \^/],
  ['^.*a.*b', /more than one repetition/],
  ['^[a-z]+[a-z0-9]+$', /more than one|free repetition/],
  ['^.*(?:aaaa){20}$', /too much/],
  ['^a?a?a?a?a?a?a?a?b', /ways/],
  ['^(?:ab|ac)(?:ab|ac)(?:ab|ac)(?:ab|ac)(?:ab|ac)(?:ab|ac)(?:ab|ac)$', /ways/],
  ['^\\bfoo', /escape/],
  ['^(a', /not closed/],
  ['^a)', /too many/],
  ['^[a', /not closed/],
  ['^*', /anchor/],
]

describe('the linear subset', () => {
  it.each(accepted)('takes %s', (pattern) => {
    expect(checkPattern(pattern)).toEqual([])
  })

  it.each(refused)('refuses %s', (pattern, reason) => {
    expect(checkPattern(pattern).join('; ')).toMatch(reason)
  })

  it('never throws, whatever the text', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '*',
      '+',
      '?',
      '|',
      '\\',
      '^',
      '$',
      'a',
      '0',
      ',',
      '-',
      '.',
      '<',
      '>',
      ':',
    )
    const texts = fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(texts, fc.string()), (text) => {
        expect(Array.isArray(checkPattern(text))).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  it('matches any text in less than a tenth of a second, however the pattern is made', () => {
    const atoms = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', 'ab')
    const quantifiers = fc.constantFrom('', '', '?', '*', '+', '{2}', '{1,3}')
    const part = fc
      .tuple(atoms, quantifiers)
      .map(([atom, quantifier]) => `${atom.length === 2 && atom === 'ab' ? '(?:ab)' : atom}${quantifier}`)
    const pattern = fc.array(
      fc.oneof(
        part,
        fc.tuple(part, part).map(([a, b]) => `(?:${a}|${b})`),
      ),
      { maxLength: 10 },
    )
    const text = fc.array(fc.constantFrom('a', 'a', 'a', 'b'), { minLength: 400, maxLength: maxMatchedLength })
    fc.assert(
      fc.property(pattern, text, (parts, characters) => {
        const source = `^${parts.join('')}c$`
        if (checkPattern(source).length > 0) return
        const startedMs = performance.now()
        new RegExp(source).exec(characters.join(''))
        expect(performance.now() - startedMs).toBeLessThan(100)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('literal prefixes', () => {
  it.each([
    ['^Yealink SIP', ['Yealin']],
    ['^[Yy]ea', ['Yea', 'yea']],
    ['^(?:W52P|VP530) ', ['W52P ', 'VP530 ']],
    ['^/[0-9a-f]{12}', ['/']],
    ['Yealink', ['']],
    ['^a?b', ['']],
    ['^', ['']],
    ['^cfg(?:a|[0-9])', ['cfga', 'cfg']],
  ])('of %s are %j', (pattern, prefixes) => {
    expect(literalPrefixes(pattern).sort()).toEqual([...prefixes].sort())
  })
})
