import type { Bus, Call, Handler } from '@strowger/bus'
import { type Database, personFrom, type TenantTransaction } from '@strowger/database'
import {
  Fault,
  type RatingItemKind,
  type RequestDefinition,
  ratingItems,
  type Tenants,
  tenantsAbove,
  tenantsFrom,
  type UsedBy,
} from '@strowger/schema'
import { newId } from '@strowger/service'
import type { Engines } from '../configuration/engines.ts'
import { referencesOf, referrersOf } from '../items/references.ts'
import { checkTrial } from '../items/trial.ts'
import { scopeUsing } from '../items/usage.ts'
import {
  changeItems,
  deleteItem,
  insertItem,
  listItems,
  readItem,
  readItems,
  type StoredItem,
  updateItem,
} from '../store/items.ts'
import { countUsed } from '../store/scope.ts'
import type { RatingSchema } from '../store/tables.ts'

interface Parts {
  readonly database: Database<RatingSchema>
  readonly tenants: Tenants
  readonly engines: Engines
  /** Something that ratings depend on has changed. */
  readonly changed: (tenant: string, kind: RatingItemKind, id: string) => void
  /** What only some kinds are asked about: a source’s format and settings. */
  readonly check: (kind: RatingItemKind, data: Readonly<Record<string, unknown>>, tenant: string) => void
}

/** Fields that the service sets by itself and a person’s PUT leaves as they are. */
const keptFields: Partial<Record<RatingItemKind, readonly string[]>> = { deck: ['version', 'rows'] }

/** The five operations on each kind of item. What is written must compile with everything else. */
export function answerItems(bus: Bus, parts: Parts): void {
  for (const kind of Object.keys(ratingItems) as RatingItemKind[]) answerKind(bus, kind, parts)
}

type AnyRequest = RequestDefinition<never, never>

