import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { exampleBatch, ImportOutcome, RatingBatch, SourceState } from '../documents/rating-batch.ts'
import { exampleRatingCall, RatingCall } from '../documents/rating-call.ts'
import { UsedBy } from '../documents/rating-scope.ts'
import { ObjectId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'rating' as const
const domain = 'rating-sources'
const deadlineMs = 60_000
const path = '/api/v1/rating/sources/{id}'
const id = { id: ObjectId }
const unversioned = 'the source stays as it is'
const dryRun = Type.Optional(Type.Boolean({ description: 'Say what would become of them; store nothing' }))
const exampleOutcome = {
  applied: true,
  batch: 4,
  records: 1000,
  added: 990,
  duplicates: 10,
  revised: 2,
  failed: 3,
  ignored: 1,
  faults: [{ line: 17, column: 10, reason: 'is no time' }],
}

export const getSourceState = defineRequest({
  domain,
  verb: 'state',
  owner,
  summary: 'How far a source was read, and what is wrong with it',
  input: Type.Object(id),
  output: SourceState,
  errors: ['not-found'],
  rest: { method: 'GET', path: `${path}/state`, success: 200, permission: 'read' },
  example: {
    input: { id: 'pbx' },
    output: {
      source: 'pbx',
      enabled: true,
      records: 990,
      lastReadAt: exampleBatch.at,
      lastRecordAt: exampleBatch.at,
      problem: null,
      lastError: null,
      lastErrorAt: null,
      cursor: null,
    },
  },
})

export const testSource = defineRequest({
  domain,
  verb: 'test',
  owner,
  summary: 'Looks whether a source can be reached and what is there; reads nothing into the house',
  input: Type.Object(id),
  output: Type.Object({ ok: Type.Boolean(), found: Type.String() }),
  errors: ['not-found'],
  deadlineMs: 15_000,
  rest: { method: 'POST', path: `${path}/test`, success: 200, permission: 'write', unversioned },
  example: { input: { id: 'pbx' }, output: { ok: true, found: '2 of 9 files match: Master.csv, Master.csv.1' } },
})

export const rereadSource = defineRequest({
  domain,
  verb: 'reread',
  owner,
  summary: 'Reads a source from its beginning; what is stored already is found to be a repetition',
  input: Type.Object(id),
  output: Type.Object({ applied: Type.Boolean() }),
  errors: ['not-found'],
  rest: { method: 'POST', path: `${path}/reread`, success: 200, permission: 'write', unversioned },
  example: { input: { id: 'pbx' }, output: { applied: true } },
})

export const importRecords = defineRequest({
  domain,
  verb: 'import',
  owner,
  summary: 'Takes records from a text or an upload, as the source’s format reads them: all of them or none',
  input: Type.Object({
    ...id,
    import: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 255, description: 'Of the file, for people' }),
      text: Type.Optional(Type.String({ maxLength: 500_000 })),
      upload: Type.Optional(ObjectId),
    }),
    dryRun,
  }),
  output: Type.Object({
    ...ImportOutcome.properties,
    sample: Type.Array(RatingCall, { description: 'In a dry run: the first of them as they would be rated' }),
  }),
  errors: ['not-found', 'too-large'],
  deadlineMs,
  rest: { method: 'POST', path: `${path}/records`, success: 200, permission: 'write', body: 'import', unversioned },
  example: {
    input: { id: 'pbx', import: { name: 'october.csv', text: '"acme","201","3471234567"\n' } },
    output: { ...exampleOutcome, sample: [exampleRatingCall] },
  },
})

export const listFormats = defineRequest({
  domain: 'rating-formats',
  verb: 'list',
  owner,
  summary: 'Forms of records that are understood',
  input: Type.Object({ ...listParameters, order: Type.Optional(Type.Enum(['id'])) }),
  output: Page(Type.Object({ id: Type.String(), title: Type.String(), reads: Type.Enum(['file', 'row']) })),
  rest: { method: 'GET', path: '/api/v1/rating/formats', success: 200, permission: 'read' },
  example: {
    input: {},
    output: { items: [{ id: 'asterisk-csv', title: 'Asterisk Master.csv', reads: 'file' as const }], total: 1 },
  },
})

export const listBatches = defineRequest({
  domain: 'rating-batches',
  verb: 'list',
  owner,
  summary: 'What was taken from sources, the latest first',
  input: Type.Object({
    ...listParameters,
    order: Type.Optional(Type.Enum(['id'])),
    source: Type.Optional(ObjectId),
  }),
  output: Page(RatingBatch),
  rest: { method: 'GET', path: '/api/v1/rating/batches', success: 200, permission: 'read' },
  example: { input: {}, output: { items: [exampleBatch], total: 1 } },
})

export const withdrawBatch = defineRequest({
  domain: 'rating-batches',
  verb: 'withdraw',
  owner,
  summary: 'Takes a batch back: its records count no longer, those that they corrected count again',
  input: Type.Object({ id: Type.Integer({ minimum: 1 }), dryRun }),
  output: Type.Object({
    batch: RatingBatch,
    applied: Type.Boolean(),
    withdrawn: Type.Integer(),
    restored: Type.Integer(),
    usedBy: UsedBy,
  }),
  errors: ['not-found', 'conflict'],
  deadlineMs,
  rest: { method: 'POST', path: '/api/v1/rating/batches/{id}/withdraw', success: 200, permission: 'write' },
  example: {
    input: { id: 4 },
    output: {
      batch: exampleBatch,
      applied: true,
      withdrawn: 990,
      restored: 2,
      usedBy: { calls: 0, first: null, last: null, rerate: null },
    },
  },
})

/** Characters of one part: what fits into one message. */
export const maxPartCharacters = 400_000

export const createRatingUpload = defineRequest({
  domain: 'rating-uploads',
  verb: 'create',
  owner,
  summary: 'Begins an upload, for a file that does not fit into one request; kept for a day',
  input: Type.Object({ upload: Type.Object({ name: Type.String({ minLength: 1, maxLength: 255 }) }) }),
  output: Type.Object({ id: ObjectId, name: Type.String() }),
  rest: { method: 'POST', path: '/api/v1/rating/uploads', success: 201, permission: 'write', body: 'upload' },
  example: { input: { upload: { name: 'deck.csv' } }, output: { id: 'deck-upload', name: 'deck.csv' } },
})

export const putRatingUploadPart = defineRequest({
  domain: 'rating-uploads',
  verb: 'put',
  owner,
  summary: 'One part of an upload; given again it replaces itself',
  input: Type.Object({
    id: ObjectId,
    place: Type.Integer({ minimum: 0, maximum: 10_000 }),
    part: Type.Object({ base64: Type.String({ maxLength: maxPartCharacters }) }),
  }),
  output: Type.Object({ id: ObjectId, parts: Type.Integer(), bytes: Type.Integer() }),
  errors: ['not-found', 'too-large'],
  deadlineMs: 10_000,
  rest: {
    method: 'PUT',
    path: '/api/v1/rating/uploads/{id}/parts/{place}',
    success: 200,
    permission: 'write',
    body: 'part',
    unversioned: 'a part is sent once, or again as it was',
  },
  example: {
    input: { id: 'deck-upload', place: 0, part: { base64: 'cHJlZml4LHByaWNlCg==' } },
    output: { id: 'deck-upload', parts: 1, bytes: 13 },
  },
})
