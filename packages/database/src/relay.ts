import { setTimeout as delay } from 'node:timers/promises'
import { Fault } from '@strowger/schema'
import pg from 'pg'
import { type ConnectionSettings, clientConfig } from './connection.ts'
import type { DatabaseHealth } from './health.ts'
import type { Log } from './log.ts'

export interface RelayOptions {
  readonly database: { readonly schema: string; readonly connection: ConnectionSettings }
  /** Resolves when the stream has it for good. Called in order, without waiting for the one before. */
  readonly publish: (
    subject: string,
    payload: Uint8Array,
    options: { id: string; headers: Readonly<Record<string, string>> },
  ) => Promise<void>
  readonly log: Log
  /** As much of the service's metrics as is used: backlog and age of the oldest row. */
  readonly metrics?: { observedGauge(parts: { name: string; help: string }, read: () => number): void }
  /** Rows published at a time; more of them hold up what else the process does, fewer cost more exchanges. Default 128. */
  readonly batchSize?: number
  /** How often to look when nothing was announced. Default 5,000 ms. */
  readonly pollMs?: number
  /** Wait after a failure. Default 500 ms. */
  readonly retryMs?: number
}

export interface RelayState {
  /** `standby`: another replica publishes. */
  readonly role: 'publishing' | 'standby' | 'disconnected'
  /** Rows that wait, as of the last look. */
  readonly backlog: number
  readonly oldestAgeS: number
  /** Rows set aside since the start, because no stream would ever take them. */
  readonly refused: number
}

export interface Relay {
  state(): RelayState
  health(): DatabaseHealth
  /** Ends after the batch that is under way. */
  close(): Promise<void>
}

interface Row {
  readonly id: number
  readonly message_id: string | null
  readonly subject: string
  readonly headers: Record<string, string>
  readonly payload: Buffer
  readonly age: number
}

/**
 * Rows published together while more wait than a batch. NATS and all who are told come to life with each piece, and
 * between two of them who asks something gets a processor: with whole batches, ten thousand changes are felt by everybody.
 */
const pieceLength = 32

/**
 * Publishes the outbox of one schema in the order of its rows and deletes what is acknowledged. Of all replicas one
 * works, the one that holds the session's advisory lock; the others take over when it is gone. It outlives restarts
 * of PostgreSQL and of NATS: what is not acknowledged stays, and what is published twice is recognised by its id.
 */
