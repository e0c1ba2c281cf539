import {
  anything,
  formats,
  listFilters,
  lists,
  numberFilters,
  numbers,
  numberTests,
  printfs,
  stringMethods,
  tests,
  textFilters,
  texts,
} from './jinja-vocabulary.ts'

/** Templates of Jinja2 at random, for tests that compare engines or try to break one. */

/** What the templates name. All of it is JSON. */
export const jinjaContext = {
  n: 3,
  neg: -7,
  zero: 0,
  f: 2.5,
  s: 'Hello world',
  num: '42',
  hex: '1f',
  empty: '',
  t: true,
  no: false,
  nothing: null,
  lst: [3, 1, 2],
  el: [],
  words: ['beta', 'Alpha', 'gamma', ''],
  d: { b: 2, a: 1 },
  ed: {},
  lines: {
    '1': { username: 'u1', number: '101', display_name: 'Zoë "Z" <x>', port: 5060 },
    '2': { username: 'u2', number: '102', display_name: null, port: null },
  },
  users: [
    { name: 'bob', age: 3, g: 'x' },
    { name: 'al', age: 5, g: 'y' },
    { name: 'Cy', age: 4, g: 'x' },
  ],
  xml: '<a href="x">\'&`',
  mac: '00:11:22:33:44:aa',
  multi: 'a b\nc  d\n\n e',
}

/** Templates that others include, extend and import. */
export const jinjaParts = {
  imp: '{% macro m(a, b="d") %}<{{ a }}|{{ b }}>{% endmacro %}{% set v = 5 %}',
  base: 'A{% block b %}base{{ n }}{% endblock %}-{% block c %}{{ s }}{% endblock %}Z\n',
  inc: 'inc {{ n }}{{ x }}{{ q }}\n',
}

