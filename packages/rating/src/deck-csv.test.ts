import { describe, expect, it } from 'vitest'
import type { DeckSettings } from './deck.ts'
import { importDeck } from './deck-csv.ts'
import { exportDeck } from './deck-export.ts'
import type { DeckMapping } from './deck-fields.ts'
import { deckPresets, ownDeckMapping } from './deck-presets.ts'

const settings: DeckSettings = {
  id: 'd',
  name: 'd',
  currency: 'EUR',
  scale: 6,
  zone: 'Europe/Rome',
  rounding: 'half_up',
  decimals: 6,
}
const bytesOf = (text: string) => new TextEncoder().encode(text)
const read = (text: string | Uint8Array, mapping: DeckMapping) =>
  importDeck('deck.csv', typeof text === 'string' ? bytesOf(text) : text, mapping, settings)
const preset = (id: string): DeckMapping => {
  const found = deckPresets.find((one) => one.id === id)
  if (!found) throw new Error(`no preset ${id}`)
  return found.mapping
}
const faultsOf = (text: string | Uint8Array, mapping: DeckMapping = preset('prefix-name-price')) => {
  const { deck, faults } = read(text, mapping)
  expect(deck === undefined).toBe(faults.length > 0)
  return faults.map(({ file, line, column, reason }) => `${file}:${line}:${column} ${reason}`)
}

