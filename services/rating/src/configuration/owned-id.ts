import { Fault, type RatingItemKind, type Tenants, tenantsAbove } from '@strowger/schema'
import type { Knowledge } from './engines.ts'

/** `<tenant>/<id>` of an item that a tenant names: its own, or of the nearest tenant above. @throws Fault `not-found` */
export function ownedId(
  tenants: Tenants,
  knowledge: Knowledge,
  tenant: string,
  kind: RatingItemKind,
  id: string,
): string {
  const owner = tenantsAbove(tenants, tenant).find((one) =>
    knowledge.items.some((item) => item.kind === kind && item.id === id && item.tenant === one),
  )
  if (owner === undefined) throw new Fault('not-found', { detail: `There is no ${kind} ${id}` })
  return `${owner}/${id}`
}
