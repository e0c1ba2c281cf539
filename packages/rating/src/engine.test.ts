import { describe, expect, it } from 'vitest'
import { textFrom } from './amount.ts'
import { createEngine } from './engine.ts'
import { always, configuration, deck, during, extension, node, noon, now, record, tariff } from './engine-for-tests.ts'
import type { RatedCall } from './rated-call.ts'
import { flagNames } from './reason.ts'

const options = { nowMs: now }
const amounts = (call: RatedCall) =>
  call.runs.map((run) => `${run.kind}${run.level} ${run.party} ${textFrom(run.amount, run.scale)}`)

describe('a call', () => {
  it('has an income by the plan of its owner and a cost by its vendor', () => {
    const call = createEngine(configuration()).rate(record(), 'pbx', options)
    expect(call).toMatchObject({
      status: 'rated',
      reason: '',
      direction: 'outgoing',
      owner: 'ext-201',
      billable: 'acme',
      called: '393471234567',
    })
    expect(amounts(call)).toEqual(['income0 acme 0.05', 'cost0 carrier 0.02'])
    expect(textFrom(call.margin ?? 0, 8)).toBe('0.03')
  })

  it('has the margin of the worked example of d11', () => {
    const decks = [deck('retail', { '39': tariff('0.024', '6/6') }), deck('wholesale', { '39': tariff('0.0171') })]
    const call = createEngine(configuration({}, decks)).rate(record({}, 73), 'pbx', options)
    expect(amounts(call)).toEqual(['income0 acme 0.0312', 'cost0 carrier 0.020805'])
    expect(textFrom(call.margin ?? 0, 8)).toBe('0.010395')
  })

  it('goes by the plan that its node had at the answer (d5)', () => {
    const tenth = Date.parse('2025-11-10T00:00:00+01:00')
    const engine = createEngine(
      configuration(
        {
          organisations: [
            node('acme', null, { plan: [during('a')], billable: [during(true)] }),
            node('office', 'acme'),
            node('201', 'office', { claims: [extension('201')] }),
            node('202', 'office', { claims: [extension('202')], plan: [during('b', tenth)] }),
          ],
          plans: ['a', 'b'].map((id) => ({ id, name: id, currency: 'EUR', decks: [{ deck: id }] })),
          vendors: [],
        },
        [deck('a', { '39': tariff('0.1') }), deck('b', { '39': tariff('0.2') })],
      ),
    )
    const plan = (caller: string, at: number) =>
      engine.rate(record({ caller, startMs: at }), 'pbx', options).runs[0]?.plan
    expect([plan('202', tenth - 1000), plan('202', tenth), plan('202', noon), plan('201', noon)]).toEqual([
      'a',
      'b',
      'b',
      'a',
    ])
  })

  it('has one income for each level of resellers', () => {
    const engine = createEngine(
      configuration({
        organisations: [
          node('operator', null),
          node('reseller', 'operator', { reseller: true, plan: [during('wholesale')], billable: [during(true)] }),
          node('acme', 'reseller', { plan: [during('basic')], billable: [during(true)] }),
          node('ext', 'acme', { claims: [extension('201')] }),
        ],
        plans: [
          { id: 'basic', name: '', currency: 'EUR', decks: [{ deck: 'retail' }] },
          { id: 'wholesale', name: '', currency: 'EUR', decks: [{ deck: 'wholesale' }] },
        ],
      }),
    )
    expect(amounts(engine.rate(record(), 'pbx', options))).toEqual([
      'income0 acme 0.05',
      'income1 reseller 0.02',
      'cost0 carrier 0.02',
    ])
  })

  it('is never free for want of a price', () => {
    const engine = createEngine(
      configuration({}, [
        deck('retail', { '39': tariff('1'), '3934': { status: 'closed' } }),
        deck('wholesale', { '39': tariff('1') }),
      ]),
    )
    const reasonOf = (called: string, more = {}) => {
      const { status, reason } = engine.rate(record({ called, ...more }), 'pbx', options)
      return [status, reason]
    }
    expect(reasonOf('3471234567')).toEqual(['error', 'destination_closed'])
    expect(reasonOf('00442079460000')).toEqual(['error', 'no_rate'])
    expect(reasonOf('1234')).toEqual(['error', 'bad_number'])
    expect(reasonOf('021234567', { caller: '555' })).toEqual(['error', 'no_owner'])
    expect(reasonOf('021234567', { trunkOut: 'other' })).toEqual(['error', 'no_vendor'])
    expect(reasonOf('021234567', { isAnswered: false, trunkOut: '' })).toEqual(['rated', ''])
    expect(reasonOf('nonsense', { isAnswered: false })).toEqual(['rated', ''])
    const noPlan = createEngine(configuration({ organisations: [node('x', null, { claims: [extension('201')] })] }))
    expect(noPlan.rate(record(), 'pbx', options)).toMatchObject({ reason: 'no_plan', part: 'x' })
  })

  it('costs nothing when it is not answered or has no seconds, and says so', () => {
    const engine = createEngine(configuration())
    expect(amounts(engine.rate(record({ isAnswered: false }), 'pbx', options))).toEqual([
      'income0 acme 0',
      'cost0 carrier 0',
    ])
    const zero = engine.rate(record({}, 0), 'pbx', options)
    expect([zero.status, zero.reason, flagNames(zero.flags)]).toEqual(['rated', 'zero_duration', ['zero_duration']])
  })

  it('is rated by its ported number', () => {
    const ported = [{ number: '393471234567', ...always, fromMs: noon, ported: '99100' }]
    const engine = createEngine(
      configuration({ ported }, [
        deck('retail', { '39': tariff('1'), '991': tariff('2') }),
        deck('wholesale', { '': tariff('0') }),
      ]),
    )
    const before = engine.rate(record({ startMs: noon - 1 }), 'pbx', options)
    const after = engine.rate(record(), 'pbx', options)
    expect([before.runs[0]?.prefix, after.runs[0]?.prefix, after.called, after.ported]).toEqual([
      '39',
      '991',
      '393471234567',
      '99100',
    ])
    expect(flagNames(after.flags)).toEqual(['ported'])
    expect(engine.rate(record({ ported: '9912', startMs: noon - 1 }), 'pbx', options).runs[0]?.prefix).toBe('991')
  })

  it('asks the decks of a plan in order, or takes the longest prefix of all', () => {
    const decks = [
      deck('own', { '39': tariff('1') }),
      deck('base', { '3934': tariff('2'), '44': tariff('3') }),
      deck('wholesale', { '': tariff('0') }),
    ]
    const plan = { id: 'basic', name: '', currency: 'EUR', decks: [{ deck: 'own' }, { deck: 'base' }] }
    const deckOf = (longestOverAll: boolean, called: string) =>
      createEngine(configuration({ plans: [{ ...plan, longestOverAll }] }, decks)).rate(
        record({ called }),
        'pbx',
        options,
      ).runs[0]?.deck
    expect([deckOf(false, '3471234567'), deckOf(true, '3471234567'), deckOf(false, '00442079460000')]).toEqual([
      'own',
      'base',
      'base',
    ])
  })

  it('is told in the currency of the house by the rate of its local day', () => {
    const decks = [
      deck('retail', { '39': tariff('0.05') }),
      deck('wholesale', { '39': tariff('0.02') }, { currency: 'USD' }),
    ]
    const rates = [
      { from: 'EUR', to: 'USD', day: '2025-11-01', rate: '1.25' },
      { from: 'USD', to: 'EUR', day: '2025-11-12', rate: '0.9' },
    ]
    const engine = createEngine(configuration({ rates }, decks))
    const call = engine.rate(record(), 'pbx', options)
    expect([call.runs[1]?.fx, textFrom(call.margin ?? 0, 8)]).toEqual(['1/1.25', '0.034'])
    const midnight = engine.rate(record({ startMs: Date.parse('2025-11-12T00:00:00+01:00') }), 'pbx', options)
    expect([midnight.runs[1]?.fx, textFrom(midnight.margin ?? 0, 8)]).toEqual(['0.9', '0.032'])
    const early = engine.rate(record({ startMs: Date.parse('2025-10-31T12:00:00Z') }), 'pbx', options)
    expect([early.status, early.reason]).toEqual(['error', 'currency_missing'])
  })

  it('is explained step by step', () => {
    const { call, steps } = createEngine(configuration()).explain(record(), 'pbx', options)
    expect(steps.map((list) => list.map(({ step }) => step))).toEqual(
      call.runs.map(() => ['row', 'duration', 'increments', 'rounding']),
    )
  })
})

