import { flattenConfig } from '@strowger/render'
import { type Config, type Device, rootTenantId, type Tenant } from '@strowger/schema'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createConfigTree } from './config-tree.ts'
import { explainedParameters } from './explain-config.ts'

const ids = ['a', 'b', 'c', 'd', 'e']
const child = '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4'
const tenants = new Map<string, Tenant>([
  [rootTenantId, { id: rootTenantId, parent: null, name: 'root', revision: 1 }],
  [child, { id: child, parent: rootTenantId, name: 'child', revision: 1 }],
])
const value = fc.letrec((tie) => ({
  leaf: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom('x', 'y', null, true), fc.constant([1, 2])),
  object: fc.dictionary(fc.constantFrom('k', 'l', 'm'), tie('any') as fc.Arbitrary<unknown>, { maxKeys: 3 }),
  any: fc.oneof({ depthSize: 'small', maxDepth: 3 }, tie('leaf'), tie('object')),
})).any
const raw = fc.dictionary(fc.constantFrom('X_a', 'X_b', 'X_c'), value, { maxKeys: 3 })
const config = fc.record({
  id: fc.constantFrom(...ids),
  tenant: fc.constantFrom(rootTenantId, child),
  parents: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 3 }),
  raw,
})
const house = fc.array(config, { maxLength: 8 }).map((many) => {
  const configs = new Map<string, Config>()
  for (const one of many) configs.set(`${one.tenant}/${one.id}`, { ...one, revision: 1, deletable: true })
  return configs
})

type Plain = Record<string, unknown>
const isObject = (one: unknown): one is Plain => typeof one === 'object' && one !== null && !Array.isArray(one)

/** What the documentation says, written as plainly as can be: the later wins, objects are merged by key. */
function mergedByTheBook(layers: readonly Plain[]): Plain {
  const all: Plain = {}
  for (const layer of layers) {
    for (const [key, one] of Object.entries(layer)) {
      const present = all[key]
      all[key] = isObject(one) ? mergedByTheBook(isObject(present) ? [present, one] : [one]) : one
    }
  }
  return all
}

/** Depth first, parents in their order, each once, the own last; names as the tenant finds them. */
function chainByTheBook(configs: Map<string, Config>, tenant: string, id: string, seen = new Set<string>()): Config[] {
  const found = configs.get(`${tenant}/${id}`) ?? configs.get(`${rootTenantId}/${id}`)
  if (found === undefined || seen.has(`${found.tenant}/${found.id}`)) return []
  seen.add(`${found.tenant}/${found.id}`)
  return [...found.parents.flatMap((parent) => chainByTheBook(configs, tenant, parent, seen)), found]
}

const deviceOf = (tenant: string, used: string) =>
  ({ id: 'device', tenant, revision: 1, config: used, added: 'auto' }) as Device

test('what a device is told is the merge of its chain in the documented order, circles and all', () => {
  fc.assert(
    fc.property(house, fc.constantFrom(rootTenantId, child), fc.constantFrom(...ids), (configs, tenant, id) => {
      const tree = createConfigTree(configs, tenants)
      const chain = tree.ofDevice(deviceOf(tenant, id))?.chain ?? []
      expect(chain).toEqual(chainByTheBook(configs, tenant, id))
      const { sip_transport, sip_srtp_mode, sip_lines, funckeys, sccp_call_managers, ...merged } = flattenConfig(
        chain.map((link) => link.raw),
      )
      expect(merged).toEqual(mergedByTheBook(chain.map((link) => link.raw)))
    }),
    { numRuns: 500 },
  )
})

test('merging changes none of the layers, shares nothing with them, and a layer twice is as once', () => {
  fc.assert(
    fc.property(fc.array(raw, { maxLength: 4 }), (layers) => {
      const before = structuredClone(layers)
      const merged = flattenConfig(layers) as Plain
      for (const key of Object.keys(merged)) if (isObject(merged[key])) (merged[key] as Plain)['changed'] = true
      expect(layers).toEqual(before)
      const last = layers.at(-1) ?? {}
      expect(flattenConfig([...layers, last])).toEqual(flattenConfig(layers))
    }),
  )
})

test('explain names for each value the last layer that has one there, and the value that is told', () => {
  fc.assert(
    fc.property(fc.array(raw, { maxLength: 5 }), (raws) => {
      const layers = raws.map((one, index) => ({ config: String(index), raw: one }))
      const merged = mergedByTheBook(raws)
      for (const { name, config, value: told, overrides } of explainedParameters(layers, merged)) {
        const at = (one: Plain) =>
          name.split('.').reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), one)
        const having = layers.filter((layer) => at(layer.raw) !== undefined).toReversed()
        expect(told).toEqual(at(merged))
        expect([config, ...overrides.map((source) => source.config)]).toEqual(having.map((layer) => layer.config))
      }
    }),
  )
})

test('those that a change concerns are exactly those whose chain has it', () => {
  fc.assert(
    fc.property(house, fc.constantFrom(...ids), fc.constantFrom(...ids), (configs, used, changed) => {
      const tree = createConfigTree(configs, tenants)
      const devices = [deviceOf(child, used)]
      const isIn = (tree.ofDevice(deviceOf(child, used))?.chain ?? []).some(
        (link) => link.id === changed && link.tenant === rootTenantId,
      )
      const concerned = devices.filter(tree.dependsOn({ tenant: rootTenantId, id: changed }))
      // More may be asked to be rendered again than differ; none that depends on it may be left out.
      if (isIn) expect(concerned).toHaveLength(1)
    }),
  )
})
