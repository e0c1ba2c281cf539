import { type SipConfiguration, type SipOption, type SipSection, sipSections } from '@strowger/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainOptions } from './explain.ts'
import { circleOf, createResolver } from './resolve.ts'

const tenant = '00000000-0000-4000-8000-000000000001'

function configuration(uuid: string, more: Partial<SipConfiguration> = {}): SipConfiguration {
  return {
    uuid,
    tenant,
    revision: 1,
    kind: 'template',
    name: uuid,
    sections: {},
    operations: [],
    templates: [],
    shared: false,
    at: '2026-11-21T09:30:00.000Z',
    ...more,
  }
}

function storeOf(...configurations: SipConfiguration[]) {
  const byUuid = new Map(configurations.map((one) => [one.uuid, one]))
  const find = (uuid: string) => byUuid.get(uuid)
  const resolver = createResolver(find)
  const resolved = (uuid: string) => resolver.resolve(find(uuid) ?? configuration(uuid))
  const pairs = (uuid: string, section: SipSection = 'endpoint') =>
    resolved(uuid).sections[section].map(({ option, value }) => [option, value])
  return { find, resolved, pairs }
}

const endpoint = (...options: SipOption[]) => ({ sections: { endpoint: options } })

describe('resolution', () => {
  it('lets the last parent win over the others, and own options over all', () => {
    const { pairs } = storeOf(
      configuration('a', endpoint(['language', 'en'], ['direct_media', 'no'], ['rtp_timeout', '1'])),
      configuration('b', endpoint(['language', 'fr'], ['direct_media', 'yes'])),
      configuration('c', { templates: ['a', 'b'], ...endpoint(['direct_media', 'no']) }),
    )
    expect(pairs('c')).toEqual([
      ['rtp_timeout', '1'],
      ['language', 'fr'],
      ['direct_media', 'no'],
    ])
  })

  it('reads each of a diamond once, so that one side keeps what it overrode', () => {
    const { pairs, resolved } = storeOf(
      configuration('top', endpoint(['language', 'en'])),
      configuration('left', { templates: ['top'], ...endpoint(['language', 'fr']) }),
      configuration('right', { templates: ['top'], ...endpoint(['rtp_timeout', '9']) }),
      configuration('bottom', { templates: ['left', 'right'] }),
    )
    expect(resolved('bottom').chain.map(({ uuid }) => uuid)).toEqual(['top', 'left', 'right', 'bottom'])
    expect(pairs('bottom')).toEqual([
      ['language', 'fr'],
      ['rtp_timeout', '9'],
    ])
  })

  it('adds entries up where an option can stand several times, equal ones once; of a variable the last value counts', () => {
    const { pairs } = storeOf(
      configuration('a', {
        sections: {
          endpoint: [
            ['set_var', 'A=1'],
            ['set_var', 'B=1'],
          ],
          identify: [['match', '192.0.2.1']],
        },
      }),
      configuration('b', {
        templates: ['a'],
        sections: {
          endpoint: [['set_var', 'A=2']],
          identify: [
            ['match', '192.0.2.2'],
            ['match', '192.0.2.1'],
          ],
        },
      }),
    )
    expect(pairs('b')).toEqual([
      ['set_var', 'B=1'],
      ['set_var', 'A=2'],
    ])
    expect(pairs('b', 'identify')).toEqual([
      ['match', '192.0.2.1'],
      ['match', '192.0.2.2'],
    ])
  })

  it('unsets, replaces and removes what is inherited, for those below as well', () => {
    const { pairs } = storeOf(
      configuration('a', {
        sections: {
          endpoint: [
            ['language', 'en'],
            ['set_var', 'A=1'],
            ['set_var', 'B=1'],
            ['rtp_timeout', '5'],
          ],
          identify: [
            ['match', '192.0.2.1'],
            ['match', '192.0.2.2'],
          ],
        },
      }),
      configuration('b', {
        templates: ['a'],
        operations: [
          { section: 'endpoint', option: 'language', action: 'unset' },
          { section: 'endpoint', option: 'set_var', action: 'remove', value: 'A' },
          { section: 'identify', option: 'match', action: 'replace' },
        ],
        sections: { identify: [['match', '198.51.100.1']] },
      }),
      configuration('c', { templates: ['b'] }),
    )
    expect(pairs('c')).toEqual([
      ['set_var', 'B=1'],
      ['rtp_timeout', '5'],
    ])
    expect(pairs('c', 'identify')).toEqual([['match', '198.51.100.1']])
  })

  it('puts an option where it was last set: disallow stays before the allow that follows it', () => {
    const { pairs } = storeOf(
      configuration('a', endpoint(['allow', '!all,ulaw'])),
      configuration('b', { templates: ['a'], ...endpoint(['disallow', 'all'], ['allow', 'g722']) }),
    )
    expect(pairs('b')).toEqual([
      ['disallow', 'all'],
      ['allow', 'g722'],
    ])
  })

  it('takes the transport that is chosen nearest, and tells which parents are missing', () => {
    const { resolved } = storeOf(
      configuration('a', { transport: 'udp' }),
      configuration('b', { templates: ['a', 'gone'] }),
      configuration('c', { templates: ['b'], transport: 'tls' }),
    )
    expect(resolved('b').transport).toEqual({ uuid: 'udp', by: 'a' })
    expect(resolved('c').transport).toEqual({ uuid: 'tls', by: 'c' })
    expect(resolved('c').missing).toEqual([{ configuration: 'b', parent: 'gone' }])
  })

  it('finds a circle before it is stored', () => {
    const { find } = storeOf(
      configuration('a', { templates: ['b'] }),
      configuration('b', { templates: ['c'] }),
      configuration('c'),
    )
    expect(circleOf('c', ['a'], find)).toEqual(['c', 'a', 'b', 'c'])
    expect(circleOf('c', ['c'], find)).toEqual(['c', 'c'])
    expect(circleOf('a', ['b', 'c'], find)).toBeUndefined()
  })
})

