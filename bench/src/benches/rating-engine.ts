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
import {
  deckCsv,
  deckMapping,
  deckPrefixes,
  extensionOf,
  extensionsEach,
  organisations,
  trafficOf,
} from '../rating-traffic.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'

const calls = 200_000
const always = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
const hold = <Value>(value: Value) => ({ ...always, value })

function settingsOf(id: string): DeckSettings {
  return { id, name: id, currency: 'EUR', scale: 6, zone: 'Europe/Rome', rounding: 'half_up', decimals: 6 }
}

export async function benchRatingEngine(): Promise<Section> {
  const prefixes = deckPrefixes(300_000)
  const figures: Figure[] = []
  const files = [1.4, 1].map((factor, seed) => new TextEncoder().encode(deckCsv(prefixes, seed, factor)))
  const [retailFile, wholesaleFile] = files
  if (retailFile === undefined || wholesaleFile === undefined) throw new Error('no deck')
  const decks: CompiledDeck[] = []
  const imported = measured(() => {
    const { deck, faults } = importDeck('retail.csv', retailFile, deckMapping, settingsOf('retail'))
    if (deck === undefined) throw new Error(JSON.stringify(faults[0]))
    decks.push(deck)
  })
  figures.push({
    what: `a deck of ${count(prefixes.length)} prefixes: parsed, checked, indexed (CPU)`,
    ours: milliseconds(imported),
    budget: below(imported, 5_000, '< 5 s, committed and live'),
  })
  const wholesale = importDeck('wholesale.csv', wholesaleFile, deckMapping, settingsOf('wholesale')).deck
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
  const speed = await speedOf('cpu')
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
    budget: atLeast(rate, 300_000, undefined, speed),
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
      'packages/rating in one process, CPU time, best of six rounds; decks and calls as rating-traffic.ts makes them: extensions by Zipf’s law, 70 % national, 20 % mobile',
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
      const pattern = extensionOf(place * extensionsEach + one)
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

/** The answered calls of a month, until there are enough. */
function recordsOf(prefixes: readonly string[]): readonly CdrRecord[] {
  const records: CdrRecord[] = []
  const fromMs = Date.parse('2025-10-01T00:00:00Z')
  for (const call of trafficOf({ calls: 2 * calls, fromMs, days: 31, seed: 3, prefixes })) {
    const { startMs, ringMs, talkMs, caller, called } = call
    if (talkMs === 0) continue
    const said = {
      key: String(records.length),
      caller: extensionOf(caller),
      called,
      trunkIn: 'PJSIP/201',
      trunkOut: 'PJSIP/out1',
      answeredMs: talkMs,
      isAnswered: true,
      disposition: 'ANSWERED',
      line: records.length,
    }
    const answerMs = startMs + ringMs
    records.push(makeRecord(said, { startMs, answerMs, endMs: answerMs + talkMs }))
    if (records.length === calls) break
  }
  return records
}
