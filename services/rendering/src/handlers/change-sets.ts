import type { Bus } from '@strowger/bus'
import { changeSetOperations, type Database } from '@strowger/database'
import { configChanges, type Tenants } from '@strowger/schema'
import { publishReverted } from '../store/read-models.ts'
import type { ProvisioningSchema } from '../store/tables.ts'

/** What people changed of configs; an undo tells the house what a change would have told. */
export function answerChangeSets(bus: Bus, parts: { database: Database<ProvisioningSchema>; tenants: Tenants }): void {
  const { changeSets } = parts.database
  const operations = changeSetOperations({ changeSets, tenants: parts.tenants, publish: publishReverted })
  bus.reply(configChanges.list, operations.list)
  bus.reply(configChanges.get, operations.get)
  bus.reply(configChanges.undo, operations.undo)
}
