import {
  type AllowanceCounters,
  type CdrRecord,
  createAllowanceCounters,
  createDraft,
  type RateOptions,
} from '@strowger/rating'
import type { RatingSource } from '@strowger/schema'
import type { CompiledKnowledge } from '../configuration/engines.ts'
import { lockCounters, readCounters, writeCounters } from '../store/allowance-counters.ts'
import { markReplay } from '../store/replays.ts'
import type { Rater } from './rater.ts'

/** Whose records these are: the source’s tenant’s, or by what they say when several tenants share the exchange. */
type Router = (record: CdrRecord) => string

export function createRouter(tenant: string, source: Pick<RatingSource, 'tenants'>): Router {
  const rules = (source.tenants ?? []).map(({ tenant: wanted, ...patterns }) => ({
    tenant: wanted,
    checks: Object.entries(patterns).map(([field, pattern]) => ({
      field: field as 'context' | 'trunkIn' | 'trunkOut' | 'account',
      matches: matcherOf(pattern),
    })),
  }))
  if (rules.length === 0) return () => tenant
  return (record) =>
    rules.find(({ checks }) => checks.length > 0 && checks.every(({ field, matches }) => matches(record[field])))
      ?.tenant ?? tenant
}

/** Exact, or with X (one digit) and * (any rest) at the end. */
export function matcherOf(pattern: string): (text: string) => boolean {
  const [, literal = '', digits = '', rest = ''] = /^(.*?)(X*)(\*?)$/.exec(pattern) ?? []
  if (digits === '' && rest === '') return (text) => text === pattern
  const expression = new RegExp(`^[0-9]{${digits.length}}${rest === '' ? '$' : ''}`)
  return (text) => text.startsWith(literal) && expression.test(text.slice(literal.length))
}

/** Rates by one state of the configuration of each tenant; with counters of allowances where there are any. */
export function createRater(parts: {
  /** Of each tenant that a record may belong to, the source’s first. */
  knowledge: readonly [CompiledKnowledge, ...CompiledKnowledge[]]
  route: Router
  /** `<tenant>/<id>` of the source. */
  provider: string
  nowMs: number
}): Rater {
  const { knowledge, route, provider, nowMs } = parts
  const [own] = knowledge
  const known = new Map(knowledge.map((one) => [one.tenant, one]))
  const tenants = knowledge.map(({ tenant }) => tenant)
  const isOrdered = knowledge.some(({ tariffs }) => tariffs.allowances.length > 0)

  const late = new Map<string, number>()

  return {
    tenants,
    late,
    async begin(tx) {
      if (isOrdered) await lockCounters(tx, tenants)
      const stored = isOrdered ? await readCounters(tx, tenants) : []
      const counters: AllowanceCounters | undefined = isOrdered ? createAllowanceCounters(stored) : undefined
      const lastOf = new Map<string, number>()
      for (const { node, lastMs } of stored) lastOf.set(node, Math.max(lastMs, lastOf.get(node) ?? lastMs))
      const options = counters === undefined ? { nowMs } : { nowMs, counters }
      let asked: RateOptions = options
      const draft = createDraft()
      return {
        isOrdered,
        unrated: (call) => ({ call, tenant: own.tenant, names: own.names }),
        rate(record, linkSeen) {
          if (linkSeen !== asked.linkSeen) asked = { ...options, linkSeen }
          const { engine, tenant, names } = known.get(route(record)) ?? own
          const call = engine.rateInto(draft, record, provider, asked)
          if (lastOf.size === 0) return { call, tenant, names }
          const lastMs = lastOf.get(call.billable) ?? lastOf.get(call.owner)
          if (lastMs !== undefined && call.atMs < lastMs && call.answeredS > 0) {
            late.set(tenant, Math.min(call.atMs, late.get(tenant) ?? call.atMs))
          }
          return { call, tenant, names }
        },
        async finish(ending) {
          if (counters !== undefined) await writeCounters(ending, counters.touched())
          for (const [tenant, fromMs] of late) await markReplay(ending, tenant, fromMs)
        },
      }
    },
  }
}
