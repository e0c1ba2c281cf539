import Type from 'typebox'
import { Instant, ObjectId } from '../identity.ts'

/** What was taken from a source at once. */
export const RatingBatch = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  source: Type.String(),
  file: Type.String(),
  firstByte: Type.Integer(),
  bytes: Type.Integer(),
  sha256: Type.String(),
  parser: Type.String({ description: 'Format and version that read it' }),
  records: Type.Integer(),
  added: Type.Integer(),
  duplicates: Type.Integer(),
  revised: Type.Integer({ description: 'Corrections of records that were there' }),
  failed: Type.Integer({ description: 'Of the added, with status error' }),
  ignored: Type.Integer(),
  at: Instant,
  withdrawnAt: Type.Union([Instant, Type.Null()]),
})
export type RatingBatch = Type.Static<typeof RatingBatch>

export const exampleBatch: RatingBatch = {
  id: 4,
  source: 'pbx',
  file: 'Master.csv',
  firstByte: 0,
  bytes: 204_800,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  parser: 'asterisk-csv 1',
  records: 1000,
  added: 990,
  duplicates: 10,
  revised: 2,
  failed: 3,
  ignored: 1,
  at: '2026-11-21T09:30:00.000Z',
  withdrawnAt: null,
}

/** What became of records that were given. */
export const ImportOutcome = Type.Object({
  applied: Type.Boolean(),
  batch: Type.Union([Type.Integer(), Type.Null()], { description: 'null: nothing new came' }),
  records: Type.Integer(),
  added: Type.Integer(),
  duplicates: Type.Integer(),
  revised: Type.Integer(),
  failed: Type.Integer(),
  ignored: Type.Integer(),
  faults: Type.Array(Type.Object({ line: Type.Integer(), column: Type.Integer(), reason: Type.String() }), {
    description: 'Lines that are no records: the first 100',
  }),
})
export type ImportOutcome = Type.Static<typeof ImportOutcome>

export const SourceState = Type.Object({
  source: ObjectId,
  enabled: Type.Boolean(),
  records: Type.Integer({ description: 'Stored in all' }),
  lastReadAt: Type.Union([Instant, Type.Null()]),
  lastRecordAt: Type.Union([Instant, Type.Null()]),
  problem: Type.Union([Type.String(), Type.Null()], { description: 'Why it cannot be read at present' }),
  lastError: Type.Union([Type.String(), Type.Null()]),
  lastErrorAt: Type.Union([Instant, Type.Null()]),
  cursor: Type.Unknown({ description: 'How far it was read' }),
})
export type SourceState = Type.Static<typeof SourceState>
