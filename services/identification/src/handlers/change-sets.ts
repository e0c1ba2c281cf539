import type { Bus } from '@strowger/bus'
import { changeSetOperations, type Database } from '@strowger/database'
import { deviceChanges, type Tenants } from '@strowger/schema'
import { publishReverted } from '../store/read-models.ts'
import type { DevicesSchema } from '../store/tables.ts'

/** What people changed of devices and policies; an undo tells the house what a change would have told. */
export function answerChangeSets(bus: Bus, parts: { database: Database<DevicesSchema>; tenants: Tenants }): void {
  const { changeSets } = parts.database
  const operations = changeSetOperations({ changeSets, tenants: parts.tenants, publish: publishReverted })
  bus.reply(deviceChanges.list, operations.list)
  bus.reply(deviceChanges.get, operations.get)
  bus.reply(deviceChanges.undo, operations.undo)
}
