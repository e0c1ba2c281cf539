import type { Database } from '@strowger/database'
import type { RatingSource } from '@strowger/schema'
import { Fault } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import type { Engines } from '../configuration/engines.ts'
import { createRater, createRouter } from '../import/plain-rater.ts'
import type { Rater } from '../import/rater.ts'
import type { BatchOutcome, Slice, SourcePlace } from '../import/slice.ts'
import { type BeforeCommit, writeBatch } from '../import/write-batch.ts'
import type { StoredItem } from '../store/items.ts'
import { keepError, readCursor } from '../store/source-states.ts'
import type { RatingSchema } from '../store/tables.ts'
import { type KnownFormats, openFormat } from './formats.ts'
import { readAhead } from './read-ahead.ts'
import type { SourceKind } from './source-kind.ts'

export interface RunnerParts {
  readonly database: Database<RatingSchema>
  readonly engines: Engines
  readonly kinds: ReadonlyMap<string, SourceKind<never>>
  readonly formats: KnownFormats
  readonly clock: Clock
  readonly log: Log
  readonly sliceRecords: number
  /** Something was stored. */
  readonly onBatch: (place: SourcePlace, outcome: BatchOutcome) => void
  /** Calls came after later ones that used the same allowances; since when is stored. */
  readonly onLate: () => void
}

export interface RunningSource {
  readonly problem: string | undefined
  stop(): Promise<void>
}

const retryMs = { first: 500, most: 60_000 }

/** Stores a slice of a source by the configuration that holds at this moment. */
export async function importSlice(
  parts: Pick<RunnerParts, 'database' | 'engines' | 'clock' | 'onBatch' | 'onLate'>,
  place: SourcePlace,
  slice: Slice,
  beforeCommit?: BeforeCommit,
): Promise<BatchOutcome> {
  const { database, engines, clock, onBatch } = parts
  const nowMs = clock.now()
  const rater = await raterFor(engines, place, nowMs)
  const outcome = await writeBatch(database, place, slice, {
    rater,
    nowMs,
    ...(beforeCommit === undefined ? {} : { beforeCommit }),
  })
  onBatch(place, outcome)
  if (rater.late.size > 0) parts.onLate()
  return outcome
}

async function raterFor(engines: Engines, { tenant, id }: SourcePlace, nowMs: number): Promise<Rater> {
  const own = await engines.of(tenant)
  const item = own.items.at(tenant, 'source', id)
  const source = (item?.data ?? {}) as unknown as RatingSource
  const others = [...new Set((source.tenants ?? []).map((rule) => rule.tenant))].filter((other) => other !== tenant)
  const knowledge = [own, ...(await Promise.all(others.map((other) => engines.of(other))))] as const
  return createRater({ knowledge, route: createRouter(tenant, source), provider: `${tenant}/${id}`, nowMs })
}

export function placeOf(item: Pick<StoredItem, 'tenant' | 'id' | 'data'>): SourcePlace {
  const { provider = item.id, format } = item.data as unknown as RatingSource
  return { tenant: item.tenant, id: item.id, provider, format }
}

/** Reads a source until it is stopped; after a failure again, from what is stored, with growing pauses. */
export function runSource(parts: RunnerParts, item: StoredItem): RunningSource {
  const { database, kinds, formats, clock, log, sliceRecords } = parts
  const data = item.data as unknown as RatingSource
  const place = placeOf(item)
  const abort = new AbortController()
  const { signal } = abort
  let problem: string | undefined
  let pauseMs = retryMs.first

  async function readOn(): Promise<void> {
    const kind = kinds.get(data.kind)
    if (kind === undefined) return
    const format = openFormat(formats, data)
    const cursor = await readCursor(database, place)
    const reading = new AbortController()
    const context = { format, clock, log, signal: AbortSignal.any([signal, reading.signal]), sliceRecords }
    const slices = kind.read((data.settings ?? {}) as never, cursor, context)
    for await (const slice of kind.isReadAhead === true ? readAhead(slices) : slices) {
      try {
        const outcome = await importSlice(parts, place, slice)
        log.debug({ source: place.id, ...outcome }, 'a batch was stored')
      } catch (error) {
        // What was read ahead is read again: from what is stored.
        reading.abort()
        throw error
      }
      problem = undefined
      pauseMs = retryMs.first
      if (signal.aborted) return
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await readOn()
        return
      } catch (error) {
        if (signal.aborted) return
        problem = reasonOf(error)
        log.warn({ source: place.id, tenant: place.tenant, error }, 'a source cannot be read; tried again later')
        await keepError(database, place, problem, new Date(clock.now())).catch(() => {})
        await clock.sleep(pauseMs, signal).catch(() => {})
        pauseMs = Math.min(retryMs.most, pauseMs * 2)
      }
    }
  }
  const ended = run()

  return {
    get problem() {
      return problem
    },
    async stop() {
      abort.abort()
      await ended
    },
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Fault) return (error.detail ?? error.message).slice(0, 500)
  return error instanceof Error ? error.message.slice(0, 500) : String(error).slice(0, 500)
}