/** @param random numbers from 0 to below 1; the same numbers give the same template */
export function randomTemplate(random: () => number): string {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const chance = (part: number) => random() < part

  const number = (depth: number): string => {
    if (depth <= 0 || chance(0.4)) return pick(numbers)
    const other = () => number(depth - 1)
    return pick([
      () => `(${other()} ${pick(['+', '-', '*', '/', '//', '%'])} ${other()})`,
      () => `${pick(numbers)} ** 2`,
      () => `-${pick(['n', 'neg', 'f', '4'])}`,
      () => `(${other()})|${pick(numberFilters.slice(0, 7))}`,
      () => `(${other()} if ${condition(depth - 1)} else ${other()})`,
    ])()
  }
  const text = (depth: number): string => {
    if (depth <= 0 || chance(0.35)) return pick(texts)
    return pick([
      () => `(${text(depth - 1)} ~ ${value(depth - 1)})`,
      () => `${text(0)}.${pick(stringMethods)}`,
      () => `(${text(depth - 1)})|${pick(textFilters)}`,
      () => `${text(0)}[${pick(['0', '-1', '1:', ':3', '-3:', '::2', '::-1', '2:8:3', '5:1:-1', ':-2', '99', '3:1'])}]`,
      () => `"${pick(printfs)}" % ${pick([number(0), text(0), `(${value(0)},)`])}`,
      () => `"${pick(printfs)}"|format(${value(depth - 1)})`,
      () => `"${pick(formats)}".format(${value(depth - 1)})`,
      () => `${text(0)} * ${pick(['2', 'n', '0', '-1'])}`,
      () => `(${text(depth - 1)} if ${condition(depth - 1)})|string`,
    ])()
  }
  const list = (depth: number): string => {
    if (depth <= 0 || chance(0.4)) return pick(lists)
    return pick([
      () => `(${list(depth - 1)})|${pick(listFilters)}`,
      () => `${list(0)} + ${list(0)}`,
      () => `${pick(lists.slice(0, 5))}[${pick(['0', '-1', '1:', ':2', '::-1', '5', '0:9:2'])}]`,
      () => `[${value(depth - 1)}, ${value(depth - 1)}]`,
      () =>
        `users|${pick(['sort(attribute="age")|map(attribute="name")|list', 'sum(attribute="age")', 'groupby("g")|list|length', 'selectattr("g", "eq", "x")|map(attribute="age")|list', 'rejectattr("age", "gt", 3)|list', 'map(attribute="zz", default="-")|list', 'join("/", attribute="name")', 'max(attribute="age")', 'unique(attribute="g")|list|length', 'sort(attribute="g,age")|map(attribute="name")|join'])}`,
      () =>
        `d|${pick(['dictsort', 'dictsort(by="value")', 'dictsort(reverse=true)', 'items|list', 'list', 'length', 'tojson', 'xmlattr'])}`,
    ])()
  }
  const value = (depth: number): string =>
    pick([() => number(depth), () => text(depth), () => list(depth), () => pick(anything), () => condition(depth)])()
  const condition = (depth: number): string => {
    if (depth <= 0) return pick(['t', 'no', 'el', 's', 'zero', 'missing', 'n > 2', 'd'])
    const inner = () => condition(depth - 1)
    return pick([
      () => `${number(0)} ${pick(['==', '!=', '<', '>', '<=', '>='])} ${number(0)}`,
      () => `${value(depth - 1)} ${pick(['==', '!='])} ${value(depth - 1)}`,
      () => `${pick(anything.concat(lists, texts))} is ${pick(['', 'not '])}${pick(tests)}`,
      () => `n is ${pick(numberTests)}`,
      () => `(${inner()} ${pick(['and', 'or'])} ${inner()})`,
      () => `(not ${inner()})`,
      () =>
        `${pick(['1', '"a"', '"l"', 'n', 'nothing'])} ${pick(['in', 'not in'])} ${pick(['lst', 'd', 'words', '[1, n]'])}`,
      () => `"l" in ${text(0)}`,
      () => `1 < n ${pick(['<', '<=', '=='])} ${number(0)}`,
    ])()
  }

  const loopFields = [
    'index',
    'index0',
    'revindex',
    'first',
    'last',
    'length',
    'previtem',
    'nextitem',
    'depth',
    'cycle("a", "b")',
    'changed(x)',
  ]
  const body = (depth: number): string =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () => statement(depth)).join(pick(['', '\n', '  ', ' \n\n']))
  const tag = (inside: string): string => `{%${pick(['', '', '-', '+'])} ${inside} ${pick(['', '', '-'])}%}`
  const statement = (depth: number): string => {
    const output = () => `{{${pick(['', '', '-'])} ${value(2)} ${pick(['', '', '-'])}}}`
    if (depth <= 0) return pick([output, () => pick(['plain', ' text ', '{{ x }}', '{{ q }}', 'é']), output])()
    const inner = () => body(depth - 1)
    return pick([
      output,
      () =>
        `${tag(`if ${condition(2)}`)}${inner()}${chance(0.4) ? `${tag(`elif ${condition(1)}`)}${inner()}` : ''}${chance(0.5) ? `${tag('else')}${inner()}` : ''}${tag('endif')}`,
      () =>
        `${tag(`for x in ${list(1)}${chance(0.3) ? ` if x ${pick(['', '!= 1', 'is string', 'is not none'])}` : ''}`)}{{ x }}${chance(0.6) ? `{{ loop.${pick(loopFields)} }}` : ''}${inner()}${chance(0.3) ? `${tag('else')}${inner()}` : ''}${tag('endfor')}`,
      () =>
        `${tag(`for k, v in ${pick(['d', 'lines', 'ed'])}.items()${chance(0.3) ? ' if v' : ''}`)}{{ k }}={{ v }};{{ loop.index }}${inner()}${tag('endfor')}`,
      () => `${tag(`set ${pick(['x', 'q', 'n'])} = ${value(2)}`)}{{ x }}`,
      () => `${tag('set a, b = lst[0], s')}{{ a }}{{ b }}`,
      () =>
        `${tag(`set q${chance(0.4) ? ` | ${pick(['upper', 'trim', 'length'])}` : ''}`)}${inner()}${tag('endset')}[{{ q }}]`,
      () => `${tag(`with x = ${value(1)}, q = ${value(1)}`)}{{ x }}${inner()}${tag('endwith')}`,
      () =>
        `${tag('set ns = namespace(v=1)')}${tag('for i in lst')}${tag('set ns.v = ns.v + i')}${tag('endfor')}{{ ns.v }}`,
      () =>
        `${tag(`macro m${depth}(a, b=${value(1)}, c=a)`)}({{ a }},{{ b }},{{ c }})${chance(0.3) ? '{{ varargs }}{{ kwargs }}' : ''}${inner()}${tag('endmacro')}{{ m${depth}(${pick(['', '1', '1, s', 'a=2', '1, c=3', 'missing, missing', '1, 2, 3, 4', 'b=1, z=2'])}) }}`,
      () =>
        `${tag(`macro w${depth}(a)`)}<{{ caller(${pick(['', 'a'])}) }}>${tag('endmacro')}${tag(`call${pick(['', '(x)'])} w${depth}(${value(0)})`)}${inner()}${tag('endcall')}`,
      () =>
        `${tag(`filter ${pick(['upper', 'trim', 'replace("a", "b")', 'indent(2)|upper', 'e'])}`)}${inner()}${tag('endfilter')}`,
      () => `{% include ${pick(['"inc"', '["nope", "inc"]', '"nope" ignore missing', '"inc" with context'])} %}`,
      () => `{% import "imp" as i %}{{ i.m(${value(0)}) }}{{ i.v }}`,
      () => `{% from "imp" import m, v as w %}{{ m(1, b=${value(0)}) }}{{ w }}`,
      () => `{#${pick(['', '-'])} note ${pick(['', '-'])}#}`,
      () => `{% raw ${pick(['', '-'])}%} {{ x }} {%${pick(['', '-'])} endraw %}`,
      () => `${tag('autoescape true')}{{ xml }}{{ xml|e }}{{ ${text(1)} }}${tag('endautoescape')}`,
      () =>
        `{% for u in users recursive %}{{ u.name }}{{ loop.depth }}{% if loop.first and loop.depth < 3 %}{{ loop(users[1:]) }}{% endif %}{% endfor %}`,
    ])()
  }
  if (chance(0.15))
    return `{% extends "base" %}${statement(1)}{% block b %}${chance(0.5) ? '{{ super() }}' : ''}${body(1)}{% endblock %}`
  if (chance(0.1))
    return `${body(1)}{% block z %}${body(1)}{% endblock %}${chance(0.5) ? '{{ self.z() }}' : ''}${body(1)}`
  return body(2)
}
