import Type from 'typebox'
import { Instant, TenantId } from '../identity.ts'

/** What one operation of a person changed in one schema. */
export const ChangeSet = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  at: Instant,
  tenant: TenantId,
  actor: Type.String(),
  note: Type.Optional(Type.String()),
  undoes: Type.Optional(Type.Integer({ description: 'The change set that this one took back' })),
  undoneBy: Type.Optional(Type.Integer()),
  request: Type.Optional(Type.String({ description: 'The request that made it; the audit has the same' })),
  rows: Type.Integer({ description: 'Rows changed' }),
})
export type ChangeSet = Type.Static<typeof ChangeSet>

/** One row of a change set: only the columns that differ. */
export const RowChange = Type.Object({
  table: Type.String(),
  key: Type.Record(Type.String(), Type.Unknown()),
  operation: Type.Enum(['insert', 'update', 'delete']),
  before: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
  after: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
})
export type RowChange = Type.Static<typeof RowChange>
