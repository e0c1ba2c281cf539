import {
  type CdrRecord,
  type CompiledDeck,
  createDraft,
  createEngine,
  type DeckSettings,
  importDeck,
  makeRecord,
  type OrganisationNode,
  packDeck,
  quoteInline,
  unpackDeck,
} from '@strowger/rating'
import { italianNumbers } from '@strowger/testkit'
import { atLeast, below, count, type Figure, megabytes, milliseconds, perSecond } from '../figure.ts'
import { realPrefixes } from '../real-prefixes.ts'
import type { Section } from '../report.ts'

const organisations = 5_000
const extensionsEach = 10
const calls = 50_000
const always = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
const hold = <Value>(value: Value) => ({ ...always, value })

/** The same numbers in every run (Numerical Recipes, 7.1). */
function createChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Peak and off-peak on a fifth of the rows, a fee on one in twelve, increments by region: as decks are. */
function deckFile(prefixes: readonly string[], seed: number, factor: number): Uint8Array {
  const chance = createChance(seed)
  const increments = ['1/1', '1/1', '30/6', '60/60', '60/1', '6/6']
  const lines = prefixes.map((prefix, place) => {
    const price = Math.exp(chance() * 4 - 5) * factor
    const offPeak = place % 5 === 0 ? (price * 0.6).toFixed(6) : ''
    return `${prefix},${price.toFixed(6)},${offPeak},${increments[place % 6]},${place % 12 === 0 ? '0.01' : ''}`
  })
  return new TextEncoder().encode(lines.join('\n'))
}

const mapping = { columns: { prefix: 1, price: 2, offPeakPrice: 3, increments: 4, fee: 5 } } as const

function settingsOf(id: string): DeckSettings {
  return { id, name: id, currency: 'EUR', scale: 6, zone: 'Europe/Rome', rounding: 'half_up', decimals: 6 }
}

export function benchRatingEngine(): Section {
  const prefixes = [...realPrefixes().keys()]
  const figures: Figure[] = []
  const files = [deckFile(prefixes, 1, 1.4), deckFile(prefixes, 2, 1)] as const
  const decks: CompiledDeck[] = []
  const imported = measured(() => {
    const { deck, faults } = importDeck('retail.csv', files[0], mapping, settingsOf('retail'))
    if (deck === undefined) throw new Error(JSON.stringify(faults[0]))
    decks.push(deck)
  })
  figures.push({
    what: `a deck of ${count(prefixes.length)} prefixes: parsed, checked, indexed (CPU)`,
    ours: milliseconds(imported),
    budget: below(imported, 5_000, '< 5 s, committed and live'),
  })
  const wholesale = importDeck('wholesale.csv', files[1], mapping, settingsOf('wholesale')).deck
  const [retail] = decks
  if (retail === undefined || wholesale === undefined) throw new Error('no deck')
  figures.push({ what: '… its memory', ours: megabytes(retail.bytes) })
  const packed = packDeck(retail)
  figures.push({
    what: `… read back from ${megabytes(packed.length)} (CPU)`,
    ours: milliseconds(measured(() => unpackDeck(packed))),
  })

  const engine = createEngine({
    ...configuration(),
    decks: new Map([
      ['retail', retail],
      ['wholesale', wholesale],
    ]),
  })
  const records = recordsOf(prefixes)
  const options = { nowMs: Date.parse('2026-01-01T00:00:00Z') }
  const draft = createDraft()
  let rated = 0
  const rounds = Array.from({ length: 6 }, () =>
    measured(() => {
      rated = 0
      for (const record of records) if (engine.rateInto(draft, record, 'pbx', options).status === 'rated') rated += 1
    }),
  )
  const rate = calls / (Math.min(...rounds) / 1000)
  figures.push({
    what: `calls with bands and two runs, ${count(organisations * extensionsEach)} extensions, one core (CPU)`,
    ours: perSecond(rate),
    budget: atLeast(rate, 300_000),
  })
  figures.push({ what: '… of them with a price', ours: count(rated), budget: { text: 'all', met: rated === calls } })
  const quotes = measured(() => {
    for (let turn = 0; turn < 2_000; turn += 1)
      quoteInline(quotedTariff, { start: '2025-11-11T18:58:30Z', duration_s: 170, destination: '393471234567' })
  })
  figures.push({ what: 'a quote of a tariff of its own, explained (CPU)', ours: `${(quotes / 2).toFixed(1)} µs` })
  return {
    title: 'Rating engine alone',
    notes: [
      'packages/rating in one process, CPU time, best of six rounds; prefixes of libphonenumber’s tables, prices log-normal, a fixed seed',
    ],
    figures,
  }
}

const row = { prefix: '39', increment_s: 30, unit_s: 60, rounding: 'half_up', decimals: 4 }
const quotedTariff = {
  connect_fee: '0.05',
  zone: 'Europe/Rome',
  bands: [
    { ...row, price_per_unit: '0.12' },
    { ...row, price_per_unit: '0.06', from_time: '19:00', weight: 10 },
  ],
}

/** CPU milliseconds: what other work on the machine does not change. */
function measured(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function configuration() {
  const nodes: OrganisationNode[] = []
  const base = { plan: [], billable: [], claims: [] }
  for (let place = 0; place < organisations; place += 1) {
    const id = `customer-${place}`
    nodes.push({ ...base, id, name: id, parent: [hold(null)], plan: [hold('basic')], billable: [hold(true)] })
    for (let one = 0; one < extensionsEach; one += 1) {
      const pattern = String(1_000_000 + place * extensionsEach + one)
      nodes.push({
        ...base,
        id: pattern,
        name: pattern,
        parent: [hold(id)],
        claims: [hold({ kind: 'extension', pattern })],
      })
    }
  }
  return {
    currency: 'EUR',
    zone: 'Europe/Rome',
    providers: [{ id: 'pbx', numbers: italianNumbers }],
    organisations: nodes,
    plans: [{ id: 'basic', name: 'Basic', currency: 'EUR', decks: [{ deck: 'retail' }] }],
    vendors: [
      { id: 'carrier', name: 'Carrier', trunks: [hold('PJSIP/out*')], decks: [hold(['wholesale'])], currency: 'EUR' },
    ],
    allowances: [],
    ported: [],
    rates: [],
  }
}

/** A month of calls, answered, with lengths as calls have them: median 75 s, mean about 180 s. */
function recordsOf(prefixes: readonly string[]): readonly CdrRecord[] {
  const chance = createChance(3)
  let at = Date.parse('2025-10-01T00:00:00Z')
  return Array.from({ length: calls }, (_, place) => {
    at += chance() * 100_000
    const normal = chance() + chance() + chance() + chance() + chance() + chance() - 3
    const seconds = Math.ceil(75 * Math.exp(1.32 * 1.41 * normal))
    const prefix = prefixes[Math.floor(chance() ** 2 * prefixes.length)] ?? '39'
    const said = {
      key: String(place),
      caller: String(1_000_000 + Math.floor(chance() ** 2 * organisations * extensionsEach)),
      called: `00${prefix}${String(place % 10_000)
        .padStart(12 - prefix.length, '0')
        .slice(0, 12 - prefix.length)}`,
      trunkIn: 'PJSIP/201',
      trunkOut: 'PJSIP/out1',
      answeredMs: seconds * 1000,
      isAnswered: true,
      disposition: 'ANSWERED',
      line: place,
    }
    return makeRecord(said, { startMs: at, answerMs: at + 6_000, endMs: at + 6_000 + seconds * 1000 })
  })
}
