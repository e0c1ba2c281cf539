import type { PluginManifest, RawConfig } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { compilePlugin, templateProblem } from './compile-plugin.ts'
import { renderCommonFile, renderDeviceFile } from './render-file.ts'

const manifest: PluginManifest = {
  id: 'acme-v1',
  version: '1.0.0',
  description: 'for tests',
  vendors: ['Acme'],
  firmware: [],
  models: {
    A1: {
      lines: 2,
      keys: 0,
      expansionModules: 0,
      type: 'deskphone',
      protocols: ['SIP'],
      switchboard: false,
      highAvailability: true,
      firmware: [],
    },
  },
  identify: {},
  files: { device: [], common: [], static: [] },
  sensitive: [],
  format: 'key-value',
  tables: { names: { fr: 'French' } },
  notOffered: {},
}

function render(
  source: string,
  parameters: RawConfig | Record<string, unknown> = {},
  more: Record<string, string> = {},
): string {
  const plugin = compilePlugin({ manifest, templates: new Map(Object.entries({ 'base.tpl': source, ...more })) })
  const device = { mac: '00:15:65:12:34:56', model: 'A1' }
  return Buffer.from(
    renderDeviceFile(plugin, { pattern: '{mac}.cfg', name: 'x.cfg', device, parameters: parameters as RawConfig }),
  ).toString()
}

