import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { listAlarms, type Tenants, tenantsFrom } from '@strowger/schema'
import { listStoredAlarms } from '../store/alarms.ts'
import type { RatingSchema } from '../store/tables.ts'

export function answerAlarms(bus: Bus, parts: { database: Database<RatingSchema>; tenants: Tenants }): void {
  bus.reply(listAlarms, async (input, { context }) => {
    const { node, search = '', direction = 'desc', limit = 100, offset = 0, recurse = false } = input
    const tenant = personFrom(context).tenantId
    const scope = recurse ? tenantsFrom(parts.tenants, tenant) : [tenant]
    return listStoredAlarms(parts.database, scope, { node, search, direction, limit, offset })
  })
}
