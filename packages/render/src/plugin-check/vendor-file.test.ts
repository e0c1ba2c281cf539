import { describe, expect, it } from 'vitest'
import { readFileOf, readVendorFile } from './vendor-file.ts'

describe('a file is read as the phone reads it', () => {
  it.each([
    ['key-value', '#!version:1\na.b = 1\n\na.b = 2\nsip line1 ip: 192.0.2.1\n', 'a.b', ['1', '2']],
    ['ini', '; remark\ntop = 0\n[account 1]\nname = x=y\n# remark\n[account 2]\nname=z\n', 'account 1/name', ['x=y']],
    ['ini', 'top = 0\n[a]\nb = 1', 'top', ['0']],
    ['json', '{"a": [{"b": true}, {"b": null}], "c": 1.5}', 'a/0/b', ['true']],
    ['json', '{"a": [{"b": true}, {"b": null}], "c": 1.5}', 'a/1/b', ['']],
    ['xml', '<a><b c="1">x</b><b c="2">y</b></a>', 'a/b[c=2]', ['y']],
  ] as const)('%s %j: %s', (format, text, name, values) => {
    expect(readVendorFile(text, format).values(name)).toEqual(values)
  })

  it.each([
    ['key-value', 'a = 1\nstray words\n', /^line 2 is no .*"stray words"$/],
    ['ini', '[a]\nb = 1\n[broken\n', /^line 3 /],
    ['json', '{"a": 1,}', /JSON/],
    ['xml', '<a><b></a>', /1:\d+: unexpected close tag/],
  ] as const)('%s %j is refused, with its line', (format, text, message) => {
    expect(() => readVendorFile(text, format)).toThrow(message)
  })

  it('certificates are PEM and hold no parameters', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n'
    const read = (text: string) => readFileOf({ format: 'key-value' }, 'application/x-pem-file', text)
    expect(read(`${pem}${pem}`).names).toEqual([])
    expect(() => read(`${pem}stolen: 1`)).toThrow('what stands outside of PEM: "stolen: 1"')
  })
})
