import type { Database } from '@strowger/database'
import {
  allTenants,
  type RatingRun,
  type RatingScope,
  ratingReasons,
  type TaskDocument,
  type Tenants,
} from '@strowger/schema'
import { type Clock, createTurns, type Log, type RunningTask, type Tasks } from '@strowger/service'
import type { Engines } from '../configuration/engines.ts'
import { dueReplays, forgetReplay } from '../store/replays.ts'
import { failRun, insertRun, publishStoredRun, readRun } from '../store/runs.ts'
import { errorsOf } from '../store/scope.ts'
import type { RatingSchema } from '../store/tables.ts'
import { rerate } from './rerate.ts'

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
  }): Promise<{ run: RatingRun; task: TaskDocument }>
  /** Something was changed on which records in error may wait: they are tried again, once for many changes. */
  retryErrors(tenants: readonly string[]): void
  /** Allowances are not counted right any more since some instant, which is stored: what follows is rated again. */
  replayDue(): void
  close(): Promise<void>
}

const settleMs = 500
const retryMs = 10_000
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
      const published = publish && (outcome.changed > 0 || outcome.hasCounters)
      if (published) {
        await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
          await publishStoredRun(tx, await readRun(tx, [tenant], run.id))
        })
      }
      return { run: run.id, calls: outcome.calls, changed: outcome.changed, published }
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

  async function retry(tenant: string, reasons: RatingScope['reasons'] & object): Promise<void> {
    const { count, first } = await errorsOf(database, tenant, reasons)
    if (count === 0 || first === null) return
    const scope = { errorsOnly: true, reasons: [...reasons], from: first.toISOString() }
    await byItself(tenant, 'retry', scope, 'what they waited for may have changed')
  }

  async function settle(): Promise<void> {
    const retries = [...waitingForRetry]
    const reasons = ratingReasons.filter((reason) => !lasting.has(reason))
    for (const tenant of retries) {
      if (abort.signal.aborted) return
      // Before it begins: what changes meanwhile is a reason to try once more.
      waitingForRetry.delete(tenant)
      await retry(tenant, reasons).catch((error: unknown) => {
        waitingForRetry.add(tenant)
        throw error
      })
    }
    for (const due of await dueReplays(database, allTenants(tenants))) {
      if (abort.signal.aborted) return
      await byItself(
        due.tenant,
        'late',
        { from: new Date(due.fromMs).toISOString() },
        'calls came, or were taken back, after later ones that used the same allowances',
      )
      await forgetReplay(database, due)
    }
  }

  function soon(afterMs = settleMs): void {
    timer?.cancel()
    timer = clock.after(afterMs, () => {
      working = working.then(settle).catch((error: unknown) => {
        if (abort.signal.aborted) return
        log.warn({ error }, 'calls could not be rated again; tried again later')
        soon(retryMs)
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
    replayDue: () => soon(),
    async close() {
      timer?.cancel()
      abort.abort(new Error('the service stops'))
      await working
    },
  }
}