export function createRelay(options: RelayOptions): Relay {
  const { database, publish, log, batchSize = 128, pollMs = 5_000, retryMs = 500 } = options
  const { schema } = database
  const stopping = new AbortController()
  let state: RelayState = { role: 'disconnected', backlog: 0, oldestAgeS: 0, refused: 0 }
  let reason: string | undefined = 'not connected to the database yet'
  let announced = false
  let batches = 0
  let wake = () => {}

  /** Until something is announced, the time is over or we are told to end. */
  async function rest(ms: number): Promise<void> {
    if (announced || stopping.signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  stopping.signal.addEventListener('abort', () => wake())

  async function session(): Promise<void> {
    const client = new pg.Client(
      clientConfig(database.connection, { schema, applicationName: `strowger-${schema}-relay` }),
    )
    const lost = new Promise<never>((_, reject) => {
      // A server that dies is told twice: by its last words and by the end of the connection.
      client.on('error', reject)
      client.once('end', () => reject(new Error('the session ended')))
    })
    lost.catch(() => wake())
    try {
      await Promise.race([client.connect(), lost])
      client.on('notification', ({ payload }) => {
        if (payload !== schema) return
        announced = true
        wake()
      })
      await client.query('listen outbox')
      // Planned while the table is empty, as it mostly is, every look at it would read and sort all that waits.
      await client.query('set enable_seqscan = off; set enable_sort = off')
      await work(client, lost)
    } finally {
      state = { ...state, role: 'disconnected' }
      await client.end().catch(() => {})
    }
  }

  async function work(client: pg.Client, lost: Promise<never>): Promise<void> {
    while (!stopping.signal.aborted) {
      if (state.role !== 'publishing') {
        const { rows } = await client.query<{ locked: boolean }>(
          'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
          [`strowger relay ${schema}`],
        )
        reason = undefined
        state = { ...state, role: rows[0]?.locked === true ? 'publishing' : 'standby' }
        if (state.role === 'standby') {
          announced = false
          await Promise.race([rest(retryMs), lost])
          continue
        }
        log.info({ schema }, 'outbox relay publishes')
      }
      announced = false
      const delivered = await deliver(client)
      if (delivered === 'failed') {
        announced = false
        await Promise.race([rest(retryMs), lost])
      } else if (delivered === 'empty') {
        await Promise.race([rest(pollMs), lost])
      }
    }
  }

  async function deliver(client: pg.Client): Promise<'empty' | 'more' | 'failed'> {
    const { rows } = await client.query<Row>({
      name: 'outbox',
      text: `select id, message_id, subject, headers, payload,
        extract(epoch from clock_timestamp() - created_at)::float8 as age
        from outbox where refused is null order by id limit ${batchSize}`,
    })
    await measure(client, rows)
    if (rows.length === 0) return 'empty'

    const acknowledged: number[] = []
    let failure: unknown
    const isBacklog = rows.length === batchSize
    const length = isBacklog ? pieceLength : rows.length
    for (let from = 0; from < rows.length && failure === undefined; from += length) {
      const begunMs = performance.now()
      failure = await publishPiece(client, rows.slice(from, from + length), acknowledged)
      // As long as it took: the busier the machine is, the more of it is left to others.
      if (isBacklog) await delay(performance.now() - begunMs)
    }
    if (acknowledged.length > 0) {
      await client.query({
        name: 'delete',
        text: 'delete from outbox where id = any ($1::bigint[])',
        values: [acknowledged],
      })
    }
    if (failure === undefined) {
      reason = undefined
      return isBacklog ? 'more' : 'empty'
    }
    const words = failure instanceof Error ? failure.message : String(failure)
    if (reason === undefined) log.warn({ schema, reason: words }, 'outbox waits for the stream')
    reason = `the outbox waits: ${words}`
    return 'failed'
  }

  /** Answers why it is not all published; what the stream has is noted. */
  async function publishPiece(client: pg.Client, piece: readonly Row[], acknowledged: number[]): Promise<unknown> {
    const results = await Promise.allSettled(
      piece.map(async ({ id, message_id, subject, headers, payload }) =>
        publish(subject, payload, { id: message_id ?? `${schema}:${id}`, headers }),
      ),
    )
    for (const [index, result] of results.entries()) {
      const row = piece[index]
      if (row === undefined) continue
      if (result.status === 'fulfilled') acknowledged.push(row.id)
      else if (isHopeless(result.reason)) await setAside(client, row, result.reason)
      // What follows stays too: published again after this one, it is recognised by its id, and the order stands.
      else return result.reason
    }
    return undefined
  }

  /** A batch that is not full is the backlog. Counting a long one costs: done now and then, and never beyond 100,000. */
  async function measure(client: pg.Client, seen: readonly Row[]): Promise<void> {
    const oldestAgeS = Math.max(0, seen[0]?.age ?? 0)
    if (seen.length < batchSize) {
      state = { ...state, backlog: seen.length, oldestAgeS }
      return
    }
    if (batches++ % 64 !== 0) return
    const { rows } = await client.query<{ backlog: number }>({
      name: 'measure',
      text: 'select count(*) as backlog from (select from outbox where refused is null limit 100000) waiting',
    })
    state = { ...state, backlog: rows[0]?.backlog ?? 0, oldestAgeS }
  }

  async function setAside(client: pg.Client, { id, subject }: Row, cause: unknown): Promise<void> {
    const words = cause instanceof Error ? cause.message : String(cause)
    await client.query('update outbox set refused = $2 where id = $1', [id, words])
    state = { ...state, refused: state.refused + 1 }
    log.error({ schema, id, subject, reason: words }, 'outbox row refused, set aside')
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await session()
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        if (reason === undefined) log.warn({ schema, reason: words }, 'outbox relay lost its session')
        reason = `the outbox relay is away from the database: ${words}`
        announced = false
        await rest(retryMs)
      }
    }
  }

  options.metrics?.observedGauge(
    { name: 'outbox_backlog_rows', help: 'Messages in the outbox that wait for the stream' },
    () => state.backlog,
  )
  options.metrics?.observedGauge(
    { name: 'outbox_oldest_age_seconds', help: 'Age of the oldest message in the outbox at the last look' },
    () => state.oldestAgeS,
  )
  options.metrics?.observedGauge(
    { name: 'outbox_refused_rows', help: 'Messages set aside since the start, because no stream would ever take them' },
    () => state.refused,
  )

  const running = run()
  return {
    state: () => state,
    health: () => (reason === undefined ? { ok: true } : { ok: false, reason }),
    async close() {
      stopping.abort()
      await running
    },
  }
}

/** A message that is wrong in itself, as against a stream that is away. */
function isHopeless(reason: unknown): boolean {
  return reason instanceof Fault && (reason.code === 'too-large' || reason.code === 'invalid-input')
}
