import type { CompiledDeck } from './compiled-deck.ts'
import type { DeckRow, DeckSettings } from './deck.ts'
import { createDeckBuilder } from './deck-builder.ts'
import type { RatingConfiguration } from './engine-parts.ts'
import type { OrganisationNode } from './organisation.ts'
import type { CdrRecord } from './record.ts'
import type { Tariff } from './tariff.ts'

export const always = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
export const during = <Value>(value: Value, fromMs = always.fromMs, toMs = always.toMs) => ({ fromMs, toMs, value })

/** `60/1`: a first increment of 60 s, then of 1 s; price a minute. */
export function tariff(price: string, notation = '1/1', more: Partial<Tariff> = {}): Tariff {
  const [first = 1, next = 1] = notation.split('/').map(Number)
  const step = { unitS: 60, price }
  const steps = [{ ...step, fromS: 0, incrementS: first }]
  if (next !== first) steps.push({ ...step, fromS: first, incrementS: next })
  return { bands: [{ steps }], ...more }
}

export function deck(
  id: string,
  rows: Readonly<Record<string, Tariff | Partial<DeckRow>>>,
  more: Partial<DeckSettings> = {},
): CompiledDeck {
  const settings: DeckSettings = {
    id,
    name: id,
    currency: 'EUR',
    scale: 6,
    zone: 'Europe/Rome',
    rounding: 'half_up',
    decimals: 6,
    ...more,
  }
  const builder = createDeckBuilder(settings)
  for (const [prefix, value] of Object.entries(rows)) {
    const row = 'bands' in value ? { tariff: value } : value
    builder.add({
      prefix,
      origin: '',
      name: '',
      validFromMs: always.fromMs,
      validToMs: always.toMs,
      status: 'open',
      revision: 1,
      tariff: tariff('1'),
      ...row,
    })
  }
  return builder.build()
}

export function node(id: string, parent: string | null, more: Partial<OrganisationNode> = {}): OrganisationNode {
  return { id, name: id, parent: [during(parent)], plan: [], billable: [], claims: [], ...more }
}

export function extension(pattern: string) {
  return during({ kind: 'extension' as const, pattern })
}

/** One customer with extension 201, one plan, one vendor behind trunk `out`. */
export function configuration(
  more: Partial<RatingConfiguration> = {},
  decks: readonly CompiledDeck[] = [],
): RatingConfiguration {
  const all =
    decks.length > 0 ? decks : [deck('retail', { '39': tariff('0.05') }), deck('wholesale', { '39': tariff('0.02') })]
  return {
    currency: 'EUR',
    zone: 'Europe/Rome',
    providers: [
      {
        id: 'pbx',
        numbers: {
          country: 'IT',
          callingCode: '39',
          internationalPrefixes: ['00'],
          nationalPrefix: '0',
          keepsNationalPrefix: true,
          shortNumbers: ['112'],
        },
      },
    ],
    organisations: [
      node('acme', null, { plan: [during('basic')], billable: [during(true)] }),
      node('ext-201', 'acme', { claims: [extension('201')] }),
    ],
    plans: [{ id: 'basic', name: 'Basic', currency: 'EUR', decks: [{ deck: 'retail' }] }],
    vendors: [
      { id: 'carrier', name: 'Carrier', trunks: [during('out*')], decks: [during(['wholesale'])], currency: 'EUR' },
    ],
    decks: new Map(all.map((one) => [one.settings.id, one])),
    allowances: [],
    ported: [],
    rates: [],
    ...more,
  }
}

export const noon = Date.parse('2025-11-11T11:00:00Z')
export const now = Date.parse('2026-01-01T00:00:00Z')

/** An answered call of 60 s from 201 to an Italian mobile by trunk `out1`. */
export function record(more: Partial<CdrRecord> = {}, seconds = 60): CdrRecord {
  const startMs = more.startMs ?? more.answerMs ?? noon
  return {
    key: 'k',
    link: '',
    caller: '201',
    called: '3471234567',
    ported: '',
    account: '',
    trunkIn: '',
    trunkOut: 'out1',
    context: '',
    startMs,
    answerMs: startMs,
    endMs: startMs + seconds * 1000,
    answeredMs: seconds * 1000,
    isAnswered: true,
    disposition: 'ANSWERED',
    expectedCost: '',
    direction: '',
    flags: 0,
    native: '',
    line: 1,
    ...more,
  }
}
