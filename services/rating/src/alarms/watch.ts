import type { Database } from '@strowger/database'
import { type Zone, zoneOf } from '@strowger/rating'
import { allTenants, type RatingNode, type Tenants } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import { amountOf, amountText } from '../amounts.ts'
import type { Engines } from '../configuration/engines.ts'
import { matcherOf } from '../import/plain-rater.ts'
import { type Alarm, incomeOf, keepAlarms, mostAtOnce, shortCallers } from '../store/alarms.ts'
import type { StoredItem } from '../store/items.ts'
import { nodesBelowInTime } from '../store/subtree.ts'
import type { RatingSchema } from '../store/tables.ts'
import { localDay, localHour, localMonth, type Period } from './local-periods.ts'

const weeks = 4
const everyMs = 60_000

type Limits = NonNullable<RatingNode['limits']>

interface Parts {
  readonly database: Database<RatingSchema>
  readonly tenants: Tenants
  readonly engines: Engines
  readonly clock: Clock
  readonly log: Log
  /** Zone of the days and months of nodes that say none (IANA name). */
  readonly zone: string
}

/** Looks every minute whether limits of nodes are passed, traffic is unusual, or extensions are nobody’s. */
export function watchAlarms(parts: Parts): { look(): Promise<void>; close(): void } {
  const { database, tenants, engines, clock, log } = parts
  const zoneFrom = (name: string | undefined): Zone => {
    const zone = (name === undefined ? undefined : zoneOf(name)) ?? zoneOf(parts.zone)
    if (zone === undefined) throw new Error(`there is no zone ${parts.zone}`)
    return zone
  }

  async function look(): Promise<void> {
    for (const tenant of allTenants(tenants)) {
      const nodes = [...(await engines.itemsOf(tenant)).own('node')]
      if (nodes.length === 0) continue
      const nowMs = clock.now()
      const found: Alarm[] = []
      for (const node of nodes) {
        const { limits, zone } = node.data as unknown as RatingNode
        if (limits !== undefined) found.push(...(await ofNode(database, node, { limits, zone: zoneFrom(zone), nowMs })))
      }
      found.push(...(await undefinedExtensions(database, tenant, nodes, { zone: zoneFrom(undefined), nowMs })))
      const kept = found.length === 0 ? 0 : await keepAlarms(database, tenant, found)
      if (kept > 0) log.warn({ tenant, alarms: kept }, 'calls have passed a limit or are unusual')
    }
  }
  const timer = clock.every(everyMs, () =>
    look().catch((error: unknown) => log.warn({ error }, 'limits could not be looked at; tried again')),
  )
  return { look, close: () => timer.cancel() }
}

interface Looked {
  readonly zone: Zone
  readonly nowMs: number
}

/** Calls come when they end, or with a file of the night: the day, and the hour, before are looked at as well. */
const alsoBefore = [1, 0]

async function ofNode(
  database: Database<RatingSchema>,
  { tenant, id: node }: StoredItem,
  { limits, zone, nowMs }: Looked & { limits: Limits },
): Promise<Alarm[]> {
  const everBelow = await database.inTenants([tenant], {}, (tx) => nodesBelowInTime(tx, [tenant], [node]))
  const nodes = everBelow.filter(({ firstMs, nextMs }) => nowMs >= firstMs && nowMs < nextMs).map(({ id }) => id)
  const income = (period: Period) => incomeOf(database, tenant, nodes, period)
  const alarms: Alarm[] = []
  const add = (kind: Alarm['kind'], [first, next]: Period, rest: Pick<Alarm, 'limit' | 'value' | 'detail'>) =>
    alarms.push({ node, kind, first, next, ...rest })
  if (limits.monthlyCost !== undefined) {
    const month = localMonth(zone, nowMs)
    const spent = await income(month)
    if (spent >= amountOf(limits.monthlyCost)) {
      add('cost-limit', month, { limit: limits.monthlyCost, value: amountText(spent) ?? '0', detail: '' })
    }
  }
  if (limits.concurrentCalls !== undefined) {
    for (const before of alsoBefore) {
      const day = localDay(zone, nowMs, before)
      const most = await mostAtOnce(database, tenant, nodes, day)
      const [limit, value] = [String(limits.concurrentCalls), String(most)]
      if (most > limits.concurrentCalls) add('concurrent-calls', day, { limit, value, detail: '' })
    }
  }
  if (limits.unusualFactor !== undefined) {
    const perMille = BigInt(Math.round(limits.unusualFactor * 1_000))
    for (const before of alsoBefore) {
      const hour = localHour(zone, nowMs, { hours: before })
      const present = await income(hour)
      if (present <= 0n) continue
      const usual = await usualOf(income, (days) => localHour(zone, nowMs, { hours: before, days }))
      const most = (usual.income * perMille) / 1_000n
      if (usual.income <= 0n || present <= most) continue
      const detail = `${amountText(usual.income)} is usual ${usual.when}`
      add('unusual-traffic', hour, { limit: amountText(most) ?? '0', value: amountText(present) ?? '0', detail })
    }
  }
  return alarms
}

/**
 * What this hour of the week came to in the weeks before, by the clock of the zone: `hour` gives it so many days before.
 * Where that is nothing, as at night, what any hour did: the hours in which nobody calls are those in which a stolen
 * account is used. Nothing at all: nothing to compare with.
 */
async function usualOf(
  income: (period: Period) => Promise<bigint>,
  hour: (daysBefore: number) => Period,
): Promise<{ income: bigint; when: string }> {
  let sum = 0n
  for (let week = 1; week <= weeks; week += 1) sum += await income(hour(week * 7))
  if (sum > 0n) return { income: sum / BigInt(weeks), when: 'for this weekday and hour' }
  const all = await income([hour(weeks * 7)[0], hour(0)[0]])
  return { income: all / BigInt(weeks * 7 * 24), when: 'in an hour; there is none for this weekday and hour' }
}

/** Extensions that call and that no node claims, where extensions are claimed at all. */
async function undefinedExtensions(
  database: Database<RatingSchema>,
  tenant: string,
  nodes: readonly StoredItem[],
  { zone, nowMs }: Looked,
): Promise<Alarm[]> {
  const claimed = claimedExtensions(nodes)
  if (claimed === undefined) return []
  const alarms: Alarm[] = []
  for (const before of alsoBefore) {
    const [first, next] = localDay(zone, nowMs, before)
    for (const { node, caller } of await shortCallers(database, tenant, [first, next])) {
      if (claimed(caller)) continue
      alarms.push({ node, kind: 'undefined-extension', first, next, limit: '0', value: '1', detail: caller })
    }
  }
  return alarms
}

/** Whether an extension is claimed; undefined where none is. Nearly all of 100,000 claims are of one extension each. */
function claimedExtensions(nodes: readonly StoredItem[]): ((caller: string) => boolean) | undefined {
  const exact = new Set<string>()
  const others: ((caller: string) => boolean)[] = []
  for (const { data } of nodes) {
    for (const { kind, pattern } of (data as unknown as RatingNode).claims ?? []) {
      if (kind !== 'extension') continue
      if (/[X*]$/.test(pattern)) others.push(matcherOf(pattern))
      else exact.add(pattern)
    }
  }
  if (exact.size + others.length === 0) return undefined
  return (caller) => exact.has(caller) || others.some((matches) => matches(caller))
}