describe('times that cannot be', () => {
  const engine = createEngine(configuration())
  const reasonOf = (more: Parameters<typeof record>[0], provider = 'pbx', at = engine) =>
    at.rate(record(more), provider, options).reason

  it('are errors of their own', () => {
    expect(reasonOf({ answerMs: noon - 1000, startMs: noon })).toBe('bad_times')
    expect(reasonOf({ endMs: noon - 1000 })).toBe('bad_times')
    expect(reasonOf({ startMs: Number.NaN, answerMs: Number.NaN, endMs: Number.NaN })).toBe('bad_times')
    expect(engine.rate(record({}, 86_401), 'pbx', options).reason).toBe('implausible_duration')
    expect(reasonOf({ startMs: now, answerMs: now, endMs: now + 301_000, answeredMs: 301_000 })).toBe('future_time')
    expect(reasonOf({ startMs: now, answerMs: now, endMs: now + 300_000, answeredMs: 300_000 })).toBe('')
  })

  it('are believed when the provider says that its own duration is right', () => {
    const [pbx] = configuration().providers
    if (!pbx) throw new Error('no provider')
    const own = createEngine(configuration({ providers: [{ ...pbx, ownDuration: true }] }))
    const call = own.rate(record({ endMs: noon - 3_600_000 }), 'pbx', options)
    expect([call.status, call.answeredS, flagNames(call.flags)]).toEqual(['rated', 60, ['source_duration']])
  })

  it('of milliseconds become seconds once, by the rule of the provider', () => {
    const [pbx] = configuration().providers
    if (!pbx) throw new Error('no provider')
    const seconds = (milliseconds: 'up' | 'down' | 'half_up', ms: number) =>
      createEngine(configuration({ providers: [{ ...pbx, milliseconds }] })).rate(
        record({ answeredMs: ms }),
        'pbx',
        options,
      ).answeredS
    expect([seconds('up', 6001), seconds('down', 6999), seconds('half_up', 6499), seconds('half_up', 6500)]).toEqual([
      7, 6, 6, 7,
    ])
  })
})

