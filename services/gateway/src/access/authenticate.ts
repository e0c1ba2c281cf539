import type { Database } from '@strowger/database'
import {
  type Actor,
  Fault,
  type NeededScope,
  neededScope,
  type Permission,
  type RequestDefinition,
  rootTenantId,
  type Tenants,
  tenantsFrom,
} from '@strowger/schema'
import { takeSignIn } from '../store/sign-ins.ts'
import type { AccessSchema } from '../store/tables.ts'
import { findUser, type KnownUser } from '../store/users.ts'
import { credentialsFrom, namedTenant } from './credentials.ts'
import { type Grant, grantAllows, mayDo } from './grant.ts'
import type { LogInDelays } from './log-in-delays.ts'
import type { Passwords } from './passwords.ts'
import type { TokenCheck } from './token-check.ts'
import { kindOfSecret, tokenHash } from './token-text.ts'

/** Who asks, for which tenant, and what they may. */
export interface Caller extends Grant {
  readonly actor: Actor
  readonly tenant: string
  /** How a log-in proved itself; absent when a token or a session asks. */
  readonly logIn?: 'password' | 'openid'
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

export interface Needs {
  readonly permission: Permission
  /**
   * What of the scopes it needs; `later`: whoever calls an operation then asks `refuseOutside`. Without it a token with
   * scopes is refused.
   */
  readonly scope?: NeededScope | 'later'
  /** The operation is a log-in: name and password open it, whatever the user may otherwise do. */
  readonly isLogIn: boolean
}

export function createAuthentication(parts: {
  database: Database<AccessSchema>
  tokens: TokenCheck
  passwords: Passwords
  delays: LogInDelays
  tenants: Tenants
}): Authentication {
  const { database, tokens, passwords, delays, tenants } = parts

  async function byPassword(login: string, password: string, from: string): Promise<Caller> {
    await delays.wait(login, from)
    const found = await findUser(database, login)
    const matches = await passwords.verify(found?.passwordHash ?? undefined, password)
    if (!matches || found === undefined || !found.enabled) {
      delays.failed(login, from)
      throw new Fault('unauthenticated', { detail: 'Name or password is wrong' })
    }
    delays.succeeded(login, from)
    return { ...callerOf(found), logIn: 'password' }
  }

  async function byCode(text: string): Promise<Caller> {
    const taken = await takeSignIn(database, tokenHash(text))
    const user = taken && (await findUser(database, taken.login))
    if (user === undefined || user.id !== taken?.id || !user.enabled) {
      throw new Fault('unauthenticated', { detail: 'The code of the sign-in is not valid, or not any more' })
    }
    return { ...callerOf(user), logIn: 'openid' }
  }

  async function byToken(text: string): Promise<Caller> {
    const token = await tokens.check(text)
    if (token === undefined) throw new Fault('unauthenticated', { detail: 'The token is not valid, or not any more' })
    const { id, tenant, permission, scopes } = token
    return { actor: { kind: 'person', name: token.actor, id }, tenant, permission, scopes }
  }

  return {
    async caller({ headers, ip }, needs) {
      const credentials = credentialsFrom(headers)
      if (credentials === undefined) {
        throw new Fault('unauthenticated', { detail: 'Send a token as X-Auth-Token or Authorization: Bearer' })
      }
      const isLogIn = credentials.kind === 'password' || kindOfSecret(credentials.text) === 'code'
      if (isLogIn && !needs.isLogIn) {
        throw new Fault('unauthenticated', {
          detail: 'Name and password are taken by POST /api/v1/sessions and /api/v1/tokens only; send what it answers',
        })
      }
      const caller =
        credentials.kind === 'password'
          ? await byPassword(credentials.login, credentials.password, ip)
          : isLogIn
            ? await byCode(credentials.text)
            : await byToken(credentials.text)
      if (!isLogIn) refuseUnlessAllowed(caller, needs)
      return { ...caller, tenant: chosenTenant(tenants, caller.tenant, namedTenant(headers)) }
    },
  }
}

function callerOf({ id, tenant, login, permission, scopes }: KnownUser): Caller {
  return { actor: { kind: 'person', name: login, id }, tenant, permission, scopes: scopes === null ? [] : [scopes] }
}

function refuseUnlessAllowed(caller: Caller, { permission, scope }: Omit<Needs, 'isLogIn'>): void {
  if (!mayDo(caller.permission, permission)) {
    throw new Fault('forbidden', {
      detail: `This needs the permission ${permission}; the token has ${caller.permission}`,
    })
  }
  if (scope === 'later') return
  if (scope === undefined) {
    if (caller.scopes.length === 0) return
    throw new Fault('forbidden', { detail: 'This address takes no token with scopes' })
  }
  if (!grantAllows(caller, permission, scope)) {
    throw new Fault('forbidden', { detail: `This needs the scope ${scope.resource}:${scope.verb}` })
  }
}

/** Fault `forbidden` when this caller may not ask that operation. */
export function refuseOutside(
  caller: Caller,
  { rest, subject }: Pick<RequestDefinition<never, unknown>, 'rest' | 'subject'>,
): void {
  if (rest === undefined) throw new Fault('forbidden', { internal: `${subject} is not for people` })
  refuseUnlessAllowed(caller, { permission: rest.permission, scope: neededScope(rest) })
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
