import Type, { type TSchema } from 'typebox'
import { Instant, ObjectId, rootTenantId, TenantId, Text } from '../identity.ts'

const Name = Type.String({ minLength: 1, maxLength: 200 })
const Zone = Type.String({ maxLength: 64, description: 'IANA name, as Europe/Rome' })
const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' })
const Amount = Type.String({ pattern: '^-?[0-9]{1,12}(?:\\.[0-9]{1,8})?$', description: 'Decimal' })
const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' })
const Pattern = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'Exact, or with X (one digit) and * (any rest) at the end',
})

/** Something that holds in [from, to); an end that is not given is open. */
const during = <Fields extends Record<string, TSchema>>(fields: Fields) =>
  Type.Object({ ...fields, from: Type.Optional(Instant), to: Type.Optional(Instant) })

export const RatingNode = Type.Object(
  {
    name: Name,
    zone: Type.Optional(Zone),
    reseller: Type.Optional(
      Type.Boolean({ description: 'What is above it is another level of income, by the plans above' }),
    ),
    parents: Type.Array(during({ parent: Type.Union([ObjectId, Type.Null()]) }), { maxItems: 1000 }),
    plans: Type.Optional(Type.Array(during({ plan: ObjectId }), { maxItems: 1000 })),
    billable: Type.Optional(Type.Array(during({ billable: Type.Boolean() }), { maxItems: 1000 })),
    claims: Type.Optional(
      Type.Array(during({ kind: Type.Enum(['account', 'extension', 'trunk']), pattern: Pattern }), { maxItems: 5000 }),
    ),
    tax: Type.Optional(ObjectId),
    limits: Type.Optional(
      Type.Object({
        monthlyCost: Type.Optional(Amount),
        concurrentCalls: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
        unusualFactor: Type.Optional(
          Type.Number({ minimum: 1.1, maximum: 1000, description: 'So many times the usual of that weekday and hour' }),
        ),
      }),
    ),
  },
  { description: 'A customer, an office, an extension: who belongs where, when, by which plan' },
)
export type RatingNode = Type.Static<typeof RatingNode>

export const RatingVendor = Type.Object({
  name: Name,
  currency: Currency,
  trunks: Type.Array(during({ pattern: Pattern }), { maxItems: 1000 }),
  decks: Type.Array(during({ decks: Type.Array(ObjectId, { minItems: 1, maxItems: 20 }) }), { maxItems: 1000 }),
  weight: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
  quality: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  blocked: Type.Optional(Type.Boolean()),
})
export type RatingVendor = Type.Static<typeof RatingVendor>

const CallDirection = Type.Enum(['outgoing', 'incoming', 'internal'])

export const RatingPlan = Type.Object({
  name: Name,
  currency: Currency,
  decks: Type.Array(Type.Object({ deck: ObjectId, direction: Type.Optional(CallDirection) }), {
    minItems: 1,
    maxItems: 20,
  }),
  longestOverAll: Type.Optional(Type.Boolean({ description: 'Longest prefix over all decks, not the first deck' })),
  allowances: Type.Optional(Type.Array(ObjectId, { maxItems: 50 })),
  minimumMargin: Type.Optional(Amount),
})
export type RatingPlan = Type.Static<typeof RatingPlan>

const ratingRoundings = ['up', 'down', 'half_up', 'half_even', 'none'] as const

export const RatingDeck = Type.Object({
  name: Name,
  currency: Currency,
  scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 8, default: 6 })),
  zone: Zone,
  rounding: Type.Optional(Type.Enum([...ratingRoundings])),
  decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 8, default: 6 })),
  calendars: Type.Optional(Type.Array(ObjectId, { maxItems: 100 })),
  version: Type.Optional(Type.Integer({ minimum: 1, description: 'Its rows: set by an import' })),
  rows: Type.Optional(Type.Integer({ minimum: 0 })),
})
export type RatingDeck = Type.Static<typeof RatingDeck>

export const RatingCalendar = Type.Object({
  name: Type.Optional(Name),
  dates: Type.Optional(Type.Array(Day, { maxItems: 5000 })),
  yearly: Type.Optional(Type.Array(Type.String({ pattern: '^[0-9]{2}-[0-9]{2}$' }), { maxItems: 366 })),
  easter: Type.Optional(Type.Array(Type.Integer({ minimum: -200, maximum: 200 }), { maxItems: 50 })),
})
export type RatingCalendar = Type.Static<typeof RatingCalendar>