describe('templates mean what Jinja2 means', () => {
  const dict = { b: 1, a: 2 }
  it.each<[string, string, Record<string, unknown>?]>([
    ['{{ missing }}{{ missing.deep }}|{{ none }}', '|None', {}],
    ['{{ x }}', 'None', { x: null }],
    ['{{ x }} {{ y }}', 'True False', { x: true, y: false }],
    ['{{ d }} {{ l }}', "{'b': 1, 'a': 2} [1, 'two']", { d: dict, l: [1, 'two'] }],
    ['{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}', 'b=1;a=2;', { d: dict }],
    ['{% for k in d %}{{ k }}{% endfor %}', 'ba', { d: dict }],
    ['{% for k, v in d|dictsort %}{{ k }}{{ v }}{% endfor %}', 'a2b1', { d: dict }],
    ['{% for k, v in d|dictsort(by="value") %}{{ k }}{% endfor %}', 'ba', { d: dict }],
    [
      '{% for x in l if x > 1 %}{{ loop.index }}:{{ x }}{{ "," if not loop.last }}{% endfor %}',
      '1:2,2:3',
      { l: [1, 2, 3] },
    ],
    ['{% for x in l %}{{ x }}{% else %}none{% endfor %}', 'none', { l: [] }],
    ['{% for x in l %}{{ loop.previtem }}{{ loop.nextitem }};{% endfor %}', '2;13;2;', { l: [1, 2, 3] }],
    ['{% set x = 1 %}{% for i in [1, 2] %}{% set x = 5 %}{% endfor %}{{ x }}', '1'],
    ['{% for i in l %}{% if i == 1 %}{% set x = i %}{% endif %}{{ x }},{% endfor %}', '1,o,', { l: [1, 2], x: 'o' }],
    ['{% if l %}{% set x = 2 %}{% endif %}{{ x }}', 'o', { l: [], x: 'o' }],
    ['{% set x = 1 %}{% set y %}{% set x = 2 %}{{ x }}{% endset %}{{ y }}', '2'],
    [
      '{% for i in l %}{% for j in l %}{{ loop.index }}{{ j }}{% set i = 9 %}{% endfor %}{{ i }}{{ loop.last }};{% endfor %}',
      '11221False;11222True;',
      { l: [1, 2] },
    ],
    ['{% set a, b = l %}{{ b }}{{ a }}', '21', { l: [1, 2] }],
    ['{% if l %}yes{% else %}no{% endif %}{{ "t" if d else "f" }}', 'nof', { l: [], d: {} }],
    ['{{ l or "empty" }}{{ 1 and 2 }}{{ not l }}', 'empty2True', { l: [] }],
    ['{{ 3 == "3" }} {{ True == 1 }} {{ [1] == [1] }}', 'False True True'],
    ["{{ '<a \"b\" &\\'`>'|e }}", '&lt;a &#34;b&#34; &amp;&#39;`&gt;'],
    ['{{ "3.7"|int }} {{ true|int }} {{ "x"|int }} {{ "x"|int(7) }} {{ "ff"|int(0, 16) }}', '3 1 0 7 255'],
    ['{{ x|default("d") }} {{ y|d("e", true) }}', 'd e', { y: '' }],
    ['{{ "%02x-%s"|format(10, "z") }} {{ "{0:0>4}".format(7) }} {{ "7".zfill(3) }}', '0a-z 0007 007'],
    ['{{ "ab" * 2 }} {{ -7 % 3 }} {{ 2 ** 3 }} {{ 7 // 2 }} {{ 1 ~ 2 }}', 'abab 2 8 3 12'],
    ['{{ "a" in d }}{{ 1 in l }}{{ "z" not in d }}', 'TrueTrueTrue', { d: dict, l: [1] }],
    [
      '{{ x is defined }}{{ y is none }}{{ 3 is odd }}{{ 4 is divisibleby(2) }}{{ x is not defined }}',
      'FalseTrueTrueTrueTrue',
      { y: null },
    ],
    ['{% macro m(a, b="B") %}[{{ a }}{{ b }}]{% endmacro %}{{ m(1) }}{{ m(1, b=2) }}', '[1B][12]'],
    ['{% for i in range(3) %}{{ i }}{% endfor %}{% for i in range(4, 0, -2) %}{{ i }}{% endfor %}', '01242'],
    ['a\n{%- if true -%}\nb\n{%- endif %}\nc\n', 'ab\nc'],
    ['{{ d["b"] }}{{ d.get("z") }}{{ d.get("z", 9) }}{{ l[-1] }}', '1None92', { d: dict, l: [1, 2] }],
    ['{% set x %}in{{ 1 }}{% endset %}{{ x|upper }}', 'IN1'],
    [
      '{{ l|join("-") }} {{ l|first }} {{ l|last }} {{ l|length }} {{ d|length }}',
      '1-2 1 2 2 2',
      { l: [1, 2], d: dict },
    ],
  ])('%j is %j', (source, expected, parameters = {}) => {
    expect(render(source, parameters)).toBe(expected)
  })

  it('knows blocks, parents, super and includes', () => {
    const more = {
      'parent.tpl': 'A{% block one %}1{% endblock %}B{% block two %}2{% endblock %}C{% include "part.tpl" %}\n',
      'part.tpl': '({{ x }})\n',
    }
    const source = '{% extends "parent.tpl" %}{% set x = 4 %}{% block one %}{{ super() }}!{% endblock %}'
    expect(render(source, {}, more)).toBe('A1!B2C(4)')
  })

  it('shows included files the names of the loop around them', () => {
    const source = '{% for i in [1, 2] %}{% set y = i * 2 %}{% include "p.tpl" %}{% endfor %}'
    expect(render(source, {}, { 'p.tpl': '{{ i }}{{ y }}{{ loop.last }};' })).toBe('12False;24True;')
  })

  it('reads every line break as one and takes one away at the end', () => {
    expect(render('a\r\nb\rc\n\n')).toBe('a\nb\nc\n')
  })

  it('takes the template of the file before that of the model before base, and an administrator’s before the plugin’s', () => {
    const templates = new Map([
      ['base.tpl', 'base {% include "p.tpl" %}'],
      ['p.tpl', 'plain'],
    ])
    const ask = (name: string, customTemplates?: Map<string, string>) => {
      const plugin = compilePlugin({ manifest, templates, ...(customTemplates ? { customTemplates } : {}) })
      return Buffer.from(
        renderDeviceFile(plugin, { pattern: '{mac}.cfg', name, device: { model: 'A1' }, parameters: {} }),
      ).toString()
    }
    expect(ask('f.cfg')).toBe('base plain')
    expect(ask('f.cfg', new Map([['p.tpl', 'own']]))).toBe('base own')
    templates.set('A1.tpl', 'model')
    expect(ask('f.cfg')).toBe('model')
    templates.set('f.cfg.tpl', 'file')
    expect(ask('f.cfg')).toBe('file')
    expect(ask('Folder/f.cfg')).toBe('file')
  })

  it('lets a template add to the shipped one of its own name', () => {
    const templates = new Map([['base.tpl', 'A{% block b %}1{% endblock %}']])
    const own = '{% extends "acme-v1/base.tpl" %}{% block b %}{{ super() }}2{% endblock %}'
    const plugin = compilePlugin({ manifest, templates, customTemplates: new Map([['base.tpl', own]]) })
    expect(Buffer.from(renderCommonFile(plugin, { template: 'base.tpl', parameters: {} })).toString()).toBe('A12')
  })

  it('takes the XX_ variables of the family from its variables template, where a template asks for one', () => {
    const variables = `{% set XX_lang = {'fr': 'French'}[locale] %}{% for n, line in sip_lines.items() %}
{% set _ = line.update(XX_line_no=n|int) %}{% endfor %}`
    const parameters = { locale: 'fr', sip_lines: { '1': { username: 'u' } } }
    const plugin = (base: string) =>
      compilePlugin({
        manifest: { ...manifest, variables: 'variables.tpl' },
        templates: new Map([
          ['variables.tpl', variables],
          ['base.tpl', base],
        ]),
      })
    const asking = plugin('{{ XX_lang }} {{ sip_lines["1"].XX_line_no + 1 }}')
    expect(Buffer.from(renderCommonFile(asking, { template: 'base.tpl', parameters })).toString()).toBe('French 2')
    expect(parameters.sip_lines['1']).toEqual({ username: 'u' })
    expect(plugin('{{ XX_server_url }}').needs('base.tpl').variables).toBeUndefined()
  })

  it('offers the device, its model, the tables of the plugin and the names that old templates know', () => {
    expect(
      render('{{ device.bare_mac }} {{ model.lines }} {{ tables.names.fr }} {{ XX_server_url_without_scheme }}', {
        http_base_url: 'http://h:1/k',
      }),
    ).toBe('001565123456 2 French h:1/k')
  })
})

