import { describe, expect, it } from 'vitest'
import { readConf } from './conf-file.ts'

const values = (text: string, name: string) =>
  readConf('x.conf', text)
    .sections.find((section) => section.name === name)
    ?.entries.map(({ key, value }) => `${key}=${value}`)

describe('a configuration file of Asterisk', () => {
  it('gives sections what their templates have, in order, before their own', () => {
    const text = '[a](!)\nx=1\ny=1\n[b](!,a)\ny=2\n[c](b)\nz = 3\n[d](a,b)\n'
    expect(values(text, 'c')).toEqual(['x=1', 'y=1', 'y=2', 'z=3'])
    expect(values(text, 'd')).toEqual(['x=1', 'y=1', 'x=1', 'y=1', 'y=2'])
    const [, b, c] = readConf('x.conf', text).sections
    expect([b?.isTemplate, c?.isTemplate]).toEqual([true, false])
    expect(c?.entries.map(({ template }) => template)).toEqual(['a', 'a', 'b', undefined])
  })

  it('adds to a section that is there', () => {
    expect(values('[a]\nx=1\n[b]\n[a](+)\ny=2\n', 'a')).toEqual(['x=1', 'y=2'])
  })

  it('leaves comments out, and takes an escaped semicolon for one', () => {
    const text = ';-- all\n[no]\n--;\n[a] ; heading\nx => 1 ; one\n;y=2\nz=a\\;b ;-- c --; \n;---- ruler\nv=w\n'
    expect(readConf('x.conf', text).sections.map(({ name }) => name)).toEqual(['a'])
    expect(values(text, 'a')).toEqual(['x=1', 'z=a;b', 'v=w'])
  })

  it('follows includes in the section they stand in, and says which file and line each entry is from', () => {
    const read = (name: string) => (name === 'b.conf' ? [{ file: '/etc/b.conf', text: 'y=2\n[c]\n' }] : [])
    const { sections, problems } = readConf('a.conf', '[a]\n#include "b.conf"\nz=3\n#tryinclude none\n', read)
    expect(sections.map(({ name }) => name)).toEqual(['a', 'c'])
    expect(sections[0]?.entries[0]?.at).toMatchObject({ file: '/etc/b.conf', line: 1 })
    expect(sections[1]?.entries[0]).toMatchObject({ key: 'z', value: '3' })
    expect(problems).toEqual([])
  })

  it('runs nothing, and says what it cannot follow', () => {
    const text = 'x=1\n[a](none)\n#exec /bin/rm\n#include <gone.conf>\nnonsense\n[b](+)\n'
    expect(readConf('a.conf', text).problems.map(({ at, problem }) => `${at.line} ${problem}`)).toEqual([
      '1 stands in no section',
      '2 there is no template none',
      '3 programs are not run',
      '4 there is no file gone.conf',
      '5 neither a section nor “key = value”',
      '6 there is no section b to add to',
    ])
  })

  it('ends when files include each other', () => {
    const read = () => [{ file: 'a.conf', text: '#include a.conf\n' }]
    expect(readConf('a.conf', '#include a.conf\n', read).problems).toHaveLength(1)
  })
})