export const RatingCurrency = Type.Object({
  from: Currency,
  to: Currency,
  rates: Type.Array(Type.Object({ day: Day, rate: Type.String({ pattern: '^[0-9]{1,12}(?:\\.[0-9]{1,12})?$' }) }), {
    maxItems: 20_000,
  }),
})
export type RatingCurrency = Type.Static<typeof RatingCurrency>

export const RatingTax = Type.Object({
  name: Name,
  rates: Type.Array(during({ percent: Type.String({ pattern: '^[0-9]{1,3}(?:\\.[0-9]{1,6})?$' }) }), {
    minItems: 1,
    maxItems: 1000,
  }),
  minorDigits: Type.Optional(Type.Integer({ minimum: 0, maximum: 4, default: 2 })),
})
export type RatingTax = Type.Static<typeof RatingTax>

export const RatingAllowance = Type.Object({
  name: Name,
  unit: Type.Enum(['seconds', 'calls', 'money']),
  amount: Amount,
  period: Type.Enum(['day', 'week', 'month']),
  startDay: Type.Optional(Type.Integer({ minimum: 1, maximum: 28 })),
  startTime: Type.Optional(Type.String({ pattern: '^[0-2][0-9]:[0-5][0-9]$' })),
  policy: Type.Enum(['split', 'whole']),
  onlyPriced: Type.Optional(Type.Boolean()),
  prefixes: Type.Optional(Type.Array(Type.String({ pattern: '^[0-9]{1,15}$' }), { maxItems: 1000 })),
  within: Type.Optional(ObjectId),
  proRata: Type.Optional(Type.Boolean()),
  rollOver: Type.Optional(Amount),
  weight: Type.Optional(Type.Number({ minimum: -1_000_000, maximum: 1_000_000 })),
  price: Type.Optional(Amount),
})
export type RatingAllowance = Type.Static<typeof RatingAllowance>

export const RatingPortability = Type.Object({
  name: Type.Optional(Name),
  numbers: Type.Array(
    during({
      number: Type.String({ pattern: '^[0-9]{3,15}$' }),
      ported: Type.String({ pattern: '^[0-9]{1,15}$', description: 'Number or carrier prefix by which it is rated' }),
    }),
    { maxItems: 5000 },
  ),
})
export type RatingPortability = Type.Static<typeof RatingPortability>

const Digits = Type.String({ pattern: '^[0-9]{0,15}$' })

const RatingNumbers = Type.Object(
  {
    country: Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166, for short numbers' }),
    callingCode: Type.String({ pattern: '^[0-9]{1,3}$' }),
    internationalPrefixes: Type.Array(Digits, { maxItems: 20 }),
    nationalPrefix: Digits,
    keepsNationalPrefix: Type.Optional(Type.Boolean()),
    areaCode: Type.Optional(Digits),
    subscriberDigits: Type.Optional(Type.Integer({ minimum: 3, maximum: 15 })),
    shortNumbers: Type.Array(Type.String({ pattern: '^[0-9*#]{1,8}$' }), { maxItems: 200 }),
    rewrites: Type.Optional(
      Type.Array(
        Type.Object({
          prefix: Type.String({ maxLength: 32 }),
          minDigits: Type.Optional(Type.Integer({ minimum: 0, maximum: 64 })),
          maxDigits: Type.Optional(Type.Integer({ minimum: 0, maximum: 64 })),
          strip: Type.Integer({ minimum: 0, maximum: 32 }),
          prepend: Type.String({ maxLength: 32 }),
        }),
        { maxItems: 200 },
      ),
    ),
  },
  { description: 'What the numbers of a source look like' },
)

const ratingSourceKinds = ['folder', 'table', 'ami', 'upload', 'stream'] as const

