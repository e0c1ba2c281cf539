import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  Fault,
  getRatingCall,
  listRatingCalls,
  ratingStatuses,
  type Tenants,
  tenantsAbove,
  tenantsFrom,
} from '@strowger/schema'
import { amountText } from '../amounts.ts'
import { nativeFrom } from '../import/native-block.ts'
import type { Explanations } from '../runs/explain.ts'
import { callView, listCalls, readBlock, readRatings, readRevisions } from '../store/calls.ts'
import { nodesBelow } from '../store/scope.ts'
import type { RatingSchema } from '../store/tables.ts'

/** Calls with what they cost and earn, and how. */
export function answerCalls(
  bus: Bus,
  parts: { database: Database<RatingSchema>; tenants: Tenants; explain: Explanations },
): void {
  const { database, tenants, explain } = parts

  bus.reply(listRatingCalls, async (input, { context }) => {
    const { order = 'at', direction = 'desc', limit = 100, offset = 0, recurse = false, node, ...filter } = input
    const tenant = personFrom(context).tenantId
    const scope = recurse ? tenantsFrom(tenants, tenant) : [tenant]
    const nodes =
      node === undefined ? undefined : await database.inTenants(scope, {}, (tx) => nodesBelow(tx, scope, [node]))
    const { from, to, search, vendor, source, batch, status, reason, problem } = filter
    return listCalls(database, scope, {
      filter: { from, to, search, nodes, vendor, source, batch, status, reason, problem },
      order,
      direction,
      limit,
      offset,
    })
  })

  bus.reply(getRatingCall, async ({ key }, { context }) => {
    const tenant = personFrom(context).tenantId
    const scope = tenantsFrom(tenants, tenant)
    const { revisions, ratings } = await database.inTenants(scope, {}, async (tx) => {
      const found = await readRevisions(tx, key, scope)
      const [latest] = found
      return { revisions: found, ratings: latest === undefined ? [] : await readRatings(tx, key, latest.revision) }
    })
    const [latest] = revisions
    if (latest === undefined) throw new Fault('not-found', { detail: `There is no call ${key}` })
    // The block lies with the tenant of the source, which may be above that of the call.
    const holders = [...new Set([...scope, ...tenantsAbove(tenants, latest.tenant_id)])]
    const block = await readBlock(database, holders, latest.native_block)
    const native = (block && nativeFrom(block, latest.native_place)) ?? ''
    return {
      call: callView(latest),
      native,
      revisions: revisions.map(callView),
      ratings: ratings.map(({ run_id, at, status, income, cost, published }) => ({
        run: run_id === null ? null : Number(run_id),
        at: new Date(at).toISOString(),
        status: ratingStatuses[status] ?? ('error' as const),
        income: amountText(income),
        cost: amountText(cost),
        published,
      })),
      steps: native === '' ? [] : await explain(latest, native, holders),
    }
  })
}
