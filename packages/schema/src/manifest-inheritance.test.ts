import { describe, expect, it } from 'vitest'
import { extendedManifest } from './manifest-inheritance.ts'

const parent = {
  id: 'acme-2',
  firmware: ['^2\\.'],
  models: { A1: { lines: 2, keys: 8, firmware: ['2.1'] }, A2: { lines: 4, keys: 16, firmware: ['2.1'] } },
  tables: { languages: { de: 'German', fr: 'French' } },
  notOffered: { vlan_id: 'not known to it' },
}

describe('extendedManifest', () => {
  it('has of its parent what it does not mention', () => {
    const child = { id: 'acme-3', extends: { id: 'acme-2', hash: 'x' }, firmware: ['^3\\.'] }
    expect(extendedManifest(parent, child)).toEqual({ ...parent, ...child })
  })

  it('has just the models it names, each with what the parent says of it', () => {
    const { models } = extendedManifest(parent, { models: { A2: { firmware: ['3.0'] }, A9: { lines: 1 } } })
    expect(models).toEqual({ A2: { lines: 4, keys: 16, firmware: ['3.0'] }, A9: { lines: 1 } })
  })

  it('merges objects, replaces lists, and takes away what it says is null', () => {
    const child = {
      firmware: ['^4'],
      tables: { languages: { fr: null, it: 'Italian' } },
      notOffered: { vlan_id: null },
    }
    expect(extendedManifest(parent, child)).toMatchObject({
      firmware: ['^4'],
      tables: { languages: { de: 'German', it: 'Italian' } },
      notOffered: {},
    })
  })

  it('leaves both manifests as they are', () => {
    const before = structuredClone(parent)
    extendedManifest(parent, { tables: { languages: { de: null } } })
    expect(parent).toEqual(before)
  })
})
