import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../failure.ts'
import { type Expression, parseStatements } from './parse.ts'

const parsed = (code: string) => parseStatements(code).map(({ value }) => value)
const quoted = (text: string) =>
  `"${[...text].map((character) => (/[\\"]/.test(character) ? `\\${character}` : character)).join('')}"`

/** Any value, and how it is written. */
const written: fc.Arbitrary<readonly [string, unknown]> = fc.letrec<{ value: readonly [string, unknown] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.boolean().map((value) => [value ? 'True' : 'False', value] as const),
    fc.constant(['None', null] as const),
    fc.integer().map((value) => [String(value), value] as const),
    fc.string({ unit: fc.constantFrom(...`aZ 09'"\\#(){}[].,:;=é€`) }).map((value) => [quoted(value), value] as const),
    fc
      .array(tie('value'), { maxLength: 4 })
      .map((items) => [`[${items.map(([code]) => code).join(', ')}]`, items.map(([, value]) => value)] as const),
    fc
      .array(fc.tuple(fc.string({ unit: fc.constantFrom(...'ab._'), maxLength: 6 }), tie('value')), { maxLength: 4 })
      .map(
        (entries) =>
          [
            `{${entries.map(([key, [code]]) => `${quoted(key)}: ${code}`).join(',')}}`,
            Object.fromEntries(entries.map(([key, [, value]]) => [key, value])),
          ] as const,
      ),
  ),
})).value

function constant(expression: Expression | undefined): unknown {
  switch (expression?.kind) {
    case 'constant':
      return expression.value
    case 'list':
      return expression.items.map(constant)
    case 'dict':
      return Object.fromEntries(expression.entries.map(([key, value]) => [constant(key), constant(value)]))
    default:
      throw new Error(`no constant: ${expression?.kind}`)
  }
}

describe('an expression', () => {
  it('of the documentation is read as it is meant', () => {
    const [call] = parsed('helpers.mass_update_devices_plugin("A", \'B\', synchronize=True, recurse=True)')
    expect(call).toMatchObject({
      kind: 'call',
      of: { kind: 'member', name: 'mass_update_devices_plugin', of: { kind: 'name', name: 'helpers' } },
      places: [{ value: 'A' }, { value: 'B' }],
      named: [
        ['synchronize', { value: true }],
        ['recurse', { value: true }],
      ],
    })
    expect(parseStatements("p = plugins['X']; p.install_all()\n# a remark\np.get()")).toMatchObject([
      { target: { kind: 'name', name: 'p' }, value: { kind: 'item' } },
      { value: { kind: 'call' } },
      { value: { kind: 'call' } },
    ])
  })

  it('keeps every value that can be written', () => {
    fc.assert(
      fc.property(written, ([code, value]) => {
        expect(constant(parsed(code)[0])).toEqual(value)
      }),
      { numRuns: 300 },
    )
  })

  it('of anything at all is read, or refused with the place: never an error of ours', () => {
    const pieces = fc.constantFrom(
      ...[
        'devices',
        '.',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        ',',
        ':',
        '=',
        ';',
        '"a"',
        "'",
        '\\',
        '\n',
        '#',
        '-1',
        '1e',
        ' ',
        'ü',
        '__proto__',
        'constructor',
      ],
    )
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(anything, (code) => {
        try {
          parseStatements(code)
        } catch (error) {
          expect(error).toBeInstanceOf(Failure)
          expect((error as Failure).exitCode).toBe(2)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['1 + 1', 'has no place'],
    ['devices.(x)', 'must be a name'],
    ['devices.get("a"', 'and there is nothing more'],
    ['devices.get(a=1, "b")', 'cannot follow one with a name'],
    ['devices.get(a=1, a=2)', 'given twice'],
    ['"open', 'does not end'],
    ['f() = 1', 'Only a name'],
    ['"\\xZZ"', '2 hexadecimal digits'],
    ['['.repeat(100), 'brackets within each other'],
    ['lambda x: x', 'must be ";"'],
  ])('%s is refused: %s', (code, words) => {
    expect(() => parseStatements(code)).toThrow(words)
  })

  it('says where it cannot go on', () => {
    expect(() => parseStatements('devices.using_plugin("a" "b")')).toThrow(
      'Here must be ",", and there is "b"\n  devices.using_plugin("a" "b")\n                           ^',
    )
  })
})