describe('templates can reach nothing but what they are given', () => {
  it.each([
    '{{ "".constructor }}',
    '{{ [].constructor }}',
    '{{ d.constructor }}',
    '{{ d.__proto__ }}',
    '{{ d.hasOwnProperty }}',
    '{{ range.constructor }}',
    '{{ "".upper.constructor }}',
    '{{ d.items.constructor }}',
    '{{ loop }}{{ runtime }}{{ env }}{{ context }}{{ process }}{{ globalThis }}{{ require }}',
  ])('%s prints nothing', (source) => {
    expect(render(source, { d: {} })).toBe('')
  })

  it('cannot set a prototype', () => {
    expect(render('{% set x = {"__proto__": {"a": 1} } %}{{ x.a }}{{ x.__proto__ }}')).toBe("{'a': 1}")
  })

  it.each([
    '{{ x"&&Function`process\\x2eexit\\x28\\x29```&&" }}',
    '{% for a"b in c %}{% endfor %}',
    '{% set a`b = 1 %}',
    '{% macro a"b() %}{% endmacro %}',
    '{% block a"b %}{% endblock %}',
    '{{ x|e"x }}',
    '{{ x is a"b }}',
  ])('%s is refused when it is compiled', (source) => {
    expect(templateProblem('t.tpl', source)).toMatch(/^t\.tpl:1: /)
  })

  it('writes a quote and a backslash of a key as they are', () => {
    expect(render('{{ d["a\\\\\\"b"] }}', { d: { 'a\\"b': 1 } })).toBe('1')
  })
})

describe('errors', () => {
  it('name plugin, template, line and device', () => {
    const source = 'fine\n\n{% for x in missing %}{% endfor %}{{ 1 + "a" }}'
    expect(() => render(source)).toThrowError(
      expect.objectContaining({
        code: 'render-failed',
        detail: 'acme-v1: base.tpl:3: a number + a text cannot be worked out (device 00:15:65:12:34:56)',
      }),
    )
  })

  it('name the included template in which they happen', () => {
    expect(() => render('{% include "p.tpl" %}', {}, { 'p.tpl': '\n{{ 1 / 0 }}' })).toThrowError(
      /p\.tpl:2: division by zero/,
    )
  })

  it('of a broken template are all told when the plugin is compiled', () => {
    const templates = new Map([
      ['a.tpl', '{% if %}'],
      ['b.tpl', 'x\n{{ x|nofilter }}'],
    ])
    expect(() => compilePlugin({ manifest, templates })).toThrowError(
      /a\.tpl:1: .*; b\.tpl:2: there is no filter nofilter/,
    )
  })

  it('of an administrator’s broken template fail only what needs it', () => {
    const templates = new Map([['base.tpl', 'ok']])
    const plugin = compilePlugin({ manifest, templates, customTemplates: new Map([['other.tpl', '{% if %}']]) })
    expect(Buffer.from(renderCommonFile(plugin, { template: 'base.tpl', parameters: {} })).toString()).toBe('ok')
    expect(() => renderCommonFile(plugin, { template: 'other.tpl', parameters: {} })).toThrowError(/other\.tpl:1/)
  })
})

describe('values in a file of lines', () => {
  it('cannot break out of their line', () => {
    expect(render('name = {{ n|value }}', { n: ' Eve\nadmin = 1\r\u2028 ' })).toBe('name = Eve admin = 1')
  })

  it('that must be exact are refused when the line cannot hold them', () => {
    expect(() => render('password = {{ p|exact }}', { p: 'a\nb' })).toThrowError(/line break/)
    expect(render('password = {{ p|exact }}', { p: 'a=b "c" #;' })).toBe('password = a=b "c" #;')
  })
})
