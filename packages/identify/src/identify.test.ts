import type { PhoneEvidence, PluginManifest } from '@strowger/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileManifests } from './compile.ts'
import { identify } from './identify.ts'

function manifest(id: string, more: Partial<PluginManifest> = {}): PluginManifest {
  return {
    id,
    version: '1.0.0',
    description: id,
    vendors: ['Acme'],
    firmware: ['^\\d+\\.86\\.'],
    models: {},
    identify: {},
    files: { device: [], common: [], static: [] },
    sensitive: [],
    format: 'key-value',
    notOffered: {},
    ...more,
  }
}

const model = {
  lines: 1,
  keys: 0,
  expansionModules: 0,
  type: 'deskphone' as const,
  protocols: ['SIP' as const],
  switchboard: false,
  highAvailability: true,
  firmware: [],
}

const acmeRules = {
  macPrefixes: ['aabbcc'],
  http: [
    { userAgent: '^Acme (?<model>[A-Z0-9]+) (?<version>[0-9.]+)(?: (?<mac>[^ ]+))?', set: { vendor: 'Acme' } },
    { path: '^/(?<mac>[0-9a-f]{12})\\.cfg$' },
  ],
}
const generation = (id: string, firmware: string, models: string[] = ['A1']) =>
  manifest(id, {
    firmware: [firmware],
    identify: acmeRules,
    models: Object.fromEntries(models.map((name) => [name, model])),
  })

const http = (more: Partial<PhoneEvidence>): PhoneEvidence => ({ transport: 'http', address: '192.0.2.1', ...more })

