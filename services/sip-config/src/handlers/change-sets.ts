import type { Bus } from '@strowger/bus'
import { changeSetOperations, type Database } from '@strowger/database'
import { sipChanges, type Tenants } from '@strowger/schema'
import type { Ledgers } from '../store/ledger.ts'
import type { SipSchema } from '../store/tables.ts'

/** What people changed of SIP configurations, lines and what belongs to them; an undo tells the house. */
export function answerChangeSets(
  bus: Bus,
  parts: { database: Database<SipSchema>; tenants: Tenants; ledgers: Ledgers },
): void {
  const { database, tenants, ledgers } = parts
  const operations = changeSetOperations({ changeSets: database.changeSets, tenants, publish: ledgers.reverted })
  bus.reply(sipChanges.list, operations.list)
  bus.reply(sipChanges.get, operations.get)
  bus.reply(sipChanges.undo, operations.undo)
}
