import {
  type CopyRows,
  copyBytesInto,
  createCopyRows,
  type Database,
  sql,
  type TenantTransaction,
} from '@strowger/database'
import { createAllowanceCounters, type RatedCall } from '@strowger/rating'
import { type RatingScope, type RunSum, type Tenants, tenantsAbove } from '@strowger/schema'
import type { Knowledge } from '../configuration/engines.ts'
import { reasonNumbers, reratedColumns, statusNumbers, writeRerated } from '../import/call-row.ts'
import { createMonths } from '../import/candidates.ts'
import { uuidBytes } from '../import/record-key.ts'
import { readCounters } from '../store/allowance-counters.ts'
import { confirmedNodes } from '../store/confirmations.ts'
import { finishRun } from '../store/runs.ts'
import { readStoredCalls } from '../store/stored-calls.ts'
import type { RatingSchema } from '../store/tables.ts'
import { amountIn, createRunSums } from './run-sums.ts'
import { recordFrom, type StoredCall } from './stored-record.ts'

export interface RunParts {
  readonly run: number
  readonly tenant: string
  readonly scope: RatingScope
  readonly knowledge: Knowledge
  /** Only what comes out otherwise is written: for runs that the house makes by itself. */
  readonly changedOnly: boolean
  readonly nowMs: number
  readonly signal: AbortSignal
  readonly progress: (done: number) => void
}

const pageSize = 20_000
const duplicateLeg = reasonNumbers['duplicate_leg'] ?? 0

/** What a run leaves: how many calls it rated, how many come out otherwise, and the sums. */
export interface RunOutcome {
  readonly calls: number
  readonly changed: number
  readonly sums: readonly RunSum[]
  readonly hasCounters: boolean
}

/** Rates the calls of a scope by one state of knowledge, and keeps the results under the run: all of them or none. */
export async function rerate(database: Database<RatingSchema>, tenants: Tenants, parts: RunParts): Promise<RunOutcome> {
  const { run, tenant, knowledge, signal } = parts
  return database.inTenants(
    tenantsAbove(tenants, tenant),
    { writer: { kind: 'system' }, isolation: 'repeatable read' },
    async (tx) => {
      await sql`set local statement_timeout = 0`.execute(tx)
      await sql`set local work_mem = '256MB'`.execute(tx)
      const rater = await createRunRater(tx, parts, tenants)
      const sums = createRunSums()
      let calls = 0
      let changed = 0
      for await (const page of readStoredCalls(tx, rater, tenant, pageSize)) {
        signal.throwIfAborted()
        const written = createMonthlyRows()
        for (const call of page) {
          const rated = rater.rate(call)
          if (rated === undefined) continue
          const isOther = differs(call, rated)
          if (!call.in_scope && !(isOther && usesOther(call, rated))) continue
          calls += 1
          if (isOther) changed += 1
          sums.add(call, rated, isOther, knowledge.names)
          if (isOther || !parts.changedOnly || usesOther(call, rated))
            written.add(call, rated, { run, tenant, adjusts: rater.isConfirmed(call), names: knowledge.names })
        }
        await written.copy(tx)
        parts.progress(calls)
      }
      const outcome = { calls, changed, sums: sums.list() }
      const counters = rater.counters()
      await finishRun(tx, run, { ...outcome, counters })
      return { ...outcome, hasCounters: counters !== undefined }
    },
  )
}

/**
 * Rates stored calls. What an allowance has left is known by all calls of its period, whosever scope they are in: those
 * before are rated too, and those after that come out otherwise for it are part of the run.
 */
async function createRunRater(tx: TenantTransaction<RatingSchema>, parts: RunParts, tenants: Tenants) {
  const { knowledge, tenant, scope, nowMs } = parts
  const hasAllowances = knowledge.configuration.allowances.length > 0
  const closed = scope.from === undefined ? [] : await readCounters(tx, [tenant], new Date(scope.from))
  const counters = hasAllowances ? createAllowanceCounters([], closed) : undefined
  const providers = new Map<string, string>()
  for (const above of [...tenantsAbove(tenants, tenant)].reverse()) {
    for (const item of knowledge.items) {
      if (item.kind === 'source' && item.tenant === above) providers.set(item.id, `${above}/${item.id}`)
    }
  }
  const confirmed = await confirmedNodes(tx, tenant)
  const among: RatingScope = scope.from === undefined ? {} : { from: monthBefore(scope.from) }
  const firstMs = scope.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(scope.from)

  return {
    scope,
    ...(hasAllowances ? { among } : {}),
    rate(call: StoredCall): RatedCall | undefined {
      const provider = providers.get(call.source)
      // Its source is gone: by what it was read is not known any more, so its rating stays.
      if (provider === undefined) return undefined
      const linkSeen = () => call.reason === duplicateLeg
      const options = counters === undefined ? { nowMs, linkSeen } : { nowMs, linkSeen, counters }
      const rated = knowledge.engine.rate(recordFrom(call), provider, options)
      return new Date(call.at).getTime() < firstMs ? undefined : rated
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
function differs(call: StoredCall, rated: RatedCall): boolean {
  if (statusNumbers[rated.status] !== call.status) return true
  if (reasonNumbers[rated.reason === '' ? 'none' : rated.reason] !== call.reason) return true
  const stored = (amount: StoredCall['income']) => (amount === null ? null : String(amount))
  return amountIn(rated, 'income') !== stored(call.income) || amountIn(rated, 'cost') !== stored(call.cost)
}

/** Whether it takes more or less of an allowance than it did. */
function usesOther(call: StoredCall, rated: RatedCall): boolean {
  const income = rated.runs.find(({ kind, level }) => kind === 'income' && level === 0)
  return Number(call.free_ms ?? 0) !== (income?.includedS ?? 0) * 1_000
}

function createMonthlyRows() {
  const months = new Map<string, CopyRows>()
  const monthOf = createMonths()
  return {
    add(
      call: StoredCall,
      rated: RatedCall,
      parts: { run: number; tenant: string; adjusts: boolean; names: Knowledge['names'] },
    ): void {
      const atMs = new Date(call.at).getTime()
      const month = monthOf(atMs)
      const rows = months.get(month) ?? createCopyRows()
      months.set(month, rows)
      const { run, tenant, adjusts, names } = parts
      const keys = uuidBytes(call.key)
      writeRerated(
        rows,
        { run, tenant: uuidBytes(tenant), atMs, keys, keyOffset: 0, revision: call.revision, adjusts },
        rated,
        names,
      )
    },
    async copy(tx: TenantTransaction<RatingSchema>): Promise<void> {
      for (const [month, rows] of months) {
        await copyBytesInto(tx, `rerated_${month.replace('-', '')}`, reratedColumns, [rows.finish()])
      }
    },
  }
}