describe('identification', () => {
  const compiled = compileManifests([
    generation('acme-v85', '^\\d+\\.85\\.'),
    generation('acme-v86', '^\\d+\\.86\\.'),
    generation('acme-v9', '^\\d+\\.9\\.', ['A2']),
  ])

  it('takes vendor, model, version and mac from the user agent and finds the generation made for the version', () => {
    const found = identify(compiled, http({ userAgent: 'Acme A1 1.85.0 AA-BB-CC-1-2-3', path: '/x' }))
    expect(found).toMatchObject({
      vendor: 'Acme',
      model: 'A1',
      version: '1.85.0',
      mac: 'aa:bb:cc:01:02:03',
      plugin: 'acme-v85',
      score: 600,
    })
    expect(found.plugins.map(({ plugin, score }) => [plugin, score])).toEqual([
      ['acme-v85', 600],
      ['acme-v86', 500],
      ['acme-v9', 300],
    ])
  })

  it('takes the newest generation, in natural order, when no firmware tells them apart', () => {
    expect(identify(compiled, http({ userAgent: 'Acme A1 1.70.0' }))).toMatchObject({ plugin: 'acme-v86', score: 500 })
  })

  it('takes the newest generation of the vendor for a model nobody knows', () => {
    expect(identify(compiled, http({ userAgent: 'Acme ZZ 1.9.0' }))).toMatchObject({ plugin: 'acme-v9', score: 300 })
    expect(identify(compiled, http({ userAgent: 'Acme ZZ 1.99.0' }))).toMatchObject({ plugin: 'acme-v86', score: 300 })
  })

  it('knows the vendor by the first digits of the mac in a file name', () => {
    expect(identify(compiled, http({ path: '/aabbcc010203.cfg' }))).toMatchObject({
      vendor: 'Acme',
      mac: 'aa:bb:cc:01:02:03',
      plugin: 'acme-v86',
      score: 300,
    })
  })

  it('says nothing of a vendor for a strange mac, and finds no plugin', () => {
    const found = identify(compiled, http({ path: '/112233445566.cfg' }))
    expect(found).toMatchObject({ mac: '11:22:33:44:55:66', score: 0 })
    expect(found.vendor).toBeUndefined()
    expect(found.plugin).toBeUndefined()
  })

  it('keeps the rest when the mac is malformed', () => {
    const found = identify(compiled, http({ userAgent: 'Acme A1 1.86.0 aa:bb:cc01:02:03' }))
    expect(found).toMatchObject({ model: 'A1', version: '1.86.0' })
    expect(found.mac).toBeUndefined()
  })

  it('believes the user agent more than the name of the file, and shows both', () => {
    const found = identify(compiled, http({ userAgent: 'Acme A1 1.86.0 aa:bb:cc:01:02:03', path: '/112233445566.cfg' }))
    expect(found.mac).toBe('aa:bb:cc:01:02:03')
    expect(found.evidence.map(({ said: { mac } }) => mac)).toEqual(['aa:bb:cc:01:02:03', '11:22:33:44:55:66'])
    expect(found.evidence[1]?.overruled).toBe('weightier evidence says mac aa:bb:cc:01:02:03')
  })

  it('believes DHCP and certificates more than any rule', () => {
    const found = identify(compiled, http({ userAgent: 'Acme A1 1.86.0 aa:bb:cc:01:02:03', mac: 'AABBCC000001' }))
    expect(found.mac).toBe('aa:bb:cc:00:00:01')
  })

  it('overrules a statement that names another vendor, and says so', () => {
    const other = manifest('zeta', {
      vendors: ['Zeta'],
      identify: { http: [{ path: '^/aabb', set: { vendor: 'Zeta', model: 'Z' } }] },
    })
    const both = compileManifests([other, generation('acme-v86', '^\\d')])
    const found = identify(both, http({ userAgent: 'Acme A1 1.86', path: '/aabbcc010203.cfg' }))
    expect(found).toMatchObject({ vendor: 'Acme', model: 'A1', mac: 'aa:bb:cc:01:02:03' })
    expect(found.evidence.find(({ plugin }) => plugin === 'zeta')?.overruled).toMatch(/Acme/)
  })

  it('reads DHCP options and TFTP names', () => {
    const rules = {
      dhcp: [
        { options: { '60': '^acme\\.(?<model>[a-z0-9]+)' }, set: { vendor: 'Acme' }, map: { model: { a1: 'A1' } } },
      ],
      tftp: [{ filename: '^A(?<mac>[0-9A-F]{12})\\.xml$', set: { vendor: 'Acme' } }],
    }
    const ready = compileManifests([manifest('acme', { identify: rules, models: { A1: model } })])
    const dhcp = { transport: 'dhcp', address: '192.0.2.1', options: { '060': 'acme.a1\0' } } as const
    expect(identify(ready, dhcp)).toMatchObject({ model: 'A1', score: 500 })
    const tftp = { transport: 'tftp', address: '192.0.2.1', filename: 'A001122334455.xml' } as const
    expect(identify(ready, tftp)).toMatchObject({ vendor: 'Acme', mac: '00:11:22:33:44:55' })
  })

  it('looks at headers that a rule names, whatever else is sent', () => {
    const rules = {
      http: [{ headers: { 'x-acme-model': '^(?<model>A[0-9]+)' }, path: '^/cfg', set: { vendor: 'Acme' } }],
    }
    const ready = compileManifests([manifest('acme', { identify: rules, models: { A1: model } })])
    const headers = { accept: '*/*', 'X-Acme-Model': 'A1' }
    expect(identify(ready, http({ path: '/cfg', headers }))).toMatchObject({ vendor: 'Acme', model: 'A1', score: 500 })
    expect(identify(ready, http({ path: '/other', headers })).vendor).toBeUndefined()
    expect(identify(ready, http({ path: '/cfg' })).vendor).toBeUndefined()
  })

  it.each([
    ['43', '^\\x01.Acme (?<model>[A-Z0-9]+)', '\u0001\u0007Acme A1\0'],
    ['55', '^\\x01\\x1c\\x79', '\u0001\u001c\u0079\u0003'],
    ['77', '^.?Acme (?<model>[A-Z0-9]+)$', '\u0007Acme A1\0\0'],
    ['125', '^[\\x00-\\xff]{5}\\x01.(?<model>[A-Z0-9]+)', '\0\0\n\u0001\u0004\u0001\u0002A1'],
  ])('reads DHCP option %s as latin-1, with NUL bytes in it or behind it', (code, pattern, value) => {
    const rules = { dhcp: [{ options: { [code]: pattern }, set: { vendor: 'Acme' } }] }
    const ready = compileManifests([manifest('acme', { identify: rules, models: { A1: model } })])
    const evidence = (key: string) => ({ transport: 'dhcp' as const, address: '192.0.2.1', options: { [key]: value } })
    expect(identify(ready, evidence(code)).vendor).toBe('Acme')
    expect(identify(ready, evidence(code.padStart(3, '0'))).vendor).toBe('Acme')
    expect(identify(ready, evidence('60')).vendor).toBeUndefined()
  })

  it('leaves out values with control characters', () => {
    const loose = manifest('acme', { identify: { http: [{ userAgent: '^Acme (?<model>.*)' }] } })
    const found = identify(compileManifests([loose]), http({ userAgent: 'Acme A\u001b[31m' }))
    expect(found.model).toBeUndefined()
  })

  it('does not depend on the order of the plugins', () => {
    const manifests = [generation('acme-v85', '^1'), generation('acme-v86', '^1'), generation('acme-v9', '^1', ['A2'])]
    const evidence = http({ userAgent: 'Acme A1 1.86.0 aa:bb:cc:01:02:03', path: '/aabbcc010203.cfg' })
    const first = identify(compileManifests(manifests), evidence)
    fc.assert(
      fc.property(fc.shuffledSubarray(manifests, { minLength: 3 }), (shuffled) => {
        expect(identify(compileManifests(shuffled), evidence)).toEqual(first)
      }),
    )
  })

  it('never throws and never says a value with control characters', () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 })
    const evidences = fc.record({
      userAgent: fc.oneof(
        text,
        text.map((rest) => `Acme ${rest}`),
      ),
      path: text,
      query: text,
      mac: text,
    })
    fc.assert(
      fc.property(evidences, (parts) => {
        const { vendor, model: named, version, mac } = identify(compiled, http(parts))
        for (const value of [vendor, named, version]) expect(value ?? 'x').toMatch(/^[ -~\u00a0-\u00ff]+$/)
        expect(mac ?? '00:00:00:00:00:00').toMatch(/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/)
      }),
    )
  })

  it('never throws for any manifest that compiles and any evidence, and gives no more than rules say', () => {
    const pattern = fc.constantFrom(
      '^Acme (?<model>[A-Z0-9]+)',
      '^(?<vendor>[A-Za-z]{1,9})[ /]',
      '(?<mac>[0-9a-fA-F]{12})',
      '^\\x01.(?<sn>[0-9]+)',
      '^/(?<uuid>[0-9a-f-]{36})',
      '^(?<version>[0-9.]{1,20})$',
    )
    const conclusions = {
      set: fc.dictionary(fc.constantFrom('vendor', 'model', 'sn'), fc.string({ maxLength: 20 })),
      map: fc.dictionary(fc.constantFrom('model', 'vendor'), fc.dictionary(fc.string(), fc.string({ maxLength: 20 }))),
    }
    const optional = { requiredKeys: [] }
    const httpRule = fc
      .record({ userAgent: pattern, path: pattern, query: pattern, ...conclusions }, optional)
      .filter(({ userAgent, path, query }) => [userAgent, path, query].some((text) => text !== undefined))
    const rules = fc.record({
      macPrefixes: fc.array(fc.stringMatching(/^[0-9a-f]{6}$/), { maxLength: 3 }),
      http: fc.array(httpRule, { maxLength: 3 }),
      tftp: fc.array(fc.record({ filename: pattern, ...conclusions }), { maxLength: 3 }),
      dhcp: fc.array(
        fc.record({
          options: fc.dictionary(fc.constantFrom('60', '077', '125'), pattern, { minKeys: 1 }),
          ...conclusions,
        }),
        { maxLength: 3 },
      ),
    })
    const anyManifest = fc
      .record({ vendors: fc.array(fc.constantFrom('Acme', 'Zeta'), { minLength: 1 }), identify: rules })
      .map((parts) => parts as Partial<PluginManifest>)
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('Acme A1', 'Zeta/1', '\u0001\u000245', '/aabbcc010203.cfg', '1.86.0'),
    )
    const evidences = fc.record(
      { userAgent: text, path: text, query: text, filename: text, mac: text, options: fc.dictionary(text, text) },
      optional,
    )
    fc.assert(
      fc.property(fc.array(anyManifest, { maxLength: 4 }), evidences, (parts, evidence) => {
        const manifests = parts.map((part, index) => manifest(`p-${index}`, part))
        const found = identify(compileManifests(manifests), http(evidence as Partial<PhoneEvidence>))
        const again = identify(compileManifests(manifests.toReversed()), http(evidence as Partial<PhoneEvidence>))
        expect(again).toEqual(found)
        const said = new Set(found.evidence.flatMap((each) => Object.keys(each.said)))
        for (const field of ['model', 'version', 'sn', 'uuid'] as const) {
          expect(found[field] === undefined || said.has(field)).toBe(true)
        }
        expect(found.plugin === undefined).toBe(found.score === 0)
      }),
    )
  })

  it('refuses a plugin whose pattern is outside the linear subset, and names it', () => {
    const bad = manifest('bad', { identify: { http: [{ userAgent: '^(a+)+$' }] } })
    expect(() => compileManifests([bad])).toThrowError(
      expect.objectContaining({ fields: [{ field: '/bad/identify/http/0/userAgent', problem: expect.any(String) }] }),
    )
  })

  it('tries the same number of rules with 120 plugins as with 3', () => {
    const family = (index: number) => {
      const name = `V${String(index).padStart(3, '0')}`
      return manifest(`family-${index}`, {
        vendors: [name],
        identify: { http: [{ userAgent: `^${name} (?<model>[A-Z0-9]+)`, set: { vendor: name } }] },
      })
    }
    const tried = [3, 120].map((count) => {
      const many = compileManifests(Array.from({ length: count }, (_, index) => family(index)))
      return many.rules.get('userAgent')?.candidates('V001 A1').length
    })
    expect(tried).toEqual([1, 1])
  })
})