describe('owner and direction (d4)', () => {
  const organisations = [
    node('acme', null, {
      plan: [during('basic')],
      claims: [
        during({ kind: 'account', pattern: 'A1' }),
        during({ kind: 'trunk', pattern: 'PJSIP/acme' }),
        extension('3902555XX'),
      ],
    }),
    node('e123', 'acme', { claims: [extension('123')] }),
    node('e12x', 'acme', { claims: [extension('12X')] }),
    node('e1s', 'acme', { claims: [extension('1*')] }),
    node('two', null, { claims: [extension('77*')] }),
    node('three', null, { claims: [extension('77*')] }),
  ]
  const engine = createEngine(configuration({ organisations }))
  const seen = (more: Parameters<typeof record>[0]) => {
    const { owner, direction, reason } = engine.rate(record(more), 'pbx', options)
    return `${owner} ${direction} ${reason}`.trim()
  }

  it('is by account, then by number, then by trunk', () => {
    expect(seen({ account: 'A1', caller: '123' })).toBe('acme outgoing')
    expect(seen({ caller: '123' })).toBe('e123 outgoing')
    expect(seen({ caller: '124' })).toBe('e12x outgoing')
    expect(seen({ caller: '1999' })).toBe('e1s outgoing')
    expect(seen({ caller: 'anonymous', trunkIn: 'PJSIP/acme' })).toBe('acme outgoing')
    expect(seen({ caller: '+39025551234' })).toBe('no_owner')
    expect(seen({ caller: '+39 02 55512' })).toBe('acme outgoing')
    expect(seen({ caller: '7712345678' })).toBe('ambiguous_owner')
  })

  it('is incoming when only the called is owned, internal when both are', () => {
    expect(seen({ caller: '+441632960000', called: '0255599' })).toBe('acme incoming')
    expect(seen({ caller: '123', called: '124' })).toBe('e123 internal')
    expect(seen({ caller: '+441632960000', called: '124', account: 'A1', trunkIn: 'out7' })).toBe('acme incoming')
  })

  it('counts a call of two records once', () => {
    const link = { caller: '123', called: '124', link: 'x' }
    const twice = engine.rate(record(link), 'pbx', { ...options, linkSeen: () => true })
    expect([twice.status, twice.reason]).toEqual(['ignored', 'duplicate_leg'])
    expect(
      engine.rate(record({ ...link, isAnswered: false }), 'pbx', { ...options, linkSeen: () => true }).status,
    ).toBe('rated')
  })

  it('is what a rule of the provider says', () => {
    const [pbx] = configuration().providers
    if (!pbx) throw new Error('no provider')
    const rules = [
      { context: 'test*', means: 'ignore' as const },
      { trunkIn: 'carrierXX', means: 'incoming' as const },
    ]
    const ruled = createEngine(configuration({ organisations, providers: [{ ...pbx, rules }] }))
    expect(ruled.rate(record({ context: 'test-calls' }), 'pbx', options)).toMatchObject({
      status: 'ignored',
      reason: 'ignored_rule',
    })
    const inbound = ruled.rate(record({ trunkIn: 'carrier12', account: 'A1', caller: '123' }), 'pbx', options)
    expect([inbound.direction, inbound.owner]).toEqual(['incoming', 'acme'])
  })
})

describe('a configuration that cannot hold', () => {
  it('is refused with the item', () => {
    const refusal = (more: Parameters<typeof configuration>[0]) => () => createEngine(configuration(more))
    expect(refusal({ organisations: [node('a', 'b'), node('b', 'a')] })).toThrow('circle')
    expect(refusal({ organisations: [node('a', 'b')] })).toThrow('node a: its parent "b" does not exist')
    expect(refusal({ organisations: [node('a', null, { plan: [during('x'), during('y')] })] })).toThrow(
      'two values of plan',
    )
    expect(refusal({ organisations: [node('a', null, { claims: [extension('1X2')] })] })).toThrow('claim a')
    expect(refusal({ plans: [{ id: 'p', name: '', currency: 'EUR', decks: [{ deck: 'none' }] }] })).toThrow(
      'plan p: there is no deck "none"',
    )
    expect(refusal({ rates: [{ from: 'A', to: 'B', day: '2025-02-30', rate: '1' }] })).toThrow('not a day')
  })
})
