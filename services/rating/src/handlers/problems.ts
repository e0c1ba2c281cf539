import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { listRatingProblems, type Tenants, tenantsFrom } from '@strowger/schema'
import { listProblems } from '../store/problems.ts'
import type { RatingSchema } from '../store/tables.ts'

/** Records without a price, grouped by what is wrong. */
export function answerProblems(bus: Bus, parts: { database: Database<RatingSchema>; tenants: Tenants }): void {
  bus.reply(listRatingProblems, async (input, { context }) => {
    const { limit = 100, offset = 0, recurse = false, order = 'estimate', direction = 'desc', search, from, to } = input
    const tenant = personFrom(context).tenantId
    const scope = recurse ? tenantsFrom(parts.tenants, tenant) : [tenant]
    return listProblems(parts.database, scope, { limit, offset, from, to, search, order, direction })
  })
}
