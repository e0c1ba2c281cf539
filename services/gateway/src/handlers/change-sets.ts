import type { Bus } from '@strowger/bus'
import { type ChangeSetWithRows, changeSetOperations, type Database } from '@strowger/database'
import { accessChanges, Fault, listChangeSets, type Tenant, type Tenants } from '@strowger/schema'
import { mayGrant } from '../access/grant.ts'
import type { TokenCheck } from '../access/token-check.ts'
import type { ChangeIndex } from '../change-index.ts'
import { publishReverted } from '../store/read-models.ts'
import { findActing } from '../store/sessions.ts'
import type { AccessSchema } from '../store/tables.ts'

/** What people changed of tenants, users and tokens; an undo tells the house what a change would have told. */
export function answerChangeSets(
  bus: Bus,
  parts: {
    database: Database<AccessSchema>
    tenants: Tenants & { applyLocal(id: string, tenant: Tenant | undefined): void }
    tokens: Pick<TokenCheck, 'forgetAll'>
    changes: ChangeIndex
  },
): void {
  const { database, tenants, tokens, changes } = parts
  const { changeSets } = database

  bus.reply(listChangeSets, async ({ order: _byTime, ...query }, { context, deadline }) => {
    const { permission } = await findActing(database, context)
    return changes.list(query, { context, permission, deadline })
  })

  bus.reply(accessChanges.undo, async (input, call) => {
    // What is taken back may have been anything: users, roles, tokens.
    if (!mayGrant(await findActing(database, call.context), { permission: 'admin' })) {
      throw new Fault('forbidden', {
        detail: 'Changes of access are taken back by an administrator without scopes only',
      })
    }
    const written: { id: string; tenant: Tenant | undefined }[] = []
    const { undo } = operationsWith(async (tx, rows) => {
      written.push(...(await publishReverted(tx, rows, tenants)))
    })
    const undone = await undo(input, call)
    if (undone.applied) {
      for (const { id, tenant } of written) tenants.applyLocal(id, tenant)
      tokens.forgetAll()
    }
    return undone
  })

  const { list, get } = operationsWith(async () => {})
  bus.reply(accessChanges.list, list)
  bus.reply(accessChanges.get, get)

  function operationsWith(publish: Parameters<typeof changeSetOperations<AccessSchema>>[0]['publish']) {
    return changeSetOperations({
      changeSets,
      tenants,
      publish,
      hiddenColumns: ['hash', 'password_hash', 'external_id'],
      tenantsOf: removedTenants,
    })
  }
}

/** Tenants that this change set removed from below ours: they are in the tree no more, and an undo writes them again. */
function removedTenants({ changes }: ChangeSetWithRows, scope: readonly string[]): string[] {
  return changes.flatMap(({ table, operation, key, before }) =>
    table === 'tenant' && operation === 'delete' && scope.includes(String(before?.['parent']))
      ? [String(key['id'])]
      : [],
  )
}
