import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { Instant, ObjectId, Revision } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'rating' as const
const domain = 'rating-decks'
const path = '/api/v1/rating/decks/{id}'
const id = { id: ObjectId }
const deadlineMs = 60_000
const Column = Type.Union([Type.Integer({ minimum: 1, maximum: 500 }), Type.String({ maxLength: 100 })])

const Mapping = Type.Object({
  separator: Type.Optional(Type.Enum([',', ';', '\t', '|'])),
  encoding: Type.Optional(Type.Enum(['utf-8', 'latin1', 'windows-1252', 'utf-16le'])),
  skipLines: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
  headings: Type.Optional(Type.Boolean()),
  decimalComma: Type.Optional(Type.Boolean()),
  columns: Type.Record(Type.String({ maxLength: 32 }), Column, {
    description: 'Field -> number of its column from 1, or its heading',
  }),
  defaults: Type.Optional(Type.Record(Type.String({ maxLength: 32 }), Type.String({ maxLength: 100 }))),
  dateForm: Type.Optional(Type.String({ maxLength: 32 })),
  closedWords: Type.Optional(
    Type.Array(Type.String({ maxLength: 32 }), { maxItems: 50, description: 'Words of the status that mean closed' }),
  ),
  offPeak: Type.Optional(
    Type.Object(
      {
        from: Type.String({ maxLength: 8, description: 'HH:MM' }),
        to: Type.String({ maxLength: 8, description: 'HH:MM, not included' }),
        weekend: Type.Boolean({ description: 'The whole weekend, too' }),
      },
      { description: 'When the second price holds' },
    ),
  ),
  prefixLists: Type.Optional(Type.Boolean({ description: 'Several prefixes in one field: 20, 22-24;31' })),
})

const Difference = Type.Object({
  counts: Type.Record(Type.String(), Type.Integer()),
  changes: Type.Array(
    Type.Object({
      prefix: Type.String(),
      origin: Type.String(),
      change: Type.String(),
      before: Type.Union([Type.String(), Type.Null()]),
      after: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
})
const FileFault = Type.Object({
  file: Type.String(),
  line: Type.Integer(),
  column: Type.Integer(),
  reason: Type.String(),
})
const MarginGap = Type.Object({
  prefix: Type.String(),
  income: Type.String(),
  cost: Type.String(),
  vendor: Type.String(),
})

export const listDeckPresets = defineRequest({
  domain: 'rating-deck-presets',
  verb: 'list',
  owner,
  summary: 'Layouts of rate files that are known by name',
  input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['id'])) }),
  output: Page(Type.Object({ id: Type.String(), title: Type.String(), mapping: Type.Unknown() })),
  rest: { method: 'GET', path: '/api/v1/rating/deck-presets', success: 200, permission: 'read' },
  example: {
    input: {},
    output: { items: [{ id: 'prefix-price', title: 'prefix, price a minute', mapping: {} }], total: 1 },
  },
})

export const importDeckRows = defineRequest({
  domain,
  verb: 'import',
  owner,
  summary:
    'Replaces the rows of a deck by a CSV file: all of it or nothing; in a dry run the whole check, and no change',
  input: Type.Object({
    ...id,
    import: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 255 }),
      text: Type.Optional(Type.String({ maxLength: 500_000 })),
      upload: Type.Optional(ObjectId),
      preset: Type.Optional(Type.String({ maxLength: 64 })),
      mapping: Type.Optional(Mapping),
      /** Loss a person accepts knowingly. */
      acceptLoss: Type.Optional(Type.Boolean({ description: 'Commit although prefixes would be sold below cost' })),
    }),
    ifRevision: Type.Optional(Revision),
    dryRun: Type.Optional(Type.Boolean()),
  }),
  output: Type.Object({
    applied: Type.Boolean(),
    version: Type.Union([Type.Integer(), Type.Null()]),
    rows: Type.Integer(),
    faultCount: Type.Integer(),
    faults: Type.Array(FileFault),
    warningCount: Type.Integer(),
    warnings: Type.Array(FileFault, {
      description: 'What is no fault and should be known: times in which a prefix has no row',
    }),
    difference: Type.Union([Difference, Type.Null()], { description: 'Against the rows that are live' }),
    losses: Type.Integer({ description: 'Prefixes that would be sold below cost and the least margin' }),
    lossExamples: Type.Array(MarginGap),
    preview: Type.Array(Type.Unknown()),
    tookMs: Type.Integer(),
  }),
  errors: ['not-found', 'conflict', 'stale-revision', 'too-large'],
  deadlineMs,
  rest: { method: 'POST', path: `${path}/import`, success: 200, permission: 'write', body: 'import' },
  example: {
    input: { id: 'business', import: { name: 'deck.csv', text: '39,0.05\n393,0.20\n', preset: 'prefix-price' } },
    output: {
      applied: true,
      version: 3,
      rows: 2,
      faultCount: 0,
      faults: [],
      warningCount: 0,
      warnings: [],
      difference: null,
      losses: 0,
      lossExamples: [],
      preview: [],
      tookMs: 4,
    },
  },
})

export const exportDeckRows = defineRequest({
  domain,
  verb: 'export',
  owner,
  summary: 'The rows of a deck as CSV in pages: read again by the same layout it is the same deck',
  input: Type.Object({
    ...id,
    preset: Type.Optional(Type.String({ maxLength: 64 })),
    version: Type.Optional(Type.Integer({ minimum: 1 })),
    page: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000, default: 0 })),
  }),
  output: Type.Object({ text: Type.String(), next: Type.Union([Type.Integer(), Type.Null()]), rows: Type.Integer() }),
  errors: ['not-found'],
  deadlineMs,
  rest: { method: 'GET', path: `${path}/rows`, success: 200, permission: 'read' },
  example: { input: { id: 'business' }, output: { text: '39,0.05\n', next: null, rows: 1 } },
})

export const listDeckVersions = defineRequest({
  domain,
  verb: 'versions',
  owner,
  summary: 'The imports of a deck, the latest first',
  input: Type.Object({ ...id, ...listParameters, order: Type.Optional(Type.Enum(['id'])) }),
  output: Page(
    Type.Object({
      version: Type.Integer(),
      rows: Type.Integer(),
      sha256: Type.String(),
      at: Instant,
      live: Type.Boolean(),
    }),
  ),
  errors: ['not-found'],
  rest: { method: 'GET', path: `${path}/versions`, success: 200, permission: 'read' },
  example: {
    input: { id: 'business' },
    output: {
      items: [{ version: 3, rows: 2, sha256: '9f86d081884c7d65', at: '2026-11-21T09:30:00.000Z', live: true }],
      total: 1,
    },
  },
})
