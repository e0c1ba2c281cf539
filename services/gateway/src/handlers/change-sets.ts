import type { Bus } from '@strowger/bus'
import { type ChangeSetWithRows, type Database, personFrom } from '@strowger/database'
import { accessChanges, type RowChange, secretMask, type Tenant, type Tenants, tenantsFrom } from '@strowger/schema'
import type { TokenCheck } from '../access/token-check.ts'
import { publishReverted } from '../store/read-models.ts'
import type { AccessSchema } from '../store/tables.ts'

const hashes = ['hash', 'password_hash']

/** What people changed of tenants, users and tokens; an undo tells the house what a change would have told. */
export function answerChangeSets(
  bus: Bus,
  parts: {
    database: Database<AccessSchema>
    tenants: Tenants & { applyLocal(id: string, tenant: Tenant | undefined): void }
    tokens: Pick<TokenCheck, 'forgetAll'>
  },
): void {
  const { database, tenants, tokens } = parts
  const { changeSets } = database

  bus.reply(accessChanges.list, async ({ limit = 100, offset = 0, recurse = false }, { context }) => {
    const tenant = personFrom(context).tenantId
    return changeSets.list({ tenants: recurse ? tenantsFrom(tenants, tenant) : [tenant], limit, offset })
  })

  bus.reply(accessChanges.get, async ({ id }, { context }) =>
    masked(await changeSets.show(id, { tenants: tenantsFrom(tenants, personFrom(context).tenantId) })),
  )

  bus.reply(accessChanges.undo, async ({ id, dryRun = false }, { context }) => {
    const { actor, tenantId } = personFrom(context)
    const scope = tenantsFrom(tenants, tenantId)
    const shown = await changeSets.show(id, { tenants: scope })
    const written: { id: string; tenant: Tenant | undefined }[] = []
    const undone = await changeSets.undo(id, {
      tenants: [...scope, ...removedTenants(shown.changes, scope)],
      actor,
      tenantId,
      dryRun,
      publish: async (tx, rows) => {
        written.push(...(await publishReverted(tx, rows, tenants)))
      },
    })
    for (const { id: changed, tenant } of written) tenants.applyLocal(changed, tenant)
    tokens.forgetAll()
    return masked(undone)
  })
}

/** Tenants that this change set removed from below ours: they are in the tree no more, and an undo writes them again. */
function removedTenants(changes: readonly RowChange[], scope: readonly string[]): string[] {
  return changes.flatMap(({ table, operation, key, before }) =>
    table === 'tenant' && operation === 'delete' && scope.includes(String(before?.['parent']))
      ? [String(key['id'])]
      : [],
  )
}

/** Hashes are for nobody to read. */
function masked<T extends ChangeSetWithRows>(changeSet: T): T {
  const image = (columns: Readonly<Record<string, unknown>> | null) =>
    columns &&
    Object.fromEntries(
      Object.entries(columns).map(([name, value]) => [
        name,
        hashes.includes(name) && value != null ? secretMask : value,
      ]),
    )
  const changes = changeSet.changes.map((change) => ({
    ...change,
    before: image(change.before),
    after: image(change.after),
  }))
  return { ...changeSet, changes }
}
