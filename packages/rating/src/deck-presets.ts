import type { DeckField, DeckMapping } from './deck-fields.ts'

export interface DeckPreset {
  readonly id: string
  readonly title: string
  readonly mapping: DeckMapping
}

/** Columns by their order. */
function ordered(...fields: readonly (DeckField | '')[]): Partial<Record<DeckField, number>> {
  return Object.fromEntries(fields.map((field, place) => [field, place + 1]).filter(([field]) => field !== ''))
}

const american = 'MM/DD/YYYY'
const european = 'DD/MM/YYYY'

/** What a deck is written as by ourselves: every field has its column. */
export const ownDeckMapping: DeckMapping = {
  headings: true,
  columns: {
    prefix: 'prefix',
    origin: 'origin',
    name: 'name',
    price: 'price',
    increments: 'increments',
    unit: 'unit',
    fee: 'fee',
    validFrom: 'valid_from',
    validTo: 'valid_to',
    status: 'status',
    tariff: 'tariff',
  },
}

/** Layouts in which prices come, as mappings: to be taken as they are, or as what a mapping of one's own begins with. */
export const deckPresets: readonly DeckPreset[] = [
  { id: 'strowger', title: 'As it is exported here', mapping: ownDeckMapping },
  { id: 'prefix-price', title: 'prefix, price a minute', mapping: { columns: ordered('prefix', 'price') } },
  {
    id: 'prefix-name-price',
    title: 'prefix, name, price a minute',
    mapping: { columns: ordered('prefix', 'name', 'price') },
  },
  {
    id: 'name-prefix-price',
    title: 'name, prefix, price a minute',
    mapping: { columns: ordered('name', 'prefix', 'price') },
  },
  {
    id: 'increments',
    title: 'prefix, name, price, increments as 60/1',
    mapping: { columns: ordered('prefix', 'name', 'price', 'increments') },
  },
  {
    id: 'first-next',
    title: 'prefix, name, price, first and next increment',
    mapping: { columns: ordered('prefix', 'name', 'price', 'first', 'next') },
  },
  {
    id: 'fee-first-next',
    title: 'prefix, name, connect fee, price, first and next increment',
    mapping: { columns: ordered('prefix', 'name', 'fee', 'price', 'first', 'next') },
  },
  {
    id: 'fee-included-minute',
    title: 'headings Code, Destination, Connect Cost, Included Seconds, Per Minute Cost, Initial Increment, Increment',
    mapping: {
      headings: true,
      columns: {
        prefix: 'Code',
        name: 'Destination',
        fee: 'Connect Cost',
        free: 'Included Seconds',
        price: 'Per Minute Cost',
        first: 'Initial Increment',
        next: 'Increment',
      },
    },
  },
  {
    id: 'dialprefix-blocks',
    title: 'headings dialprefix, destination, rateinitial, initblock, billingblock',
    mapping: {
      headings: true,
      columns: {
        prefix: 'dialprefix',
        name: 'destination',
        price: 'rateinitial',
        first: 'initblock',
        next: 'billingblock',
      },
    },
  },
  {
    id: 'minimum-seconds',
    title: 'prefix, name, price, least seconds, increment',
    mapping: { columns: ordered('prefix', 'name', 'price', 'minimumS', 'next') },
  },
  {
    id: 'fee',
    title: 'prefix, name, price, connect fee',
    mapping: { columns: ordered('prefix', 'name', 'price', 'fee') },
  },
  {
    id: 'per-second',
    title: 'prefix, name, price a second',
    mapping: { columns: ordered('prefix', 'name', 'price'), defaults: { unit: '1' } },
  },
  {
    id: 'semicolon-comma',
    title: 'prefix; name; price with a decimal comma',
    mapping: { separator: ';', decimalComma: true, columns: ordered('prefix', 'name', 'price') },
  },
  {
    id: 'semicolon-comma-dates',
    title: 'name; prefix; price with a decimal comma; from DD/MM/YYYY',
    mapping: {
      separator: ';',
      decimalComma: true,
      dateForm: european,
      columns: ordered('name', 'prefix', 'price', 'validFrom'),
    },
  },
  {
    id: 'effective',
    title: 'prefix, name, price, from YYYY-MM-DD, to YYYY-MM-DD',
    mapping: { columns: ordered('prefix', 'name', 'price', 'validFrom', 'validTo') },
  },
  {
    id: 'rate-sheet',
    title: 'headings Destination, Code, Rate, Effective Date (MM/DD/YYYY), Increment',
    mapping: {
      headings: true,
      dateForm: american,
      columns: {
        name: 'Destination',
        prefix: 'Code',
        price: 'Rate',
        validFrom: 'Effective Date',
        increments: 'Increment',
      },
    },
  },
  {
    id: 'country-area-lists',
    title: 'headings Country, Country Code, Area Codes (as 20, 22-24), Rate',
    mapping: {
      headings: true,
      prefixLists: true,
      columns: { name: 'Country', countryCode: 'Country Code', areaCode: 'Area Codes', price: 'Rate' },
    },
  },
  {
    id: 'status',
    title: 'prefix, name, price, status (closed, blocked, deleted)',
    mapping: { columns: ordered('prefix', 'name', 'price', 'status') },
  },
  {
    id: 'origin',
    title: 'origin prefix, prefix, name, price, increments',
    mapping: { columns: ordered('origin', 'prefix', 'name', 'price', 'increments') },
  },
  {
    id: 'peak-off-peak',
    title: 'prefix, name, peak price, off-peak price (19:00 to 08:00 and weekends)',
    mapping: {
      columns: ordered('prefix', 'name', 'price', 'offPeakPrice'),
      offPeak: { from: '19:00', to: '08:00', weekend: true },
    },
  },
  {
    id: 'tabs',
    title: 'prefix, name, price, from; separated by tabs',
    mapping: { separator: '\t', columns: ordered('prefix', 'name', 'price', 'validFrom') },
  },
  {
    id: 'minimum-cost',
    title: 'prefix, name, price, connect fee, least cost, most cost',
    mapping: { columns: ordered('prefix', 'name', 'price', 'fee', 'minimumCost', 'maximumCost') },
  },
]
