import type { Bus } from '@strowger/bus'
import { changeSetOperations, type Database } from '@strowger/database'
import { ratingChanges, type Tenants } from '@strowger/schema'
import type { RatingSchema } from '../store/tables.ts'

/** What people changed of rates, plans and organisations. */
export function answerChangeSets(bus: Bus, parts: { database: Database<RatingSchema>; tenants: Tenants }): void {
  const { changeSets } = parts.database
  const operations = changeSetOperations({ changeSets, tenants: parts.tenants, publish: async () => {} })
  bus.reply(ratingChanges.list, operations.list)
  bus.reply(ratingChanges.get, operations.get)
  bus.reply(ratingChanges.undo, operations.undo)
}
