import type { Database } from '@strowger/database'
import { allTenants, type RatingNode, type Tenants } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import { amountOf, amountText } from '../amounts.ts'
import type { Engines } from '../configuration/engines.ts'
import { matcherOf } from '../import/plain-rater.ts'
import { type Alarm, incomeOf, keepAlarms, mostAtOnce, shortCallers } from '../store/alarms.ts'
import type { StoredItem } from '../store/items.ts'
import { nodesBelow } from '../store/scope.ts'
import type { RatingSchema } from '../store/tables.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const weeks = 4
const everyMs = 60_000

interface Parts {
  readonly database: Database<RatingSchema>
  readonly tenants: Tenants
  readonly engines: Engines
  readonly clock: Clock
  readonly log: Log
}

/** Looks every minute whether limits of nodes are passed, traffic is unusual, or extensions are nobody’s. */
export function watchAlarms(parts: Parts): { look(): Promise<void>; close(): void } {
  const { database, tenants, engines, clock, log } = parts

  async function look(): Promise<void> {
    for (const tenant of allTenants(tenants)) {
      const { items } = await engines.of(tenant)
      const nodes = items.filter((item) => item.kind === 'node' && item.tenant === tenant)
      if (nodes.length === 0) continue
      const alarms = [
        ...(await Promise.all(nodes.map((node) => ofNode(database, node, clock.now())))).flat(),
        ...(await undefinedExtensions(database, tenant, nodes, clock.now())),
      ]
      const kept = alarms.length === 0 ? 0 : await keepAlarms(database, tenant, alarms)
      if (kept > 0) log.warn({ tenant, alarms: kept }, 'calls have passed a limit or are unusual')
    }
  }
  const timer = clock.every(everyMs, () =>
    look().catch((error: unknown) => log.warn({ error }, 'limits could not be looked at; tried again')),
  )
  return { look, close: () => timer.cancel() }
}

async function ofNode(database: Database<RatingSchema>, item: StoredItem, nowMs: number): Promise<Alarm[]> {
  const { limits } = item.data as unknown as RatingNode
  if (limits === undefined) return []
  const { tenant, id: node } = item
  const nodes = await database.inTenants([tenant], {}, (tx) => nodesBelow(tx, [tenant], [node]))
  const alarms: Alarm[] = []
  const now = new Date(nowMs)
  const month = [
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)),
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)),
  ] as const
  if (limits.monthlyCost !== undefined) {
    const income = await incomeOf(database, tenant, nodes, month)
    if (income >= amountOf(limits.monthlyCost)) {
      const value = amountText(income) ?? '0'
      alarms.push({
        node,
        kind: 'cost-limit',
        first: month[0],
        next: month[1],
        limit: limits.monthlyCost,
        value,
        detail: '',
      })
    }
  }
  const today = new Date(Math.floor(nowMs / dayMs) * dayMs)
  if (limits.concurrentCalls !== undefined) {
    const period = [new Date(today.getTime() - dayMs), new Date(today.getTime() + dayMs)] as const
    const most = await mostAtOnce(database, tenant, nodes, period)
    if (most > limits.concurrentCalls) {
      const [first, next] = [today, period[1]]
      alarms.push({
        node,
        kind: 'concurrent-calls',
        first,
        next,
        limit: String(limits.concurrentCalls),
        value: String(most),
        detail: '',
      })
    }
  }
  if (limits.unusualFactor !== undefined) {
    const hour = Math.floor(nowMs / hourMs) * hourMs
    const incomeAt = (fromMs: number) =>
      incomeOf(database, tenant, nodes, [new Date(fromMs), new Date(fromMs + hourMs)])
    const before = await Promise.all(
      Array.from({ length: weeks }, (_, week) => incomeAt(hour - (week + 1) * 7 * dayMs)),
    )
    const present = await incomeAt(hour)
    const usual = before.reduce((sum, one) => sum + one, 0n) / BigInt(weeks)
    const most = (usual * BigInt(Math.round(limits.unusualFactor * 1_000))) / 1_000n
    if (usual > 0n && present > most) {
      const detail = `${amountText(usual)} is usual for this weekday and hour`
      const [first, next] = [new Date(hour), new Date(hour + hourMs)]
      alarms.push({
        node,
        kind: 'unusual-traffic',
        first,
        next,
        limit: amountText(most) ?? '0',
        value: amountText(present) ?? '0',
        detail,
      })
    }
  }
  return alarms
}

/** Extensions that call and that no node claims, where extensions are claimed at all. */
async function undefinedExtensions(
  database: Database<RatingSchema>,
  tenant: string,
  nodes: readonly StoredItem[],
  nowMs: number,
): Promise<Alarm[]> {
  const claimed = nodes
    .flatMap(({ data }) => (data as unknown as RatingNode).claims ?? [])
    .filter(({ kind }) => kind === 'extension')
    .map(({ pattern }) => matcherOf(pattern))
  if (claimed.length === 0) return []
  const today = Math.floor(nowMs / dayMs) * dayMs
  const period = [new Date(today - dayMs), new Date(today + dayMs)] as const
  const callers = await shortCallers(database, tenant, period)
  return callers
    .filter(({ caller }) => !claimed.some((matches) => matches(caller)))
    .map(({ node, caller }) => ({
      node,
      kind: 'undefined-extension' as const,
      first: new Date(today),
      next: period[1],
      limit: '0',
      value: '1',
      detail: caller,
    }))
}