describe('a deck of CSV', () => {
  it.each([
    ['prefix-price', '39,0.05\n', '39', { steps: [1], price: '0.05' }],
    ['prefix-name-price', '+39,"Italy, fixed",0.05\n', '39', { steps: [1], price: '0.05', name: 'Italy, fixed' }],
    ['name-prefix-price', 'Italy,0 39,0.05\n', '039', { steps: [1], price: '0.05', name: 'Italy' }],
    ['increments', '39,Italy,0.05,60/1\n', '39', { steps: [60, 1], price: '0.05' }],
    ['first-next', '39,Italy,0.05,30,6\n', '39', { steps: [30, 6], price: '0.05' }],
    ['fee-first-next', '39,Italy,0.1,0.05,60,60\n', '39', { steps: [60], price: '0.05', fee: '0.1' }],
    [
      'fee-included-minute',
      'Code,Destination,Connect Cost,Included Seconds,Per Minute Cost,Initial Increment,Increment\n39,Italy,0.1,20,0.05,30,6\n',
      '39',
      { steps: [30, 6], price: '0.05', fee: '0.1', free: 20 },
    ],
    [
      'dialprefix-blocks',
      'DialPrefix,Destination,RateInitial,InitBlock,BillingBlock\n39,Italy,0.05,60,60\n',
      '39',
      { steps: [60], price: '0.05' },
    ],
    ['minimum-seconds', '39,Italy,0.05,30,1\n', '39', { steps: [1], price: '0.05', min: 30 }],
    ['fee', '39,Italy,0.05,0.1\n', '39', { steps: [1], price: '0.05', fee: '0.1' }],
    ['per-second', '39,Italy,0.0005\n', '39', { steps: [1], price: '0.0005', unit: 1 }],
    ['semicolon-comma', '39;Italy;1.234,5\n', '39', { steps: [1], price: '1234.5' }],
    [
      'semicolon-comma-dates',
      'Italy;39;0,05;01/12/2025\n',
      '39',
      { steps: [1], price: '0.05', from: '2025-11-30T23:00:00.000Z' },
    ],
    [
      'effective',
      '39,Italy,0.05,2025-12-01,2026-01-01\n',
      '39',
      { steps: [1], price: '0.05', from: '2025-11-30T23:00:00.000Z' },
    ],
    [
      'rate-sheet',
      'Destination,Code,Rate,Effective Date,Increment\nItaly,39,0.05,12/01/2025,30/6\n',
      '39',
      { steps: [30, 6], price: '0.05', from: '2025-11-30T23:00:00.000Z' },
    ],
    ['status', '39,Italy,0.05,open\n', '39', { steps: [1], price: '0.05' }],
    ['origin', '44,39,Italy,0.05,1/1\n', '39', { steps: [1], price: '0.05' }],
    ['tabs', '39\tItaly\t0.05\t2025-12-01\n', '39', { steps: [1], price: '0.05' }],
    ['minimum-cost', '39,Italy,0.05,0.1,0.02,5\n', '39', { steps: [1], price: '0.05', fee: '0.1' }],
  ])('is read by the preset %s', (id, text, prefix, wanted) => {
    const { deck, faults } = read(text, preset(id))
    expect(faults).toEqual([])
    const row = deck?.rowAt(0)
    const [band] = row?.tariff.bands ?? []
    const seen = {
      steps: band?.steps.map(({ incrementS }) => incrementS),
      price: band?.steps[0]?.price,
      ...('name' in wanted ? { name: row?.name } : {}),
      ...('fee' in wanted ? { fee: row?.tariff.fee } : {}),
      ...('free' in wanted ? { free: row?.tariff.freeS } : {}),
      ...('min' in wanted ? { min: row?.tariff.minS } : {}),
      ...('unit' in wanted ? { unit: band?.steps[0]?.unitS } : {}),
      ...('from' in wanted ? { from: new Date(row?.validFromMs ?? 0).toISOString() } : {}),
    }
    expect(row?.prefix).toBe(prefix)
    expect(seen).toEqual(wanted)
  })

  it('may list prefixes of a country, and have two prices for two times', () => {
    const { deck } = read(
      'Country,Country Code,Area Codes,Rate\nItaly,39,"2, 30-32; 6",0.05\nMalta,356,,0.1\n',
      preset('country-area-lists'),
    )
    expect(deck && Array.from({ length: deck.rows }, (_, row) => deck.prefixOf(row))).toEqual([
      '392',
      '3930',
      '3931',
      '3932',
      '396',
      '356',
    ])
    const peak = read('39,Italy,0.12,0.06\n44,UK,0.1,\n', preset('peak-off-peak')).deck?.rowAt(0).tariff.bands
    expect(peak?.map(({ from, days, steps }) => [from ?? '', days?.join() ?? '', steps[0]?.price])).toEqual([
      ['', '', '0.12'],
      ['19:00', '', '0.06'],
      ['', '6,7', '0.06'],
    ])
  })

  it('has at least 20 presets, and each is one mapping of fields that exist', () => {
    expect(deckPresets.length).toBeGreaterThanOrEqual(20)
    expect(new Set(deckPresets.map(({ id }) => id)).size).toBe(deckPresets.length)
  })

  it('is all or nothing: every fault is told, with line, column and reason', () => {
    const long = '1234567890123456789012345678901234567890'
    const text = [
      '39,Italy,0.05',
      '3x9,Italy,0.05',
      `44,UK,${long}`,
      '45,DK',
      '46,SE,"0.1',
      '47,NO,0,1x',
      '48,PL,',
      '1,US,0.00000001',
      '39,Italy,0.06',
    ].join('\r\n')
    expect(faultsOf(text)).toEqual([
      'deck.csv:2:1 prefix: "3x9" is no prefix',
      `deck.csv:3:3 price: "${long}" has more than 30 digits`,
      'deck.csv:4:0 has 2 columns; the mapping asks for column 3',
      'deck.csv:5:3 the quote is not closed',
      'deck.csv:7:3 price: there is none',
      'deck.csv:8:3 price: "0.00000001" has more than 6 decimals',
      'deck.csv:9:1 prefix 39 stands in line 1 with the same start',
    ])
    expect(faultsOf('39,Italy,1e400')).toEqual(['deck.csv:1:3 price: "1e400" is not a decimal number'])
    expect(faultsOf('')).toEqual(['deck.csv:1:0 there are no rows'])
    expect(faultsOf('a,b\n', preset('rate-sheet')).length).toBe(5)
    expect(faultsOf('39,Italy,1,60:x\n', preset('increments'))).toEqual([
      'deck.csv:1:4 increments: "60:x" must be as 60/1',
    ])
    expect(faultsOf('39,Italy,1,2025-02-30,\n', preset('effective'))).toEqual([
      'deck.csv:1:4 validFrom: "2025-02-30" is no date',
    ])
    expect(faultsOf('39,Italy,1,2025-02-03,2025-02-03\n', preset('effective'))).toEqual([
      'deck.csv:1:5 validTo: must be later than valid from',
    ])
  })

  it('is refused when it is no text, and says what it is', () => {
    expect(faultsOf(Uint8Array.of(0x50, 0x4b, 3, 4, 9, 9))).toEqual([
      'deck.csv:1:0 is a ZIP archive or a workbook (.xlsx), not CSV',
    ])
    expect(faultsOf(Uint8Array.from([...bytesOf('39,It,1\n44,'), 0xe8, ...bytesOf(',1\n')]))).toEqual([
      'deck.csv:2:0 is not UTF-8',
    ])
    expect(faultsOf(Uint8Array.from(Buffer.from('39,Italy,0.05\n', 'utf16le')))).toEqual([
      'deck.csv:1:0 is UTF-16, not UTF-8: say so by the encoding',
    ])
    expect(faultsOf('39,It\u0001,1\n')).toEqual(['deck.csv:1:0 holds control characters: this is no text'])
    expect(
      read(Uint8Array.from([0xff, 0xfe, ...Buffer.from('39,Italy,0.05\n', 'utf16le')]), preset('prefix-name-price'))
        .deck?.rows,
    ).toBe(1)
    expect(
      read(Uint8Array.from([...bytesOf('39,'), 0xe8, ...bytesOf(',1\n')]), {
        ...preset('prefix-name-price'),
        encoding: 'latin1',
      }).deck?.rowAt(0).name,
    ).toBe('è')
  })

  it('finds rows that hold at the same time, and times in which none does', () => {
    const effective = preset('effective')
    expect(faultsOf('39,I,1,2025-01-01,\n39,I,2,2025-06-01,\n39,I,3,2025-09-01,\n', effective)).toEqual([])
    expect(faultsOf('39,I,1,2025-01-01,2025-07-01\n39,I,2,2025-06-01,\n', effective)).toEqual([
      'deck.csv:2:1 prefix 39 overlaps line 1 from 2025-05-31T22:00 to 2025-06-30T22:00',
    ])
    const gap = read('39,I,1,2025-01-01,2025-06-01\n39,I,2,2025-07-01,\n', effective)
    expect([gap.deck?.rows, gap.warnings.map(({ line, reason }) => [line, reason])]).toEqual([
      2,
      [[2, 'prefix 39 has no row from 2025-05-31T22:00 to 2025-06-30T22:00']],
    ])
  })
})

