import { sql } from '@strowger/database'
import type { CdrRecord, LineFault } from '@strowger/rating'
import type { RatingCall } from '@strowger/schema'
import { importSlice, type RunnerParts } from '../sources/runner.ts'
import { type CallRow, callView } from '../store/calls.ts'
import type { SourcePlace } from './slice.ts'

/** How many of them are shown. */
const sampleSize = 20

/** Carries the outcome out of a transaction that is rolled back. */
class Previewed extends Error {
  readonly outcome: { sample: RatingCall[] }
  constructor(outcome: { sample: RatingCall[] }) {
    super('previewed')
    this.outcome = outcome
  }
}

/** Stores records, looks what became of them, and takes everything back. */
export async function previewRecords(
  parts: Pick<RunnerParts, 'database' | 'engines' | 'clock'>,
  place: SourcePlace,
  given: { records: readonly CdrRecord[]; faults: readonly LineFault[]; file: string },
) {
  const slice = { ...given, firstByte: 0, bytes: 0, sha256: '', cursor: null }
  let counts = { records: 0, added: 0, duplicates: 0, revised: 0, failed: 0, ignored: 0 }
  try {
    await importSlice(
      { ...parts, onBatch: () => {}, onLate: () => {} },
      place,
      slice,
      async (tx, { batch, ...rest }) => {
        counts = rest
        const { rows } =
          await sql<CallRow>`select * from present_call where batch_id = ${batch} order by at limit ${sampleSize}`.execute(
            tx,
          )
        throw new Previewed({ sample: rows.map(callView) })
      },
    )
    return { applied: false, batch: null, ...counts, sample: [] }
  } catch (error) {
    if (!(error instanceof Previewed)) throw error
    return { applied: false, batch: null, ...counts, ...error.outcome }
  }
}
