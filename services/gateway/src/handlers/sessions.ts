import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { createSession, deleteSession, Fault, listSessions, type Tenants, tenantsFrom, whoAmI } from '@strowger/schema'
import { type Clock, newId } from '@strowger/service'
import { mayDo, shownScopes } from '../access/grant.ts'
import type { TokenCheck } from '../access/token-check.ts'
import { newSecretText, tokenHash } from '../access/token-text.ts'
import { findActing, insertSession, listSessions as listStored, removeSession } from '../store/sessions.ts'
import type { AccessSchema } from '../store/tables.ts'

/** Log-ins: opened with name and password or a sign-in, listed, ended. */
export function answerSessions(
  bus: Bus,
  parts: {
    database: Database<AccessSchema>
    tenants: Tenants
    tokens: Pick<TokenCheck, 'forget'>
    limits: { readonly idleMs: number; readonly longestMs: number }
    clock: Pick<Clock, 'now'>
  },
): void {
  const { database, tenants, tokens, limits, clock } = parts

  bus.reply(createSession, async ({ from = {} }, { context }) => {
    const acting = await findActing(database, context)
    if (acting.kind !== 'user' || acting.user === undefined) {
      throw new Fault('forbidden', {
        detail: 'A session is opened with name and password or a sign-in, not by a token',
      })
    }
    const text = newSecretText('session')
    const session = await insertSession(database, {
      id: newId(),
      // Where the user is, whatever tenant was named: a session can act for those below, as a token can.
      tenant: acting.tenant,
      user: acting.user,
      hash: tokenHash(text),
      via: from.via ?? 'password',
      address: from.address,
      agent: from.agent,
      expiresAt: new Date(clock.now() + limits.longestMs),
    })
    return { ...session, permission: acting.permission, text }
  })

  bus.reply(listSessions, async ({ recurse = false, ...query }, { context }) => {
    const { tenantId } = personFrom(context)
    const { id, user, permission, tenant } = await findActing(database, context)
    const seesAll = mayDo(permission, 'admin')
    const scope = seesAll ? (recurse ? tenantsFrom(tenants, tenantId) : [tenantId]) : [tenant]
    return listStored(database, scope, {
      ...query,
      ...(seesAll ? {} : { user: user ?? 'nobody' }),
      idleSince: new Date(clock.now() - limits.idleMs),
      asking: id,
    })
  })

  bus.reply(deleteSession, async ({ id }, { context }) => {
    const acting = await findActing(database, context)
    const wanted = id === 'current' ? acting.id : id
    const seesAll = mayDo(acting.permission, 'admin')
    const scope = [acting.tenant, ...tenantsFrom(tenants, personFrom(context).tenantId)]
    const isOwn = wanted === acting.id && acting.kind === 'session'
    await removeSession(database, scope, wanted, seesAll || isOwn ? undefined : (acting.user ?? 'nobody'))
    tokens.forget([wanted])
    return {}
  })

  bus.reply(whoAmI, async (_input, { context }) => {
    const { tenantId } = personFrom(context)
    const acting = await findActing(database, context)
    if (acting.kind === 'user') throw new Fault('unauthenticated', { detail: 'Send a token or a session' })
    const scopes = shownScopes(acting)
    return {
      actor: context.actor.name,
      kind: acting.kind,
      id: acting.id,
      ...(acting.user === undefined ? {} : { user: acting.user }),
      tenant: { id: tenantId, name: tenants.get(tenantId)?.name ?? '' },
      permission: acting.permission,
      ...(scopes === undefined ? {} : { scopes }),
    }
  })
}