/** Resolution written as its rules read, without regard to time. */
function naive(start: string, find: (uuid: string) => SipConfiguration | undefined) {
  const order: SipConfiguration[] = []
  const walk = (uuid: string, seen: string[]): string[] => {
    if (seen.includes(uuid)) return seen
    const found = find(uuid)
    let now = [...seen, uuid]
    if (!found) return now
    for (const parent of found.templates) now = walk(parent, now)
    order.push(found)
    return now
  }
  walk(start, [])
  const lists: Record<string, [string, string][]> = {}
  const several = new Set(['set_var', 'match', 'contact', 'permit', 'deny'])
  for (const section of sipSections) {
    let list: [string, string][] = []
    for (const one of order) {
      for (const { section: of, option, action, value } of one.operations) {
        if (of !== section) continue
        list = list.filter(([name, held]) => {
          if (name !== option) return true
          if (action !== 'remove') return false
          return held !== value && !(name === 'set_var' && held.split('=')[0] === value)
        })
      }
      for (const [name, value] of one.sections[section] ?? []) {
        if (list.some(([n, v]) => n === name && v === value) && several.has(name)) continue
        const isSame = ([n, v]: [string, string]) =>
          n === name && (!several.has(name) || (name === 'set_var' && v.split('=')[0] === value.split('=')[0]))
        list = [...list.filter((entry) => !isSame(entry)), [name, value]]
      }
    }
    lists[section] = list
  }
  return { lists, order: order.map(({ uuid }) => uuid) }
}

describe('on any graph', () => {
  const names = Array.from({ length: 8 }, (_, index) => `n${index}`)
  const sectionOptions = {
    endpoint: ['language', 'rtp_timeout', 'set_var', 'permit', 'deny', 'allow'],
    aor: ['max_contacts', 'contact'],
    identify: ['match', 'srv_lookups'],
  } as const
  type Chosen = keyof typeof sectionOptions
  const chosen = fc.constantFrom<Chosen>('endpoint', 'aor', 'identify')
  const valueFor = (option: string) =>
    option === 'set_var' ? fc.constantFrom('A=1', 'A=2', 'B=1') : fc.constantFrom('1', '2', '3')
  const optionIn = (section: Chosen) => fc.constantFrom<string>(...sectionOptions[section])
  const pair = (section: Chosen) =>
    optionIn(section).chain((option) => valueFor(option).map((value): [string, string] => [option, value]))
  const operation = chosen.chain((section) =>
    fc.record({
      section: fc.constant(section),
      option: optionIn(section),
      action: fc.constantFrom('unset' as const, 'replace' as const, 'remove' as const),
      value: fc.constantFrom('1', 'A', 'A=1'),
    }),
  )
  const node = fc.record({
    templates: fc.uniqueArray(fc.constantFrom(...names, 'nowhere'), { maxLength: 3 }),
    operations: fc.array(operation, { maxLength: 2 }),
    sections: fc.record({
      endpoint: fc.array(pair('endpoint'), { maxLength: 4 }),
      aor: fc.array(pair('aor'), { maxLength: 2 }),
      identify: fc.array(pair('identify'), { maxLength: 3 }),
    }),
  })
  const graph = fc.array(node, { minLength: names.length, maxLength: names.length })

  it('it gives what a naive reading of the rules gives, circles and missing parents included', () => {
    fc.assert(
      fc.property(graph, (nodes) => {
        const { find, resolved } = storeOf(...nodes.map((one, index) => configuration(names[index] ?? '', one)))
        for (const name of names) {
          const expected = naive(name, find)
          const found = resolved(name)
          expect(found.chain.map(({ uuid }) => uuid)).toEqual(expected.order)
          for (const section of sipSections)
            expect(found.sections[section].map(({ option, value }) => [option, value])).toEqual(expected.lists[section])
        }
      }),
      { numRuns: 150 },
    )
  })

  it('what is explained is what is in effect, each option with who set it', () => {
    fc.assert(
      fc.property(graph, (nodes) => {
        const { find, resolved } = storeOf(...nodes.map((one, index) => configuration(names[index] ?? '', one)))
        const one = resolved('n0')
        const { options } = explainOptions(one)
        expect(options.map(({ section, option, value, by }) => ({ section, option, value, by }))).toEqual(
          sipSections.flatMap((section) => one.sections[section].map((entry) => ({ section, ...entry }))),
        )
        for (const { section, option, value, by } of options)
          expect(find(by)?.sections[section]).toContainEqual([option, value])
      }),
      { numRuns: 100 },
    )
  })
})
