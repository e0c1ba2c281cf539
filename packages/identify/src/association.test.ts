import type { PluginManifest } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { associate, associateAlike, scorePlugins } from './association.ts'
import { compileManifests } from './compile.ts'

/** A generation of Acme's phones; `models` name -> firmware. */
function generation(id: string, models: Record<string, string[]>, more: Partial<PluginManifest> = {}): PluginManifest {
  const shape = { lines: 1, keys: 0, expansionModules: 0, type: 'deskphone', protocols: ['SIP'] } as const
  const modelOf = (firmware: string[]) => ({
    ...shape,
    protocols: ['SIP' as const],
    switchboard: false,
    highAvailability: false,
    firmware,
  })
  return {
    id,
    version: '1.0.0',
    description: id,
    vendors: ['Acme'],
    firmware: [],
    models: Object.fromEntries(Object.entries(models).map(([name, firmware]) => [name, modelOf(firmware)])),
    identify: {},
    files: { device: [], common: [], static: [] },
    sensitive: [],
    format: 'ini',
    notOffered: {},
    ...more,
  }
}

const compiled = compileManifests([
  generation('acme-8.9', { A1: ['8.9.3.80'], A2: ['8.9.3.80'] }, { firmware: ['^8\\.'] }),
  generation('acme-10.1', { A1: ['10.1.20.0'], A2: [] }, { firmware: ['^10\\.1\\.'] }),
  generation('acme-9.3', { A1: ['9.3.0.1', '9.3.2.0'] }, { firmware: ['^9\\.3\\.'] }),
  generation('acme-legacy', { A1: [], A0: [] }),
  generation('acme-dect-1.2', { D1: [] }),
])
const of = (said: { model?: string; version?: string }, recognisedBy: string[] = []) => ({
  said: { vendor: 'Acme', ...said },
  recognisedBy: new Set(recognisedBy),
})
const chosen = (...asked: Parameters<typeof of>) => associate(compiled, of(...asked))

describe('of several plugins with the same score', () => {
  it.each([
    ['10.1.99', 'acme-10.1', 600],
    ['10.2.0', 'acme-10.1', 500],
    ['9.9', 'acme-9.3', 500],
    ['9.1', 'acme-8.9', 500],
    ['7.3.30', 'acme-8.9', 500],
    ['11', 'acme-10.1', 500],
  ])('a phone with firmware %s has that for the nearest firmware which is not newer: %s', (version, plugin, score) => {
    expect(chosen({ model: 'A1', version })).toMatchObject({ plugin, score })
  })

  it('the newest in natural order wins, when no firmware is known', () => {
    expect(chosen({ model: 'A1' })).toMatchObject({ plugin: 'acme-10.1', score: 500 })
    expect(chosen({})).toMatchObject({ plugin: 'acme-10.1', score: 300 })
    expect(chosen({ model: 'A1', version: '8.1' }, ['acme-10.1'])).toMatchObject({ plugin: 'acme-8.9', score: 600 })
  })

  it('one that recognised the phone by its own rules goes before newer ones', () => {
    expect(chosen({ model: 'D9' }, ['acme-dect-1.2'])).toMatchObject({ plugin: 'acme-dect-1.2', score: 300 })
    expect(chosen({ model: 'D9' })).toMatchObject({ plugin: 'acme-10.1', score: 300 })
  })

  it('one made for the firmware takes a model that none of them knows', () => {
    const both = ['acme-8.9', 'acme-9.3', 'acme-10.1']
    expect(chosen({ model: 'A9', version: '9.3.1' }, both)).toMatchObject({ plugin: 'acme-9.3', score: 300 })
  })

  it('each loser is told why', () => {
    const scores = scorePlugins(compiled, of({ model: 'A1', version: '9.9' }, ['acme-9.3', 'acme-10.1', 'acme-8.9']))
    expect(scores.map(({ plugin, why }) => `${plugin}: ${why.replace(/^.*9\.9/, '')}`)).toEqual([
      'acme-9.3: ',
      'acme-8.9: ; acme-9.3 is for firmware nearer to the phone’s: 9.3.2.0',
      'acme-10.1: ; acme-9.3 is for firmware nearer to the phone’s: 9.3.2.0',
      'acme-legacy: ; acme-9.3 is for firmware nearer to the phone’s: 9.3.2.0',
      'acme-dect-1.2: vendor matches, but A1 is not a model of the plugin',
    ])
  })
})

describe('associateAlike', () => {
  const rule = { path: '^/shared$', set: { vendor: 'Acme' } }
  const alike = compileManifests([
    generation('acme-1', { A1: [] }, { identify: { http: [rule] } }),
    generation('acme-2', { A2: [] }, { identify: { http: [rule] } }),
    generation('acme-adapter-1', { T1: [] }, { identify: { http: [{ path: '^/adapter$', set: { vendor: 'Acme' } }] } }),
    generation('acme-zz-9', { Z9: [] }),
  ])

  it('is what the rules of that plugin, which others may have, chose for a phone known so little', () => {
    expect(associateAlike(alike, { vendor: 'Acme' }, 'acme-2')).toBe('acme-2')
    expect(associateAlike(alike, { vendor: 'Acme' }, 'acme-adapter-1')).toBe('acme-adapter-1')
  })

  it('is another one when the plugin was chosen by more, or by hand', () => {
    expect(associateAlike(alike, { vendor: 'Acme' }, 'acme-1')).toBe('acme-2')
    expect(associateAlike(alike, { vendor: 'Acme' }, undefined)).toBe('acme-2')
  })
})
