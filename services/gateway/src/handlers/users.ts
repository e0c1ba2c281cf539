import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  changePassword,
  createUser,
  deleteUser,
  Fault,
  getUser,
  listUsers,
  setPassword,
  type Tenants,
  tenantsFrom,
  type UserInput,
  updateUser,
} from '@strowger/schema'
import { newId } from '@strowger/service'
import { mayGrant } from '../access/grant.ts'
import type { LogInDelays } from '../access/log-in-delays.ts'
import type { Passwords } from '../access/passwords.ts'
import type { TokenCheck } from '../access/token-check.ts'
import { readRole } from '../store/roles.ts'
import { type Acting, findActing } from '../store/sessions.ts'
import type { AccessSchema } from '../store/tables.ts'
import {
  findUser,
  insertUser,
  listUsers as listStored,
  readUser,
  removeUser,
  updateUser as updateStored,
  writePassword,
} from '../store/users.ts'

/** Users of a tenant and of those below it. Nobody makes or changes a user who may more than oneself. */
export function answerUsers(
  bus: Bus,
  parts: {
    database: Database<AccessSchema>
    tenants: Tenants
    tokens: Pick<TokenCheck, 'forgetAll'>
    passwords: Passwords
    delays: LogInDelays
  },
): void {
  const { database, tenants, tokens, passwords, delays } = parts
  const scopeOf = (tenant: string) => tenantsFrom(tenants, tenant)

  /** Fault `forbidden` when the user as written would, or as it stands does, have more than who asks. */
  async function refuseMore(
    acting: Acting,
    tenant: string,
    user: Pick<UserInput, 'permission' | 'role'>,
  ): Promise<void> {
    const granted =
      user.role === undefined
        ? { permission: user.permission ?? ('read' as const) }
        : await readRole(database, [tenant], user.role).catch((error: unknown) => {
            if (!(error instanceof Fault) || error.code !== 'not-found') throw error
            const fields = [{ field: '/user/role', problem: 'the tenant of the user has no such role' }]
            throw new Fault('invalid-input', { detail: `There is no role ${user.role}`, fields })
          })
    if (!mayGrant(acting, granted)) throw new Fault('forbidden', { detail: 'That user may more than who asks' })
  }

  function refuseBoth({ permission, role }: UserInput): void {
    if (permission === undefined || role === undefined) return
    const problem = 'is given beside permission: a user has the one or the other'
    throw new Fault('invalid-input', { detail: `role ${problem}`, fields: [{ field: '/user/role', problem }] })
  }

  bus.reply(listUsers, async ({ recurse = false, ...query }, { context }) => {
    const { tenantId } = personFrom(context)
    return listStored(database, recurse ? scopeOf(tenantId) : [tenantId], query)
  })

  bus.reply(getUser, async ({ id }, { context }) => readUser(database, scopeOf(personFrom(context).tenantId), id))

  bus.reply(createUser, async ({ user: { password, ...user } }, { context }) => {
    const writer = personFrom(context)
    refuseBoth(user)
    await refuseMore(await findActing(database, context), writer.tenantId, user)
    const passwordHash = password === undefined ? undefined : await passwords.hash(password)
    return insertUser(database, writer, { ...user, id: newId(), passwordHash })
  })

  bus.reply(updateUser, async ({ id, user, ifRevision }, { context }) => {
    const writer = personFrom(context)
    const scope = scopeOf(writer.tenantId)
    // What an answer shows of a user with a role is its permission, too; sent back beside the role it says nothing.
    const { permission, ...rest } = user
    const written = user.role === undefined ? user : rest
    const present = await readUser(database, scope, id)
    if (permission !== undefined && permission !== present.permission) refuseBoth(user)
    const acting = await findActing(database, context)
    await refuseMore(acting, present.tenant, present)
    await refuseMore(acting, present.tenant, written)
    const stored = await updateStored(database, writer, scope, { id, user: written, ifRevision })
    tokens.forgetAll()
    return stored
  })

  bus.reply(deleteUser, async ({ id, ifRevision }, { context }) => {
    const writer = personFrom(context)
    const scope = scopeOf(writer.tenantId)
    const present = await readUser(database, scope, id)
    await refuseMore(await findActing(database, context), present.tenant, present)
    await removeUser(database, writer, scope, { id, ifRevision })
    tokens.forgetAll()
    return {}
  })

  bus.reply(setPassword, async ({ id, credentials, ifRevision }, { context }) => {
    const writer = personFrom(context)
    const scope = scopeOf(writer.tenantId)
    const present = await readUser(database, scope, id)
    await refuseMore(await findActing(database, context), present.tenant, present)
    const passwordHash = await passwords.hash(credentials.password)
    await writePassword(database, writer, scope, { id, passwordHash, ifRevision })
    tokens.forgetAll()
    return {}
  })

  bus.reply(changePassword, async ({ credentials: { present, password } }, { context }) => {
    const { user, login, tenant, ...acting } = await findActing(database, context)
    if (user === undefined || login === undefined) {
      throw new Fault('forbidden', { detail: 'This token acts for no user, so there is no password to change' })
    }
    // As slow as a log-in with a wrong password: who took a session must not try passwords here.
    const from = `user ${user}`
    await delays.wait(login, from)
    const found = await findUser(database, login)
    if (!(await passwords.verify(found?.passwordHash ?? undefined, present))) {
      delays.failed(login, from)
      throw new Fault('forbidden', { detail: 'The present password is another one' })
    }
    delays.succeeded(login, from)
    const writer = { ...personFrom(context), tenantId: tenant }
    const exceptSession = acting.kind === 'session' ? { exceptSession: acting.id } : {}
    await writePassword(database, writer, [tenant], {
      id: user,
      passwordHash: await passwords.hash(password),
      ...exceptSession,
    })
    tokens.forgetAll()
    return {}
  })
}
