import type { Database } from '@strowger/database'
import { type Actor, Fault, type Permission, rootTenantId, type Tenants, tenantsFrom } from '@strowger/schema'
import type { AccessSchema } from '../store/tables.ts'
import { findUser } from '../store/users.ts'
import { credentialsFrom, namedTenant } from './credentials.ts'
import type { LogInDelays } from './log-in-delays.ts'
import type { Passwords } from './passwords.ts'
import type { TokenCheck } from './token-check.ts'

/** Who asks, for which tenant, and what they may. */
export interface Caller {
  readonly actor: Actor
  readonly tenant: string
  readonly permission: Permission
}

export interface Authentication {
  /**
   * @throws Fault `unauthenticated`, `forbidden`, `too-many-requests`; `not-found` for a tenant that is not the
   * caller's or below it, whether or not there is such a tenant.
   */
  caller(
    request: { headers: Readonly<Record<string, string | string[] | undefined>>; ip: string },
    needs: Needs,
  ): Promise<Caller>
}

interface Needs {
  readonly permission: Permission
  /** The operation is a log-in: name and password open it, whatever the user may otherwise do. */
  readonly isLogIn: boolean
}

const ranks: Readonly<Record<Permission, number>> = { read: 0, write: 1, admin: 2 }

export function mayDo(has: Permission, needed: Permission): boolean {
  return ranks[has] >= ranks[needed]
}

export function createAuthentication(parts: {
  database: Database<AccessSchema>
  tokens: TokenCheck
  passwords: Passwords
  delays: LogInDelays
  tenants: Tenants
}): Authentication {
  const { database, tokens, passwords, delays, tenants } = parts

  async function user(login: string, password: string, from: string): Promise<Caller> {
    await delays.wait(login, from)
    const found = await findUser(database, login)
    if (!(await passwords.verify(found?.passwordHash, password)) || found === undefined) {
      delays.failed(login, from)
      throw new Fault('unauthenticated', { detail: 'Name or password is wrong' })
    }
    delays.succeeded(login, from)
    const { id, tenant, permission } = found
    return { actor: { kind: 'person', name: found.login, id }, tenant, permission }
  }

  async function bearer(text: string): Promise<Caller> {
    const token = await tokens.check(text)
    if (token === undefined) throw new Fault('unauthenticated', { detail: 'The token is not valid, or not any more' })
    const { id, tenant, permission } = token
    return { actor: { kind: 'person', name: token.actor, id }, tenant, permission }
  }

  return {
    async caller({ headers, ip }, needs) {
      const credentials = credentialsFrom(headers)
      if (credentials === undefined) {
        throw new Fault('unauthenticated', { detail: 'Send a token as X-Auth-Token or Authorization: Bearer' })
      }
      const isPassword = credentials.kind === 'password'
      if (isPassword && !needs.isLogIn) {
        throw new Fault('unauthenticated', {
          detail: 'Name and password are taken by POST /api/v1/tokens only; send the token it answers',
        })
      }
      const caller = isPassword
        ? await user(credentials.login, credentials.password, ip)
        : await bearer(credentials.text)
      if (!isPassword && !mayDo(caller.permission, needs.permission)) {
        throw new Fault('forbidden', {
          detail: `This needs the permission ${needs.permission}; the token has ${caller.permission}`,
        })
      }
      return { ...caller, tenant: chosenTenant(tenants, caller.tenant, namedTenant(headers)) }
    },
  }
}

/** The tenant of the caller, or the one named, when that is its own or below it. */
function chosenTenant(tenants: Tenants, own: string, named: string | undefined): string {
  // Just made and not told here yet, or just removed: a moment later the token is found, or is gone with its tenant.
  if (own !== rootTenantId && tenants.get(own) === undefined) {
    throw new Fault('unavailable', { detail: 'The tenant of this token is not known here at present' })
  }
  if (named === undefined || named === own) return own
  if (!tenantsFrom(tenants, own).includes(named)) throw new Fault('not-found', { detail: 'There is no such tenant' })
  return named
}
