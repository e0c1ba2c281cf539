import type { Bus, Reader } from '@strowger/bus'
import type { Database } from '@strowger/database'
import { RecordFault } from '@strowger/rating'
import { cdrRaw, Fault, type RatingSource } from '@strowger/schema'
import type { Log } from '@strowger/service'
import { openFormat } from '../sources/formats.ts'
import { importSlice, placeOf, type RunnerParts } from '../sources/runner.ts'
import { gather } from '../sources/source-kind.ts'
import { readItem } from '../store/items.ts'
import type { RatingSchema } from '../store/tables.ts'

/**
 * Records that others put into the stream: each message is stored, whole, before it is acknowledged. One that comes
 * twice is found to be a repetition.
 */
export function takeRecords(bus: Bus, parts: RunnerParts & { database: Database<RatingSchema>; log: Log }): Reader {
  const { database, formats, log } = parts
  return bus.events.consume(
    [cdrRaw],
    { durable: 'rating-records', deliverFrom: 'first' },
    async ({ tenant, payload, sequence }) => {
      const item = await database.inTenants([tenant], {}, (tx) => readItem(tx, [tenant], 'source', payload.source))
      if (item === undefined) {
        log.warn({ tenant, source: payload.source }, 'records came for a source that there is not')
        throw new Fault('not-found', { detail: `There is no source ${payload.source}` })
      }
      const opened = openFormat(formats, item.data as unknown as RatingSource)
      const gathered = gather()
      if (opened.kind === 'file') {
        const reader = opened.format.open(opened.settings, gathered, { line: 0 })
        for (const record of payload.records)
          reader.push(Buffer.from(typeof record === 'string' ? `${record}\n` : `${JSON.stringify(record)}\n`))
        reader.end()
      } else {
        const reader = opened.format.open(opened.settings)
        for (const record of payload.records) {
          try {
            const read = reader.row(
              (typeof record === 'string' ? JSON.parse(record) : record) as Record<string, unknown>,
            )
            if (read !== undefined) gathered.record(read)
          } catch (error) {
            if (!(error instanceof RecordFault) && !(error instanceof SyntaxError)) throw error
            gathered.fault({
              line: 0,
              column: 0,
              reason: error.message,
              native: JSON.stringify(record).slice(0, 4_096),
            })
          }
        }
      }
      const { records, faults } = gathered
      await importSlice(parts, placeOf(item), {
        records,
        faults,
        // Not which message: what is no record is a repetition, too, when it is published again.
        file: 'stream',
        firstByte: 0,
        bytes: 0,
        sha256: '',
        cursor: { sequence },
      })
    },
  )
}
