import type { RawConfig } from '@strowger/schema'
import { jinjaContext, jinjaParts, randomTemplate } from '@strowger/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePlugin } from './compile-plugin.ts'
import { bareManifest as manifest } from './manifest-for-tests.ts'
import { renderDeviceFile } from './render-file.ts'

const device = { mac: '00:15:65:12:34:56' }
const budgetMs = 150

function render(source: string, parameters: object = jinjaContext): string {
  const templates = new Map([...Object.entries(jinjaParts), ['base.tpl', source] as const])
  const plugin = compilePlugin({ manifest, templates })
  const asked = { pattern: '{mac}.cfg', name: 'x.cfg', device, parameters: parameters as RawConfig }
  return Buffer.from(renderDeviceFile(plugin, asked)).toString()
}

/** CPU time: others on the machine take none of it. A first run that also compiles code gets a second chance. */
function assertQuick(work: () => void): void {
  const spent = [1, 2].map(() => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  expect(Math.min(...spent)).toBeLessThan(budgetMs)
}

const huge = '1000000000'
const loop = (body: string, count = '100000') => `{% for i in range(${count}) %}${body}{% endfor %}`

/** Each would take all memory or all time of an engine that only looks at the clock. */
const evil: readonly (readonly [string, RegExp])[] = [
  [loop('x', huge), /range/],
  [`{{ range(${huge})|length }}`, /range/],
  [`{{ range(0, ${huge}, 1)|sum }}`, /range/],
  [loop(loop('')), /steps/],
  [loop(loop('{{ i }}')), /steps|characters/],
  [`{% set s = "x" * ${huge} %}`, /long/],
  [`{{ "x" * ${huge} * ${huge} }}`, /long/],
  [`{{ [1] * ${huge} }}`, /steps/],
  [`{{ (1, 2) * ${huge} }}`, /steps/],
  [`{% set ns = namespace(s="x") %}${loop('{% set ns.s = ns.s ~ ns.s %}')}`, /long/],
  [`{% set ns = namespace(s="x") %}${loop('{% set ns.s = ns.s + ns.s %}')}`, /long/],
  [`{% set ns = namespace(s=[1]) %}${loop('{% set ns.s = ns.s + ns.s %}')}`, /steps/],
  [`{% set ns = namespace(s=[1]) %}${loop('{% set ns.s = [ns.s, ns.s] %}', '40')}{{ ns.s }}`, /steps|long/],
  [
    `{% set ns = namespace(s=[1]) %}${loop('{% set ns.s = [ns.s, ns.s] %}', '40')}{{ ns.s == [ns.s[0], ns.s[1] + [2]] }}{{ ns.s|tojson }}`,
    /steps/,
  ],
  [`{% set l = [1] %}{% set _ = l.append(l) %}${loop('{{ l }}')}`, /steps|characters/],
  ['{% set l = [1] %}{% for x in l %}{% set _ = l.append(x) %}{% endfor %}', /steps/],
  [`{% set l = [1, 2] %}${loop('{% set _ = l.extend(l) %}')}`, /steps|call stack/],
  [`{% set d = {} %}${loop('{% set _ = d.update({i: "x" * 1000}) %}')}`, /steps|long/],
  ['{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}', /deep/],
  ['{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 2) }}{% endmacro %}{{ m(0) }}', /deep/],
  [
    '{% macro m() %}{{ caller() }}{% endmacro %}{% macro k() %}{% call m() %}{{ k() }}{% endcall %}{% endmacro %}{{ k() }}',
    /deep/,
  ],
  ['{% include "base.tpl" %}', /deep/],
  [`{% for i in range(9) %}{% include "base.tpl" %}{% endfor %}`, /deep/],
  ['{% extends "base.tpl" %}', /deep/],
  ['{% import "base.tpl" as me %}', /deep/],
  ['{% block b %}{{ self.b() }}{% endblock %}', /deep/],
  ['{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}', /deep/],
  ['{{ "%999999999d"|format(1) }}', /width/],
  ['{{ "%.999999999f"|format(1.5) }}', /width/],
  ['{{ "%*d"|format(999999999, 1) }}', /width/],
  ['{{ "{:>999999999}".format(1) }}', /width/],
  ['{{ "{:.999999999f}".format(1.5) }}', /width/],
  ['{{ "x".zfill(999999999) }}', /width/],
  ['{{ "x".ljust(999999999) }}', /width/],
  ['{{ "x"|center(999999999) }}', /width/],
  ['{{ "x"|indent(999999999) }}', /width/],
  ['{{ "a\\nb"|indent("x" * 1000000) }}{{ ("a\\n" * 500000)|indent(4000) }}', /long|steps/],
  ['{{ "x"|wordwrap(999999999) }}', /width/],
  ['{{ ("a " * 900000)|wordwrap(1) }}', /steps/],
  ['{{ ("a" * 100000)|replace("a", "b" * 100000) }}', /long/],
  ['{{ ("a" * 100000).replace("", "b" * 100000) }}', /long/],
  ['{{ ("b" * 1000000).join(range(90000)|map("string")|list) }}', /long|steps/],
  ['{{ range(90000)|join("x" * 1000000) }}', /long|steps/],
  ['{{ ("\\t" * 100000).expandtabs(4000) }}', /long|steps/],
  [loop('{{ range(90000)|sort|length }}'), /steps/],
  [loop('{{ ("x" * 1000000)|upper|length }}'), /steps/],
  [loop('{{ ("x" * 1000000)|e|length }}'), /steps/],
  ['{{ range(90000)|batch(1)|unique|length }}', /steps/],
  ['{{ range(90000)|list in range(90000)|batch(1)|list }}{{ range(50000)|map("string")|groupby(0) }}', /steps/],
  ['{{ 9 ** 9999 }}', /large/],
  [`{% set ns = namespace(n=3) %}${loop('{% set ns.n = ns.n * ns.n %}')}`, /large/],
  [`{% set ns = namespace(n=10 ** 2000) %}${loop('{{ ns.n }}')}`, /steps|characters/],
  ['{{ lipsum(n=1000000000) }}', /long/],
  [`{{ ("a" * 60000)|striptags|length }}{{ ("<" * 300000)|striptags }}`, /steps/],
  ['{{ ("9" * 2000000)|int }}{{ ("," * 2000000).split(",")|length }}', /steps/],
  ['{{ [1, 2]|slice(999999999) }}', /width/],
  ['{{ [1, 2]|batch(999999999, "x") }}', /steps/],
  [`${'{{ s * 100000 }}'.repeat(100)}`, /characters|long|steps/],
]

/** `a` and `b` are the same long text, made apart, so that it must be gone through to see that. */
const longTexts =
  '{% set a = "x" * 1000000 %}{% set b = "x" * 999999 ~ "x" %}{% set n = range(90000)|list %}{% set d = {a: 1} %}'
const costly: readonly string[] = [
  ...[
    'a == b',
    'a != b',
    'a < b',
    '[a] == [b]',
    'a in [b]',
    'a is eq(b)',
    'a in b',
    'd[b]',
    'd.get(b)',
    '{"k": a} == {"k": b}',
  ],
  ...[
    'a.startswith(b)',
    'a.startswith((b, b, b))',
    'a.endswith(b)',
    'a.removesuffix(b)',
    'a.strip("x")',
    'a.strip(b)',
    'a|trim("x")',
  ],
  ...[
    'a.swapcase()',
    'a.title()',
    'a.isalpha()',
    'a.isascii()',
    'a.encode("latin-1")',
    'a.encode()|string',
    'a.isspace()',
  ],
  ...[
    'a|length',
    'a|first',
    'a|forceescape',
    'a|int',
    'a|float',
    'a|wordcount',
    'a|striptags',
    'a|pprint',
    '[a, b]|max',
    '[a, b]|unique|list',
  ],
  ...[
    '[a, b]|sort',
    '[a, b]|groupby(0)',
    '{"k": a}|xmlattr',
    '"%.5s"|format(a)',
    '"{:.5}".format(a)',
    '"%c"|format(a) if 0 else a|lower',
    'a[0]',
    'loop.changed(b)',
  ],
  ...['n == n[:]', 'n.pop(0)', 'n.insert(0, 1)', 'n|max', 'n|string', '89999 in n'],
]

/** Expressions in which a pattern could be tried from every place to the end. */
const slow: readonly string[] = [
  '{{ ("<" * 100000)|striptags|length }}',
  '{{ ("<!--" * 25000)|striptags|length }}',
  '{{ ("9" * 100000 ~ "x")|float }}{{ ("9" * 100000 ~ "x")|int }}',
  '{{ ("%(" * 50000)|format(1) }}',
  '{{ ("{0" ~ "[" * 100000 ~ "}").format(1) }}',
  '{{ ("{:," * 20000 ~ "}").format(1) }}',
  '{{ "{:,}".format(10 ** 2000) }}'.repeat(300),
  '{{ (" " * 100000 ~ "x").split()|length }}{{ ("a " * 50000).rsplit(none, 40000)|length }}',
  '{{ ("a" * 100000)|wordwrap(10)|length }}',
  '{{ ("b" ~ "a" * 1000) in "a" * 1000000 }}',
  '{{ ("&" * 300000)|e|length }}',
]

describe('a template that runs away', () => {
  it('is known in many kinds', () => {
    expect(evil.length).toBeGreaterThanOrEqual(40)
  })

  it.each(evil)('%s ends at its limit, in less than 150 ms', (source, reason) => {
    const failing = () =>
      expect(() => render(`\n${source}`)).toThrowError(
        expect.objectContaining({
          code: 'render-failed',
          detail: expect.stringMatching(/^acme-v1: base\.tpl:\d+: .* \(device 00:15:65:12:34:56\)$/s),
        }),
      )
    assertQuick(failing)
    expect(() => render(`\n${source}`)).toThrowError(reason)
  })

  // Each costs one step by itself; what it costs is in the texts and lists.
  it.each(costly)('%s of long texts, in a loop, ends at its limit as soon', (operation) => {
    const source = `${longTexts}${loop(`{% if (${operation}) is none %}{% endif %}`)}`
    assertQuick(() => expect(() => render(source)).toThrowError(/steps|long|characters|wide|large/))
  })

  it.each(slow)('%s is no work that grows with the square of a text', (source) => {
    assertQuick(() => {
      try {
        render(source)
      } catch (error) {
        expect(error).toMatchObject({ code: 'render-failed' })
      }
    })
  })

  it('that is nested too deep is refused when it is compiled', () => {
    const sources = [
      `{{ ${'('.repeat(10_000)}1${')'.repeat(10_000)} }}`,
      `{{ ${'not '.repeat(10_000)}1 }}`,
      `{{ ${'-'.repeat(10_000)}1 }}`,
      `{{ ${'[['.repeat(99)}${']]'.repeat(99)} }}`,
      '{% if 1 %}'.repeat(5000),
      '{% for x in y %}'.repeat(5000),
      `{{ ${'1 if 1 else '.repeat(5000)}1 }}`,
      `{{ x${'|e'.repeat(10_000)} }}`,
      `{{ 1${' + 1'.repeat(10_000)} }}`,
      `{{ x${'.y'.repeat(10_000)} }}`,
      `{% if 1 %}${'{% elif 1 %}'.repeat(5000)}{% endif %}`,
    ]
    for (const source of sources) assertQuick(() => expect(() => render(source)).toThrowError(/base\.tpl/))
  })
})

describe('templates can reach nothing but what they are given', () => {
  const names = [
    'constructor',
    '__proto__',
    'prototype',
    'hasOwnProperty',
    'toString',
    'valueOf',
    '__defineGetter__',
    'apply',
    'call',
    'bind',
    'caller',
    'arguments',
    '__class__',
    '__globals__',
    '__init__',
    'mro',
    'member',
    'blocks',
    'meter',
  ]
  const values = [
    '""',
    's',
    'n',
    '1.5',
    '[]',
    'lst',
    '(1,)',
    'd',
    '{}',
    '{1: 2}',
    'range',
    'range(2)',
    'namespace()',
    's.upper',
    'd.items',
    'dict',
    'none',
    'missing',
    's|e',
    'cycler(1)',
    'joiner()',
    'm',
    'i',
    'self',
    '"x".encode()',
  ]
  const before = '{% import "imp" as i %}{% macro m() %}{% endmacro %}'

  it.each(values)('%s has no member of JavaScript or of Python behind it', (value) => {
    for (const name of names) {
      if (value === 'm' && (name === 'caller' || name === 'arguments')) continue
      const source = `${before}{{ (${value}).${name} }}{{ (${value})["${name}"] }}{{ (${value})|attr("${name}") }}{{ [${value}]|map(attribute="${name}")|join }}`
      expect(render(source), source).toBe('')
    }
  })

  it.each(['process', 'globalThis', 'require', 'Function', 'O', 'F', 'C', 'R', 'm', 'L', 'out', 'context', 'k0', 'c0'])(
    'the name %s means nothing',
    (name) => expect(render(`{{ ${name} }}{{ ${name}.constructor }}`)).toBe(''),
  )

  it('cannot change a prototype', () => {
    const source = `{% set x = {"__proto__": {"a": 1}} %}{{ x.a }}{% set _ = d.update({"__proto__": {"polluted": 1}}) %}{% set _ = d.setdefault("__proto__", 2) %}
{%- set ns = namespace(__proto__=1) %}{% set ns.__proto__ = {"polluted": 1} %}{{ dict(__proto__=1).polluted }}{{ d.polluted }}{% set constructor = 1 %}{% set __proto__ = 2 %}{{ __proto__ }}`
    expect(render(source)).toBe('2')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('cannot change what the device has', () => {
    const parameters = { lst: [3, 1, 2], d: { b: 2 } }
    const source = '{% set _ = lst.append(9) %}{% set _ = d.update(c=1) %}{% set _ = lst.sort() %}{{ lst }}{{ d }}'
    expect(render(source, parameters)).toBe("[1, 2, 3, 9]{'b': 2, 'c': 1}")
    expect(parameters).toEqual({ lst: [3, 1, 2], d: { b: 2 } })
    expect(() => render('{{ lst["app" ~ "end"](9) }}', parameters)).toThrowError(/must be called by its name/)
  })
})

/** What a failure of the engine, not of the template, would look like. */
const engineFault =
  /is not a function|is not defined|of undefined|of null|is not iterable|Unexpected|Invalid|call stack/

describe('a template at random', () => {
  const seeded = (seed: number) => () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  function assertHarmless(source: string): void {
    const before = process.cpuUsage()
    try {
      render(source)
    } catch (error) {
      expect(error).toMatchObject({ code: 'render-failed' })
      expect((error as { detail: string }).detail, source).toMatch(/^(?:acme-v1: )?(?:base\.tpl|imp|base|inc):\d+: /)
      expect((error as { detail: string }).detail, source).not.toMatch(engineFault)
    }
    const { user, system } = process.cpuUsage(before)
    if ((user + system) / 1000 > budgetMs) assertQuick(() => expect(() => render(source)).not.toThrowError(engineFault))
  }

  it('gives a text or an error with its place, in its time', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => assertHarmless(randomTemplate(seeded(seed)))),
      { numRuns: 400 },
    )
  })

  it.each([
    '{{ "%c"|format(-4) }}',
    '{{ "%c"|format(1114112) }}',
    '{{ "{:c}".format(-4) }}',
    '{{ "{:c}".format(1.5) }}',
  ])('as is %s: what is the code of no character is refused in its own words', (source) => {
    assertHarmless(source)
    expect(() => render(source)).toThrow(/a character has a code|whole number/)
  })

  it('also when it is cut or mixed up', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), fc.nat(), (seed, from, length) => {
        const whole = randomTemplate(seeded(seed))
        const start = from % (whole.length + 1)
        assertHarmless(whole.slice(0, start) + whole.slice(start + (length % 12)))
      }),
      { numRuns: 400 },
    )
  })
})
