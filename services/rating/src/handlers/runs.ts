import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  createConfirmation,
  createRun,
  Fault,
  getRun,
  listAdjustments,
  listConfirmations,
  listRunChanges,
  listRuns,
  publishRun,
  type Tenants,
  tenantsFrom,
  withdrawRun,
} from '@strowger/schema'
import type { Runs } from '../runs/runs.ts'
import { insertConfirmation, listStoredAdjustments, listStoredConfirmations } from '../store/confirmations.ts'
import { changeItems } from '../store/items.ts'
import { listStoredChanges, listStoredRuns, publishStoredRun, readRun, withdrawStoredRun } from '../store/runs.ts'
import type { RatingSchema } from '../store/tables.ts'

/** Rating again, switching to it and back, and what is confirmed and never altered. */
export function answerRuns(bus: Bus, parts: { database: Database<RatingSchema>; tenants: Tenants; runs: Runs }): void {
  const { database, tenants, runs } = parts
  const scopeOf = (tenant: string, recurse = false) => (recurse ? tenantsFrom(tenants, tenant) : [tenant])

  bus.reply(createRun, async ({ run: asked }, { context }) => {
    const { tenantId: tenant } = personFrom(context)
    const { scope, reason, knownAt, publish = false } = asked
    const known = knownAt === undefined ? undefined : new Date(knownAt)
    if (known !== undefined && Number.isNaN(known.getTime())) {
      throw new Fault('invalid-input', { fields: [{ field: '/run/knownAt', problem: 'must be an instant' }] })
    }
    return runs.begin({ tenant, actor: context.actor, scope, reason, knownAt: known, publish })
  })

  bus.reply(listRuns, async (input, { context }) => {
    const { search, direction = 'desc', limit = 100, offset = 0, recurse } = input
    return listStoredRuns(database, scopeOf(personFrom(context).tenantId, recurse), {
      search,
      direction,
      limit,
      offset,
    })
  })

  bus.reply(getRun, async ({ id }, { context }) => {
    const scope = tenantsFrom(tenants, personFrom(context).tenantId)
    return database.inTenants(scope, {}, (tx) => readRun(tx, scope, id))
  })

  bus.reply(listRunChanges, async (input, { context }) => {
    const { id, search, order = 'difference', direction = 'desc', limit = 100, offset = 0 } = input
    const scope = tenantsFrom(tenants, personFrom(context).tenantId)
    return database.inTenants(scope, {}, async (tx) => {
      const { state } = await readRun(tx, scope, id)
      if (state === 'expired') {
        throw new Fault('conflict', { detail: `Run ${id} is expired: which calls it rated otherwise is not kept` })
      }
      return listStoredChanges(tx, id, { search, order, direction, limit, offset })
    })
  })

  bus.reply(publishRun, async ({ id, dryRun = false }, { context }) => {
    const writer = personFrom(context)
    const scope = tenantsFrom(tenants, writer.tenantId)
    const switched = await changeItems(database, { tenants: scope, writer, dryRun }, async (tx) => {
      const adjustments = await publishStoredRun(tx, await readRun(tx, scope, id))
      return { run: await readRun(tx, scope, id), adjustments }
    })
    if (!dryRun) runs.replayDue()
    return { ...switched, applied: !dryRun }
  })

  bus.reply(withdrawRun, async ({ id, dryRun = false }, { context }) => {
    const writer = personFrom(context)
    const scope = tenantsFrom(tenants, writer.tenantId)
    const switched = await changeItems(database, { tenants: scope, writer, dryRun }, async (tx) => {
      const adjustments = await withdrawStoredRun(tx, await readRun(tx, scope, id))
      return { run: await readRun(tx, scope, id), adjustments }
    })
    if (!dryRun) runs.replayDue()
    return { ...switched, applied: !dryRun }
  })

  bus.reply(createConfirmation, async ({ confirmation, dryRun = false }, { context }) => {
    const writer = personFrom(context)
    const { tenantId: tenant, actor } = writer
    const done = await changeItems(database, { tenants: [tenant], writer, dryRun }, (tx) =>
      insertConfirmation(tx, { tenant, actor, ...confirmation }),
    )
    return { ...done, applied: !dryRun }
  })

  bus.reply(listConfirmations, async (input, { context }) => {
    const { node, search, direction = 'desc', limit = 100, offset = 0, recurse } = input
    return listStoredConfirmations(database, scopeOf(personFrom(context).tenantId, recurse), {
      node,
      search,
      direction,
      limit,
      offset,
    })
  })

  bus.reply(listAdjustments, async (input, { context }) => {
    const { node, search, direction = 'desc', limit = 100, offset = 0, recurse } = input
    return listStoredAdjustments(database, scopeOf(personFrom(context).tenantId, recurse), {
      node,
      search,
      direction,
      limit,
      offset,
    })
  })
}
