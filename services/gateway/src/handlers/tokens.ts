import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { createToken, deleteToken, Fault, listTokens, type Tenants, tenantsFrom } from '@strowger/schema'
import { type Clock, newId } from '@strowger/service'
import { mayGrant } from '../access/grant.ts'
import type { TokenCheck } from '../access/token-check.ts'
import { newSecretText, tokenHash } from '../access/token-text.ts'
import { findActing } from '../store/sessions.ts'
import type { AccessSchema } from '../store/tables.ts'
import { insertToken, listTokens as listStoredTokens, removeToken } from '../store/tokens.ts'

export function answerTokens(
  bus: Bus,
  parts: {
    database: Database<AccessSchema>
    tenants: Tenants
    tokens: Pick<TokenCheck, 'forget'>
    clock: Pick<Clock, 'now'>
  },
): void {
  const { database, tenants, tokens, clock } = parts

  bus.reply(listTokens, async ({ recurse = false, ...query }, { context }) => {
    const tenant = personFrom(context).tenantId
    return listStoredTokens(database, recurse ? tenantsFrom(tenants, tenant) : [tenant], query)
  })

  bus.reply(createToken, async ({ token }, { context }) => {
    const writer = personFrom(context)
    const acting = await findActing(database, context)
    // Made with name and password (a log-in), it acts for that user; made with a token, under its own name.
    const isLogIn = acting.kind === 'user'
    const permission = token.permission ?? (isLogIn ? acting.permission : 'read')
    const scopes = token.scopes ?? (isLogIn ? acting.scopes[0] : undefined)
    if (!mayGrant(acting, { permission, scopes })) {
      throw new Fault('forbidden', {
        detail:
          acting.scopes.length === 0
            ? `Who asks may ${acting.permission}, not ${permission}`
            : `A token made here may have at most the permission ${acting.permission} and these scopes: ${acting.scopes.flat().join(' ')}`,
      })
    }
    const text = newSecretText('token')
    const stored = await insertToken(database, writer, {
      id: newId(),
      tenant: writer.tenantId,
      name: token.name,
      permission,
      scopes,
      hash: tokenHash(text),
      ...(isLogIn ? { user: acting.id } : {}),
      ...(token.expiresInS === undefined ? {} : { expiresAt: new Date(clock.now() + token.expiresInS * 1_000) }),
    })
    return { ...stored, text }
  })

  bus.reply(deleteToken, async ({ id }, { context }) => {
    const writer = personFrom(context)
    await removeToken(database, tenantsFrom(tenants, writer.tenantId), writer, id)
    tokens.forget([id])
    return {}
  })
}
