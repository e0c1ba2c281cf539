import { type NeededScope, type Permission, scopesAllow, scopesCover } from '@strowger/schema'

/** What somebody may: the permission, and the scopes within it. Each list restricts; none restricts nothing. */
export interface Grant {
  readonly permission: Permission
  readonly scopes: readonly (readonly string[])[]
}

const ranks: Readonly<Record<Permission, number>> = { read: 0, write: 1, admin: 2 }

export function mayDo(has: Permission, needed: Permission): boolean {
  return ranks[has] >= ranks[needed]
}

/** The smaller of both: a token never may more than the user whose it is. */
export function smaller(one: Permission, other: Permission): Permission {
  return ranks[one] <= ranks[other] ? one : other
}

export function grantAllows({ permission, scopes }: Grant, needs: Permission, scope: NeededScope): boolean {
  return mayDo(permission, needs) && scopes.every((list) => scopesAllow(list, scope))
}

/** Whether one who has this may give that to another: nobody hands on more than they have. */
export function mayGrant(
  has: Grant,
  given: { permission: Permission; scopes?: readonly string[] | undefined },
): boolean {
  return mayDo(has.permission, given.permission) && has.scopes.every((list) => scopesCover(list, given.scopes))
}

/** The scopes that hold when every list restricts; undefined when none does. For people to read. */
export function shownScopes({ scopes }: Grant): string[] | undefined {
  const [first, ...others] = scopes
  if (first === undefined) return undefined
  return first.filter((scope) => others.every((list) => scopesCover(list, [scope])))
}
