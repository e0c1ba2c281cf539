import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeckRow, DeckSettings } from './deck.ts'
import { createDeckBuilder } from './deck-builder.ts'
import { packDeck, unpackDeck } from './pack-deck.ts'
import type { Tariff } from './tariff.ts'

const settings: DeckSettings = {
  id: 'retail',
  name: 'Retail',
  currency: 'EUR',
  scale: 6,
  zone: 'Europe/Rome',
  rounding: 'half_up',
  decimals: 6,
  calendars: [{ id: 'holidays', yearly: ['12-25'] }],
}

function perMinute(price: string, more: Partial<Tariff> = {}): Tariff {
  return { bands: [{ steps: [{ fromS: 0, incrementS: 60, unitS: 60, price }] }], ...more }
}

function row(prefix: string, more: Partial<DeckRow> = {}): DeckRow {
  return {
    prefix,
    origin: '',
    name: `to ${prefix}`,
    validFromMs: Number.NEGATIVE_INFINITY,
    validToMs: Number.POSITIVE_INFINITY,
    status: 'open',
    revision: 1,
    tariff: perMinute('0.05'),
    ...more,
  }
}

function deckOf(rows: readonly DeckRow[]) {
  const builder = createDeckBuilder(settings)
  for (const one of rows) builder.add(one)
  return builder.build()
}

const noon = Date.parse('2025-11-11T11:00:00Z')

describe('a deck', () => {
  it('finds the longest prefix, then the longest origin, then the latest start, then the highest revision', () => {
    const march = Date.parse('2025-03-01T00:00Z')
    const rows = [
      row('39'),
      row('3934'),
      row('3934', { origin: '44' }),
      row('3934', { origin: '4420' }),
      row('3934', { validFromMs: march }),
      row('3934', { validFromMs: march, revision: 2 }),
      row('39347', { validToMs: march }),
      row('39348', { origin: '1' }),
      row(''),
    ]
    const deck = deckOf(rows)
    const found = (called: string, caller = '', at = noon) => deck.find(called, caller, at)
    expect(found('393471')).toBe(5)
    expect(found('393471', '442079')).toBe(3)
    expect(found('393471', '4416')).toBe(2)
    expect(found('393471', '', march - 1)).toBe(6)
    expect(found('393471', '', march)).toBe(5)
    expect(found('3934', '', march - 1)).toBe(1)
    expect(found('393481', '441')).toBe(2)
    expect(found('393481', '12')).toBe(7)
    expect(found('4420')).toBe(8)
    expect(deckOf([row('39')]).find('4420', '', noon)).toBe(-1)
  })

  it('agrees with a search of all rows', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 6 }).map((list) => list.join(''))
    const rows = fc.array(
      fc.record({
        prefix: digits,
        origin: fc.oneof(fc.constant(''), digits),
        from: fc.integer({ min: 0, max: 5 }),
        long: fc.integer({ min: 1, max: 5 }),
      }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(rows, digits, digits, fc.integer({ min: 0, max: 8 }), (list, called, caller, at) => {
        const deck = deckOf(
          list.map(({ prefix, origin, from, long }) =>
            row(prefix, { origin, validFromMs: from, validToMs: from + long }),
          ),
        )
        const place = deck.find(called, caller, at)
        const best = list
          .map((one, index) => ({ ...one, index }))
          .filter(
            ({ prefix, origin, from, long }) =>
              called.startsWith(prefix) && caller.startsWith(origin) && at >= from && at < from + long,
          )
          .sort(
            (a, b) =>
              b.prefix.length - a.prefix.length ||
              b.origin.length - a.origin.length ||
              b.from - a.from ||
              b.index - a.index,
          )[0]
        expect(place).toBe(best?.index ?? -1)
      }),
      { numRuns: 300 },
    )
  })

  it('gives its rows back as they were, also from bytes', () => {
    const rows = [
      row('39', { status: 'closed', revision: 7 }),
      row('44', {
        origin: '39',
        validFromMs: 5,
        validToMs: 9,
        tariff: {
          fee: '0.1',
          graceS: 3,
          freeS: 1,
          minS: 6,
          maxCost: '2',
          minCost: '0.01',
          discount: '2.5',
          rounding: 'up',
          decimals: 4,
          bands: [
            { days: [6, 7], weight: 5, fee: '0.2', steps: [{ fromS: 0, incrementS: 6, unitS: 60, price: '0.06' }] },
            { calendar: 'holidays', weight: 9, steps: [{ fromS: 0, incrementS: 60, unitS: 60, price: '0.01' }] },
            {
              steps: [
                { fromS: 0, incrementS: 60, unitS: 60, price: '0.12' },
                { fromS: 60, incrementS: 1, unitS: 60, price: '0.11' },
              ],
            },
          ],
        },
      }),
    ]
    const deck = deckOf(rows)
    expect([deck.rowAt(0), deck.rowAt(1)]).toEqual(rows)
    const again = unpackDeck(packDeck(deck))
    expect([again.rowAt(0), again.rowAt(1)]).toEqual(rows)
    expect(again.find('4420', '3902', 6)).toBe(1)
    expect(() => unpackDeck(Uint8Array.of(9, 0, 0, 0))).toThrow('version 9')
  })

  it('refuses a row that cannot hold, and says by which field', () => {
    const builder = createDeckBuilder(settings)
    const refusal = (one: DeckRow) => {
      try {
        builder.add(one)
      } catch (error) {
        return [(error as { field: string }).field, (error as Error).message]
      }
      return undefined
    }
    expect(refusal(row('39x'))).toEqual(['prefix', '"39x" must be digits'])
    expect(refusal(row('39', { validFromMs: 5, validToMs: 5 }))?.[0]).toBe('validTo')
    expect(refusal(row('39', { tariff: perMinute('0.0000001') }))).toEqual([
      'bands[0].steps[0].price',
      '"0.0000001" has more than 6 decimals',
    ])
    expect(refusal(row('39', { tariff: perMinute('99999999999') }))?.[1]).toContain('too large')
    const band = (days: number[], weight = 0) => ({
      days,
      weight,
      steps: [{ fromS: 0, incrementS: 1, unitS: 60, price: '1' }],
    })
    expect(refusal(row('39', { tariff: { bands: [band([1, 2]), band([2, 3])] } }))?.[1]).toContain(
      '2024-01-02 00:00:00',
    )
    expect(builder.gapOf(builder.shape({ bands: [band([1, 2, 3, 4, 5, 6])] }))).toBe('2024-01-07 00:00:00')
    expect(builder.rows).toBe(0)
  })
})
