import { type RowChange, secretMask, type Tenants, tenantsFrom } from '@strowger/schema'
import { isSealed } from '@strowger/service'
import type { ChangeSetQuery, ChangeSets, ChangeSetWithRows, UndoOptions } from './change-sets.ts'
import { personFrom } from './person.ts'

interface Call {
  readonly context: Parameters<typeof personFrom>[0]
}

/**
 * The three operations on the change sets of one schema, the same for every owner: within the asking tenant and those
 * below it, with secrets masked. What an undo wrote is told to the house by `publish`.
 */
export function changeSetOperations<DB>(parts: {
  changeSets: ChangeSets<DB>
  tenants: Tenants
  publish: NonNullable<UndoOptions<DB>['publish']>
  /** Columns that are for nobody to read, beside sealed values. */
  hiddenColumns?: readonly string[]
  /** Tenants that an undo may write beside those of the asking one. */
  tenantsOf?: (changeSet: ChangeSetWithRows, scope: readonly string[]) => readonly string[]
}) {
  const { changeSets, tenants, publish, hiddenColumns = [], tenantsOf = () => [] } = parts
  const hidden = new Set(hiddenColumns)

  return {
    async list({ recurse = false, ...query }: ChangeSetQuery & { recurse?: boolean }, { context }: Call) {
      const { tenantId } = personFrom(context)
      return changeSets.list({ ...query, tenants: recurse ? tenantsFrom(tenants, tenantId) : [tenantId] })
    },
    async get({ id }: { id: number }, { context }: Call) {
      return masked(await changeSets.show(id, { tenants: tenantsFrom(tenants, personFrom(context).tenantId) }), hidden)
    },
    async undo({ id, dryRun = false }: { id: number; dryRun?: boolean }, { context }: Call) {
      const { actor, tenantId, note, requestId } = personFrom(context)
      const scope = tenantsFrom(tenants, tenantId)
      const shown = await changeSets.show(id, { tenants: scope })
      const undone = await changeSets.undo(id, {
        tenants: [...scope, ...tenantsOf(shown, scope)],
        actor,
        tenantId,
        dryRun,
        publish,
        ...(note === undefined ? {} : { note }),
        ...(requestId === undefined ? {} : { requestId }),
      })
      return masked(undone, hidden)
    },
  }
}

function masked<T extends ChangeSetWithRows>(changeSet: T, hidden: ReadonlySet<string>): T {
  const image = (columns: RowChange['before']) =>
    columns &&
    Object.fromEntries(
      Object.entries(columns).map(([name, value]) => [
        name,
        hidden.has(name) && value != null ? secretMask : unsealed(value),
      ]),
    )
  const changes = changeSet.changes.map((change) => ({
    ...change,
    before: image(change.before),
    after: image(change.after),
  }))
  return { ...changeSet, changes }
}

/** The same value with every sealed text in it masked. */
function unsealed(value: unknown): unknown {
  if (typeof value === 'string') return isSealed(value) ? secretMask : value
  if (Array.isArray(value)) return value.map(unsealed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unsealed(inner)]))
}
