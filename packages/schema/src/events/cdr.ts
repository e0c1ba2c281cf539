import Type from 'typebox'
import type { EventDefinition } from '../definition.ts'
import { ObjectId } from '../identity.ts'
import { cdrStream } from '../streams.ts'

/** Records of one source; each a line of a file, or a row or event as an object. */
export const CdrRecords = Type.Object({
  source: ObjectId,
  records: Type.Array(Type.Union([Type.String({ maxLength: 100_000 }), Type.Record(Type.String(), Type.Unknown())]), {
    minItems: 1,
    maxItems: 5_000,
  }),
})
export type CdrRecords = Type.Static<typeof CdrRecords>

/** On `cdr.raw.v1.<tenant>`, from whatever stands beside an exchange. */
export const cdrRaw: EventDefinition<CdrRecords> = {
  kind: 'event',
  subject: 'cdr.raw.v1',
  stream: cdrStream,
  owner: 'rating',
  readers: ['rating'],
  summary: 'Records of calls as they come from a source of the kind stream',
  payload: CdrRecords,
  example: { source: 'pbx', records: ['"acme","201","3471234567"'] },
}