export const RatingSource = Type.Object({
  name: Type.Optional(Name),
  kind: Type.Enum([...ratingSourceKinds]),
  format: Type.String({ maxLength: 64, description: 'Form of its records, as asterisk-csv' }),
  formatSettings: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.Unknown())),
  settings: Type.Optional(
    Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
      description: 'Of its kind: folder and files; url and table; host, port and user; nothing for upload and stream',
    }),
  ),
  enabled: Type.Optional(Type.Boolean({ default: true })),
  provider: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'Sources of one provider share their records: what one has brought is a duplicate in the other',
    }),
  ),
  tenants: Type.Optional(
    Type.Array(
      Type.Object({
        tenant: TenantId,
        context: Type.Optional(Pattern),
        trunkIn: Type.Optional(Pattern),
        trunkOut: Type.Optional(Pattern),
        account: Type.Optional(Pattern),
      }),
      {
        maxItems: 5000,
        description:
          'Whose a record is when several tenants share the exchange: the first that matches. Else the source’s own',
      },
    ),
  ),
  numbers: RatingNumbers,
  milliseconds: Type.Optional(Type.Enum(['up', 'down', 'half_up'])),
  ownDuration: Type.Optional(Type.Boolean()),
  longestS: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
  vendor: Type.Optional(ObjectId),
  costOfIncoming: Type.Optional(Type.Boolean()),
  rules: Type.Optional(
    Type.Array(
      Type.Object({
        context: Type.Optional(Pattern),
        trunkIn: Type.Optional(Pattern),
        trunkOut: Type.Optional(Pattern),
        disposition: Type.Optional(Text),
        account: Type.Optional(Pattern),
        means: Type.Enum(['outgoing', 'incoming', 'internal', 'system', 'ignore']),
      }),
      { maxItems: 500 },
    ),
  ),
})
export type RatingSource = Type.Static<typeof RatingSource>

/** An item as it is stored: who it belongs to, and its number, which only rises. */
export const ItemOf = <Fields extends Record<string, TSchema>>(fields: Fields) =>
  Type.Object({
    id: ObjectId,
    tenant: TenantId,
    revision: Type.Integer({ minimum: 0 }),
    updatedAt: Instant,
    ...fields,
  })

const numbers = {
  country: 'IT',
  callingCode: '39',
  internationalPrefixes: ['00'],
  nationalPrefix: '0',
  keepsNationalPrefix: true,
  shortNumbers: ['112', '113', '115', '118'],
}

/** Every kind of item with the word in its paths. */
export const ratingItemKinds = {
  node: {
    path: 'nodes',
    title: 'node of the organisation',
    schema: RatingNode,
    example: {
      name: 'Acme, office Milan',
      parents: [{ parent: 'acme' }],
      plans: [{ plan: 'business', from: '2026-11-10T00:00:00.000Z' }],
      claims: [{ kind: 'extension' as const, pattern: '2XX' }],
    },
  },
  vendor: {
    path: 'vendors',
    title: 'vendor',
    schema: RatingVendor,
    example: { name: 'Carrier One', currency: 'EUR', trunks: [{ pattern: 'PJSIP/one*' }], decks: [{ decks: ['one'] }] },
  },
  plan: {
    path: 'plans',
    title: 'rate plan',
    schema: RatingPlan,
    example: { name: 'Business', currency: 'EUR', decks: [{ deck: 'business' }], allowances: ['thousand'] },
  },
  deck: {
    path: 'decks',
    title: 'deck of rates',
    schema: RatingDeck,
    example: { name: 'Business', currency: 'EUR', zone: 'Europe/Rome', rounding: 'half_up' as const },
  },
  calendar: {
    path: 'calendars',
    title: 'calendar of holidays',
    schema: RatingCalendar,
    example: { name: 'Italy', yearly: ['01-01', '12-25'], easter: [0, 1] },
  },
  currency: {
    path: 'currencies',
    title: 'currency pair',
    schema: RatingCurrency,
    example: { from: 'USD', to: 'EUR', rates: [{ day: '2026-11-01', rate: '0.8612' }] },
  },
  tax: { path: 'taxes', title: 'tax', schema: RatingTax, example: { name: 'IVA', rates: [{ percent: '22' }] } },
  allowance: {
    path: 'allowances',
    title: 'allowance',
    schema: RatingAllowance,
    example: {
      name: '1,000 minutes',
      unit: 'seconds' as const,
      amount: '60000',
      period: 'month' as const,
      policy: 'split' as const,
    },
  },
  portability: {
    path: 'portability',
    title: 'list of ported numbers',
    schema: RatingPortability,
    example: { name: 'November', numbers: [{ number: '393471234567', ported: '3933' }] },
  },
  source: {
    path: 'sources',
    title: 'source of records',
    schema: RatingSource,
    example: {
      kind: 'folder' as const,
      format: 'asterisk-csv',
      settings: { folder: '/var/log/asterisk/cdr-csv', files: 'Master.csv' },
      formatSettings: { zone: 'Europe/Rome' },
      numbers,
    },
  },
} as const
export type RatingItemKind = keyof typeof ratingItemKinds

export const exampleItem = { tenant: rootTenantId, revision: 12, updatedAt: '2026-11-21T09:30:00.000Z' }
