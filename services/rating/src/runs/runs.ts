import type { Database } from '@strowger/database'
import { type RatingRun, type RatingScope, ratingReasons, type TaskDocument, type Tenants } from '@strowger/schema'
import type { Clock, Log, RunningTask, Tasks } from '@strowger/service'
import type { Engines } from '../configuration/engines.ts'
import { failRun, insertRun, publishStoredRun, readRun } from '../store/runs.ts'
import { countErrors } from '../store/scope.ts'
import type { RatingSchema } from '../store/tables.ts'
import { rerate } from './rerate.ts'
import { createTurns } from './turns.ts'

type Actor = TaskDocument['actor']

/** Ratings of stored calls: what people ask for, and what the house does by itself. */
export interface Runs {
  begin(asked: {
    tenant: string
    actor: Actor
    scope: RatingScope
    reason: string
    knownAt: Date | undefined
    publish: boolean
  }): Promise<{ run: RatingRun; task: string }>
  /** Something was changed on which records in error may wait: they are tried again, once for many changes. */
  retryErrors(tenants: readonly string[]): void
  /** Calls came late, and allowances were used by later ones: everything from then on is rated again. */
  replay(tenant: string, fromMs: number): void
  close(): Promise<void>
}

const settleMs = 500
/** Each has two sessions of the database, which must not wait for one another. */
const mostAtOnce = 3
/** Errors that no change of the configuration removes. */
const lasting = new Set(['none', 'parse_error', 'zero_duration'])

export function createRuns(parts: {
  database: Database<RatingSchema>
  tenants: Tenants
  engines: Engines
  tasks: Tasks
  clock: Clock
  log: Log
}): Runs {
  const { database, tenants, engines, tasks, clock, log } = parts
  const inTurn = createTurns(mostAtOnce)
  const waitingForRetry = new Set<string>()
  const waitingForReplay = new Map<string, number>()
  const abort = new AbortController()
  let timer: { cancel(): void } | undefined
  let working: Promise<void> = Promise.resolve()

  async function work(
    run: RatingRun,
    tenant: string,
    options: { knownAt: Date | undefined; changedOnly: boolean; publish: boolean },
    task?: RunningTask,
  ) {
    const { knownAt, changedOnly, publish } = options
    try {
      const knowledge = knownAt === undefined ? await engines.of(tenant) : await engines.asOf(tenant, knownAt)
      const outcome = await inTurn(() =>
        rerate(database, tenants, {
          run: run.id,
          tenant,
          scope: run.scope,
          knowledge,
          changedOnly,
          nowMs: clock.now(),
          signal: task?.signal ?? abort.signal,
          progress: (done) => task?.progress(done, Math.max(done, 1), 'calls'),
        }),
      )
      if (publish && outcome.changed > 0) {
        await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
          await publishStoredRun(tx, await readRun(tx, [tenant], run.id))
        })
      }
      return { run: run.id, calls: outcome.calls, changed: outcome.changed, published: publish && outcome.changed > 0 }
    } catch (error) {
      await failRun(database, tenant, run.id, error instanceof Error ? error.message.slice(0, 500) : 'unknown').catch(
        () => {},
      )
      throw error
    }
  }

  async function byItself(tenant: string, cause: 'retry' | 'late', scope: RatingScope, reason: string): Promise<void> {
    const knownAt = new Date(clock.now())
    const run = await insertRun(database, { tenant, cause, scope, knownAt, reason, actor: 'rating' })
    const outcome = await work(run, tenant, { knownAt: undefined, changedOnly: true, publish: true })
    log.info({ tenant, ...outcome }, 'calls were rated again')
  }

  async function settle(): Promise<void> {
    const retries = [...waitingForRetry]
    const replays = [...waitingForReplay]
    waitingForRetry.clear()
    waitingForReplay.clear()
    const reasons = ratingReasons.filter((reason) => !lasting.has(reason))
    for (const tenant of retries) {
      if (abort.signal.aborted) return
      if ((await countErrors(database, tenant, reasons)) === 0) continue
      await byItself(
        tenant,
        'retry',
        { errorsOnly: true, reasons: [...reasons] },
        'what they waited for may have changed',
      )
    }
    for (const [tenant, fromMs] of replays) {
      if (abort.signal.aborted) return
      await byItself(
        tenant,
        'late',
        { from: new Date(fromMs).toISOString() },
        'calls came after later ones that used the same allowances',
      )
    }
  }

  function soon(): void {
    timer?.cancel()
    timer = clock.after(settleMs, () => {
      working = working.then(settle).catch((error: unknown) => {
        if (!abort.signal.aborted) log.warn({ error }, 'calls could not be rated again')
      })
    })
  }

  return {
    async begin({ tenant, actor, scope, reason, knownAt, publish }) {
      const known = knownAt ?? new Date(clock.now())
      const run = await insertRun(database, {
        tenant,
        cause: 'request',
        scope,
        knownAt: known,
        reason,
        actor: actor.name,
      })
      const task = await tasks.start({ kind: 'rating.rerate', tenant, actor, input: { run: run.id } }, (running) =>
        work(run, tenant, { knownAt, changedOnly: false, publish }, running),
      )
      return { run, task }
    },
    retryErrors(some) {
      for (const tenant of some) waitingForRetry.add(tenant)
      soon()
    },
    replay(tenant, fromMs) {
      waitingForReplay.set(tenant, Math.min(fromMs, waitingForReplay.get(tenant) ?? Number.POSITIVE_INFINITY))
      soon()
    },
    async close() {
      timer?.cancel()
      abort.abort(new Error('the service stops'))
      await working
    },
  }
}