function answerKind(bus: Bus, kind: RatingItemKind, parts: Parts): void {
  const { database, tenants, engines, changed, check } = parts
  const requests = ratingItems[kind] as unknown as Record<'list' | 'get' | 'create' | 'put' | 'remove', AnyRequest>
  const answer = <Input>(definition: AnyRequest, handler: Handler<Input, object>) =>
    bus.reply(definition as unknown as RequestDefinition<Input, object>, handler)

  answer<ListInput>(requests.list, async (input, { context }) => {
    const { order = 'id', direction = 'asc', limit = 100, offset = 0, recurse = false, search } = input
    const tenant = personFrom(context).tenantId
    const scope = recurse ? tenantsFrom(tenants, tenant) : [tenant]
    const { rows, total } = await listItems(database, scope, { kind, search, order, direction, limit, offset })
    return { items: rows.map(viewOf), total }
  })

  answer<{ id: string }>(requests.get, async ({ id }, { context }) => {
    const scope = tenantsFrom(tenants, personFrom(context).tenantId)
    const found = await database.inTenants(scope, {}, (tx) => readItem(tx, scope, kind, id))
    if (found === undefined) throw new Fault('not-found', { detail: `There is no ${kind} ${id}` })
    return viewOf(found)
  })

  /** Whether everything would still compile, with this item instead of what is stored. */
  async function tryOut(tenant: string, id: string, data: Data | undefined): Promise<readonly StoredItem[]> {
    const items = await readItems(database, scopeOf(tenant))
    const others = items.filter((item) => item.kind !== kind || item.id !== id || item.tenant !== tenant)
    if (data === undefined) {
      const referrers = referrersOf({ kind, id }, others)
      if (referrers.length > 0) throw new Fault('in-use', { detail: `In use by ${named(referrers)}` })
      return items
    }
    check(kind, data, tenant)
    const next = { tenant, kind, id, revision: 0, data, updatedAt: new Date(0) }
    requireReferences(next, others)
    await checkTrial(kind, engines.trial(tenant, [...others, next]))
    return items
  }

  async function write<Outcome>(
    { context }: Pick<Call, 'context'>,
    { id, data, dryRun, isNew = false }: { id: string; data: Data | undefined; dryRun: boolean; isNew?: boolean },
    work: (tx: TenantTransaction<RatingSchema>, tenant: string) => Promise<Outcome>,
  ): Promise<{ outcome: Outcome; applied: boolean; usedBy: UsedBy }> {
    const writer = personFrom(context)
    const below = tenantsFrom(tenants, writer.tenantId)
    // One that is there is written where it is, which may be below the asking tenant.
    const there = isNew ? undefined : await database.inTenants(below, {}, (tx) => readItem(tx, below, kind, id))
    if (!isNew && there === undefined) throw new Fault('not-found', { detail: `There is no ${kind} ${id}` })
    const tenant = there?.tenant ?? writer.tenantId
    const items = await tryOut(tenant, id, data)
    const written = await changeItems(database, { tenants: below, writer, dryRun }, async (tx) => ({
      outcome: await work(tx, tenant),
      usedBy: await countUsed(tx, scopeUsing(kind, id, items), below),
    }))
    if (!dryRun) changed(tenant, kind, id)
    return { ...written, applied: !dryRun }
  }

  const keeping = (data: Data, before: Data = {}): Data => {
    const kept = keptFields[kind] ?? []
    const rest = Object.fromEntries(Object.entries(data).filter(([name]) => !kept.includes(name)))
    return { ...rest, ...Object.fromEntries(kept.flatMap((name) => (name in before ? [[name, before[name]]] : []))) }
  }

  answer<{ item: Data & { id?: string }; dryRun?: boolean }>(
    requests.create,
    async ({ item, dryRun = false }, call) => {
      const { id = newId(), ...given } = item
      const data = keeping(given)
      const { outcome, ...rest } = await write(call, { id, data, dryRun, isNew: true }, (tx, tenant) =>
        insertItem(tx, { tenant, kind, id, data }),
      )
      return { item: viewOf(outcome), ...rest }
    },
  )

  answer<{ id: string; item: Data; ifRevision?: number; dryRun?: boolean }>(requests.put, async (input, call) => {
    const { id, item, ifRevision, dryRun = false } = input
    const { outcome, ...rest } = await write(call, { id, data: item, dryRun }, (tx, tenant) =>
      updateItem(tx, { tenant, kind, id, ifRevision }, (before) => keeping(item, before.data)),
    )
    return { item: viewOf(outcome), ...rest }
  })

  answer<{ id: string; ifRevision?: number; dryRun?: boolean }>(requests.remove, async (input, call) => {
    const { id, ifRevision, dryRun = false } = input
    const { applied, usedBy } = await write(call, { id, data: undefined, dryRun }, (tx, tenant) =>
      deleteItem(tx, { tenant, kind, id, ifRevision }),
    )
    return { applied, usedBy }
  })

  function scopeOf(tenant: string): string[] {
    return [...new Set([...tenantsAbove(tenants, tenant), ...tenantsFrom(tenants, tenant)])]
  }
}

type Data = Readonly<Record<string, unknown>>

interface ListInput {
  order?: 'id' | 'name' | 'updatedAt'
  direction?: 'asc' | 'desc'
  limit?: number
  offset?: number
  recurse?: boolean
  search?: string
}

/** @throws Fault `invalid-input` naming each place that names nothing. */
function requireReferences(item: StoredItem, others: readonly StoredItem[]): void {
  const fields = referencesOf(item.kind, item.data)
    .filter(({ kind, id }) => !others.some((other) => other.kind === kind && other.id === id))
    .map(({ field, kind, id }) => ({ field, problem: `there is no ${kind} "${id}"` }))
  const [first] = fields
  if (first !== undefined) throw new Fault('invalid-input', { detail: `${first.field}: ${first.problem}`, fields })
}

function named(items: readonly StoredItem[]): string {
  const shown = items.slice(0, 5).map(({ kind, id }) => `${kind} ${id}`)
  return items.length > shown.length ? `${shown.join(', ')} and ${items.length - shown.length} more` : shown.join(', ')
}

function viewOf({ tenant, id, revision, data, updatedAt }: StoredItem): object {
  return { ...data, id, tenant, revision, updatedAt: updatedAt.toISOString() }
}
