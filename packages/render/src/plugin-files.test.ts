import { describe, expect, it } from 'vitest'
import { compilePlugin } from './compile-plugin.ts'
import { assemblePlugins, pluginHash } from './plugin-files.ts'
import { renderDeviceFile } from './render-file.ts'

const manifest = {
  id: 'acme-1',
  version: '1.0.0',
  description: 'Acme',
  vendors: ['Acme'],
  firmware: ['^1\\.'],
  models: {
    A1: {
      lines: 1,
      keys: 0,
      expansionModules: 0,
      type: 'deskphone',
      protocols: ['SIP'],
      switchboard: false,
      highAvailability: false,
      firmware: [],
    },
  },
  identify: {},
  files: { device: [{ name: '{mac}.cfg', contentType: 'text/plain' }], common: [], static: [] },
  sensitive: ['\\.cfg$'],
  format: 'key-value',
  notOffered: {},
}
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const first: [string, Uint8Array][] = [
  ['acme/1/manifest.json', bytes(manifest)],
  ['acme/1/templates/base.tpl', bytes('{% block a %}one{% endblock %} {% include "keys.tpl" %}')],
  ['acme/1/templates/keys.tpl', bytes('keys of one')],
  ['acme/1/static/logo.bmp', bytes('logo')],
]
const hashOfFirst = pluginHash(new Map(first.map(([path, content]) => [path.slice('acme/1/'.length), content])))
const second = (source: object): [string, Uint8Array][] => [
  ['acme/2/manifest.json', bytes({ id: 'acme-2', extends: { id: 'acme-1', hash: hashOfFirst }, ...source })],
  ['acme/2/templates/base.tpl', bytes('{% extends "acme-1/base.tpl" %}{% block a %}two{% endblock %}')],
]

describe('assemblePlugins', () => {
  it('gives a generation the manifest, static files and templates of the one it extends', () => {
    const { plugins, refused } = assemblePlugins(new Map([...second({ firmware: ['^2\\.'] }), ...first]))
    expect(refused.size).toBe(0)
    expect([...plugins.keys()]).toEqual(['acme-1', 'acme-2'])
    const [parent, child] = [...plugins.values()]
    if (!parent || !child) throw new Error('both are there')
    expect(child.manifest).toMatchObject({ id: 'acme-2', vendors: ['Acme'], firmware: ['^2\\.'] })
    expect([...child.statics.keys()]).toEqual(['logo.bmp'])
    const compiled = compilePlugin({ ...child, parent: compilePlugin(parent) })
    const asked = { pattern: '{mac}.cfg', name: '0.cfg', device: { model: 'A1' }, parameters: {} }
    expect(Buffer.from(renderDeviceFile(compiled, asked)).toString()).toBe('two keys of one')
  })

  it('refuses a generation that pins another hash of its parent, and says which it is', () => {
    const { plugins, refused } = assemblePlugins(
      new Map([...first, ...second({ extends: { id: 'acme-1', hash: '0'.repeat(64) } })]),
    )
    expect([...plugins.keys()]).toEqual(['acme-1'])
    expect(refused.get('acme-2')).toContain(hashOfFirst)
  })

  it('refuses what extends nothing that is there, or itself, or has not the shape, and keeps the others', () => {
    const files = new Map([
      ...first,
      ['acme/3/manifest.json', bytes({ id: 'acme-3', extends: { id: 'acme-9', hash: '' } })] as const,
      ['acme/4/manifest.json', bytes({ id: 'acme-4', extends: { id: 'acme-4', hash: '' } })] as const,
      ['acme/5/manifest.json', bytes({ ...manifest, id: 'acme-6' })] as const,
      ['acme/7/manifest.json', bytes('{')] as const,
      ['acme/8/manifest.json', bytes({ id: 'acme-8' })] as const,
    ])
    const { plugins, refused } = assemblePlugins(files)
    expect([...plugins.keys()]).toEqual(['acme-1'])
    expect([...refused.keys()].sort()).toEqual(['acme-3', 'acme-4', 'acme-5', 'acme-7', 'acme-8'])
    expect(refused.get('acme-3')).toBe('there is no plugin acme-9')
    expect(refused.get('acme-4')).toBe('acme-4 extends acme-4')
    expect(refused.get('acme-5')).toBe('manifest.json: the id must be acme-5')
  })
})
