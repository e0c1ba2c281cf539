import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { createToken, deleteToken, Fault, listTokens, type Tenants, tenantsAbove, tenantsFrom } from '@strowger/schema'
import { type Clock, newId } from '@strowger/service'
import { mayDo } from '../access/authenticate.ts'
import type { TokenCheck } from '../access/token-check.ts'
import { newTokenText, tokenHash } from '../access/token-text.ts'
import type { AccessSchema } from '../store/tables.ts'
import { insertToken, listTokens as listStoredTokens, removeToken } from '../store/tokens.ts'
import { readUser } from '../store/users.ts'

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

  bus.reply(listTokens, async ({ limit = 100, offset = 0, recurse = false }, { context }) => {
    const tenant = personFrom(context).tenantId
    return listStoredTokens(database, recurse ? tenantsFrom(tenants, tenant) : [tenant], { limit, offset })
  })

  bus.reply(createToken, async ({ token }, { context }) => {
    const writer = personFrom(context)
    // Made with name and password (a log-in), it acts for that user; made with a token, under its own name.
    const user = await readUser(database, tenantsAbove(tenants, writer.tenantId), context.actor.id ?? '')
    const permission = token.permission ?? user?.permission ?? 'read'
    if (user && !mayDo(user.permission, permission)) {
      throw new Fault('forbidden', { detail: `The user may ${user.permission}, not ${permission}` })
    }
    const text = newTokenText()
    const stored = await insertToken(database, writer, {
      id: newId(),
      tenant: writer.tenantId,
      name: token.name,
      permission,
      hash: tokenHash(text),
      ...(user ? { user: user.id } : {}),
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