describe('a deck that is exported', () => {
  const exported = (text: string, mapping: DeckMapping, by: DeckMapping = mapping) => {
    const { deck, faults } = read(text, mapping)
    if (!deck) throw new Error(JSON.stringify(faults))
    const file = [...exportDeck(deck, by)].join('')
    const again = read(file, by)
    expect(again.faults).toEqual([])
    const rows = (one = deck) => Array.from({ length: one.rows }, (_, row) => one.rowAt(row))
    expect(rows(again.deck)).toEqual(rows())
    return file
  }

  it('is the same deck when it is read again, by its own mapping or by ours', () => {
    const sheet = 'Destination,Code,Rate,Effective Date,Increment\nItaly,39,0.05,12/01/2025,30/6\n'
    expect(exported(sheet, preset('rate-sheet'))).toContain('12/01/2025')
    expect(exported(sheet, preset('rate-sheet'), ownDeckMapping)).toContain('2025-11-30T23:00:00.000Z')
    expect(exported('39;"It;aly";1.234,5\n', preset('semicolon-comma'))).toBe('39;"It;aly";1234,5\n')
    expect(exported('39,Italy,0.12,0.06\n44,UK,0.1,\n', preset('peak-off-peak'), ownDeckMapping)).toContain('""days""')
    exported('39,Italy,0.05,0.1,0.02,5\n', preset('minimum-cost'), ownDeckMapping)
    exported('39,Italy,0.05,blocked\n', preset('status'), ownDeckMapping)
    exported('44,39,Italy,0.05,60/1\n', preset('origin'), ownDeckMapping)
  })

  it('is refused by a mapping that would lose something', () => {
    const { deck } = read('39,Italy,0.05,60/1\n', preset('increments'))
    if (!deck) throw new Error('no deck')
    expect(() => [...exportDeck(deck, preset('prefix-price'))]).toThrow('no column for name')
  })
})

describe('a deck of 300,000 prefixes', () => {
  it('is parsed, checked and indexed', () => {
    const lines: string[] = []
    for (let place = 0; place < 300_000; place += 1) {
      lines.push(
        `${10_000_000 + place * 37},Destination ${place % 5000},${((place * 7919) % 1_000_000) / 1e6},${place % 3 === 0 ? '60/60' : '1/1'}`,
      )
    }
    const bytes = bytesOf(lines.join('\n'))
    const begun = performance.now()
    const { deck, faultCount } = read(bytes, preset('increments'))
    const tookMs = performance.now() - begun
    expect(faultCount).toBe(0)
    expect(deck?.rows).toBe(300_000)
    expect(deck?.bytes).toBeLessThan(100 << 20)
    // 5 s are the budget on a machine of its own, committed and live; here it is one of many.
    expect(tookMs).toBeLessThan(15_000)
    console.log(`300,000 prefixes: ${Math.round(tookMs)} ms, ${Math.round((deck?.bytes ?? 0) / 1e6)} MB`)
  })
})
