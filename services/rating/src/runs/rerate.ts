import { type Database, sql, type TenantTransaction, takeTime } from '@strowger/database'
import { createAllowanceCounters, createDraft, type RatedCall, type RateOptions } from '@strowger/rating'
import { type RatingScope, type RunSum, type Tenants, tenantsAbove } from '@strowger/schema'
import type { CompiledKnowledge } from '../configuration/engines.ts'
import { reasonNumbers, statusNumbers } from '../import/call-row.ts'
import { readCounters } from '../store/allowance-counters.ts'
import { confirmedNodes } from '../store/confirmations.ts'
import { finishRun, snapshotOf } from '../store/runs.ts'
import { readStoredCalls } from '../store/stored-calls.ts'
import type { RatingSchema } from '../store/tables.ts'
import { createReratedRows } from './rerated-rows.ts'
import { type Amounts, amountsOf, createAmounts, createRunSums } from './run-sums.ts'
import { createStoredCalls, type StoredCall } from './stored-record.ts'

export interface RunParts {
  readonly run: number
  readonly tenant: string
  readonly scope: RatingScope
  readonly knowledge: CompiledKnowledge
  /** Only what comes out otherwise is written: for runs that the house makes by itself. */
  readonly changedOnly: boolean
  readonly nowMs: number
  readonly signal: AbortSignal
  readonly progress: (done: number) => void
}

const duplicateLeg = reasonNumbers['duplicate_leg'] ?? 0

/** What a run leaves: how many calls it rated, how many come out otherwise, and the sums. */
export interface RunOutcome {
  readonly calls: number
  readonly changed: number
  readonly sums: readonly RunSum[]
  readonly hasCounters: boolean
}

/**
 * Rates the calls of a scope by one state of knowledge, and keeps the results under the run: all of them or none. They
 * are read on one session and written on another, so that the database reads, this rates and the database writes at
 * the same time.
 */
export async function rerate(database: Database<RatingSchema>, tenants: Tenants, parts: RunParts): Promise<RunOutcome> {
  const { run, tenant, knowledge, signal } = parts
  const scope = tenantsAbove(tenants, tenant)
  const writer = { kind: 'system' as const }
  return database.inTenants(scope, { writer, isolation: 'repeatable read' }, (reading) =>
    database.inTenants(scope, { writer }, async (writing) => {
      // One session rests while the other sorts or sums up.
      for (const session of [reading, writing]) {
        await takeTime(session)
        await sql`set local work_mem = '256MB'`.execute(session)
      }
      const seen = await snapshotOf(reading)
      const rater = await createRunRater(reading, parts)
      const sums = createRunSums(knowledge.names)
      const written = createReratedRows(writing, { run, tenant, names: knowledge.names })
      const storedCall = createStoredCalls()
      const after = createAmounts()
      let calls = 0
      let changed = 0
      await readStoredCalls(
        reading,
        { scope: parts.scope, among: rater.among, tenant },
        (row) => {
          const call = storedCall(row)
          const rated = rater.rate(call)
          if (rated === undefined) return
          amountsOf(rated, after)
          const isOther = differs(call, rated, after)
          const usesOther = call.freeMs !== after.freeMs
          if (!call.inScope && !(isOther && usesOther)) return
          calls += 1
          if (isOther) changed += 1
          sums.add(call, rated, after, isOther)
          if (isOther || !parts.changedOnly || usesOther) written.add(call, rated, rater.isConfirmed(call))
        },
        () => {
          signal.throwIfAborted()
          if (!written.isFull) return undefined
          parts.progress(calls)
          return written.send()
        },
      )
      const hash = await written.finish()
      const outcome = { calls, changed, hash, sums: sums.list() }
      const counters = rater.counters()
      await finishRun(writing, run, { ...outcome, counters, seen })
      return { ...outcome, hasCounters: counters !== undefined }
    }),
  )
}

/**
 * Rates stored calls. What an allowance has left is known by all calls of its period, whosever scope they are in: those
 * before are rated too, and those after that come out otherwise for it are part of the run.
 */
async function createRunRater(tx: TenantTransaction<RatingSchema>, parts: RunParts) {
  const { knowledge, tenant, scope, nowMs } = parts
  const hasAllowances = knowledge.tariffs.allowances.length > 0
  const closed = scope.from === undefined ? [] : await readCounters(tx, [tenant], new Date(scope.from))
  const counters = hasAllowances ? createAllowanceCounters([], closed) : undefined
  const providers = new Map<string, string>()
  for (const item of knowledge.items.ofKind('source')) providers.set(item.id, item.composed)
  const confirmed = await confirmedNodes(tx, tenant)
  const among: RatingScope = scope.from === undefined ? {} : { from: monthBefore(scope.from) }
  const firstMs = scope.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(scope.from)
  const draft = createDraft()
  let isDuplicate = false
  const linkSeen = () => isDuplicate
  const options: RateOptions = counters === undefined ? { nowMs, linkSeen } : { nowMs, linkSeen, counters }

  return {
    among: hasAllowances ? among : undefined,
    /** What it gives holds until the next call is rated. */
    rate(call: StoredCall): RatedCall | undefined {
      const provider = providers.get(call.source)
      // Its source is gone: by what it was read is not known any more, so its rating stays.
      if (provider === undefined) return undefined
      isDuplicate = call.reason === duplicateLeg
      const rated = knowledge.engine.rateInto(draft, call.record, provider, options)
      return call.atMs < firstMs ? undefined : rated
    },
    isConfirmed: (call: StoredCall) => confirmed.has(call),
    /** As the run leaves them; undefined: there are no allowances. */
    counters: () =>
      counters?.entries().map((counter) => ({
        node: counter.node.slice(counter.node.indexOf('/') + 1),
        allowance: counter.allowance,
        first: new Date(counter.fromMs).toISOString(),
        next: new Date(counter.toMs).toISOString(),
        granted: counter.granted,
        rolled: counter.rolled,
        used: counter.used,
        last_at: Number.isFinite(counter.lastMs) ? new Date(counter.lastMs).toISOString() : null,
      })),
  }
}

function monthBefore(instant: string): string {
  const at = new Date(instant)
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - 1, 1)).toISOString()
}

/** Whether anything that a customer or vendor is told comes out otherwise. */
function differs(call: StoredCall, rated: RatedCall, after: Amounts): boolean {
  if (statusNumbers[rated.status] !== call.status) return true
  if (reasonNumbers[rated.reason === '' ? 'none' : rated.reason] !== call.reason) return true
  return after.income !== call.income || after.cost !== call.cost
}
