import type { Database } from '@strowger/database'
import { allTenants, type Tenants } from '@strowger/schema'
import { type Clock, type Log, type Persistent, startPersistently } from '@strowger/service'
import { allKinds, type Models, type Written } from './models.ts'
import { type Kind, kinds } from './store/kinds.ts'
import { type Ledgers, messagesOf } from './store/ledger.ts'
import type { SipSchema } from './store/tables.ts'
import { ensureFirstTransports, ensureTenantTemplates } from './tenant-templates.ts'

/**
 * Once at the start, as soon as PostgreSQL is there: fills buckets that are empty though the tables are not, and makes
 * the first transports and the templates of tenants that have none.
 */
export function startFirstSteps(parts: {
  database: Database<SipSchema>
  ledgers: Ledgers
  models: Models
  tenants: Tenants
  clock: Pick<Clock, 'sleep'>
  log: Log
}): Persistent {
  const { database, ledgers, models, tenants, clock, log } = parts

  async function publishMissing(): Promise<void> {
    const scope = allTenants(tenants)
    for (const kind of allKinds) {
      if (models[kind].size > 0) continue
      const written = await database.inTenants(scope, { writer: { kind: 'system' } }, async (tx) => {
        const rows = await tx
          .selectFrom(kind as 'line')
          .selectAll()
          .execute()
        const documents = rows.map((row) => documentOf(kind, row))
        await tx.outbox.addMany(messagesOf(documents))
        return documents
      })
      for (const { key, document } of written) models[kind].applyLocal(key, document as never)
      if (written.length > 0)
        log.warn({ kind, count: written.length }, 'a read model was empty and has been filled from its table')
    }
  }

  async function steps(): Promise<void> {
    await publishMissing()
    await ensureFirstTransports(ledgers)
    for (const tenant of allTenants(tenants)) await ensureTenantTemplates(ledgers, tenant)
  }

  const problem = 'the first steps could not be taken yet; tried again'
  return startPersistently(steps, { problem, clock, log })
}

function documentOf(kind: Kind, row: unknown): Written {
  const document = kinds[kind].fromRow(row as never)
  return { kind, key: kinds[kind].keyOf(document as never), document } as Written
}
