import { createUser, deleteUser, listUsers, setPassword, type User, updateUser } from '@strowger/schema'
import { type Command, Option } from 'commander'
import type { Client } from '../client.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { type Tool, withExamples } from '../tool.ts'
import { rest } from './devices.ts'
import { roleId } from './roles.ts'

const columns: readonly Column<User>[] = [
  { title: 'login', text: ({ login }) => login, shrinksTo: 12 },
  { title: 'name', text: ({ name }) => name, shrinksTo: 8, leaves: 1 },
  { title: 'permission', text: ({ permission, role }) => (role === undefined ? permission : `${permission} (role)`) },
  { title: 'log-in', text: waysIn },
  { title: 'id', text: ({ id }) => id, leaves: 0 },
]

function waysIn({ enabled, hasPassword, openid }: User): string {
  if (!enabled) return 'off'
  return [...(hasPassword ? ['password'] : []), ...(openid ? ['openid'] : [])].join(', ') || 'not yet'
}

/** A user by its log-in. */
async function userOf(client: Client, login: string): Promise<User> {
  const { items } = await client.call(listUsers, { search: login, limit: 1000, recurse: true })
  const found = items.find((user) => user.login === login || user.id === login)
  if (found === undefined)
    throw new Failure(`There is no user "${login}"; strowger users list shows them`, exitCodes.failed)
  return found
}

const permission = () => new Option('--permission <permission>').choices(['read', 'write', 'admin'])

export function addUsers(program: Command, tool: Tool): void {
  const users = program.command('users').description('who may log in')
  const ask = (login: string) => tool.around.readSecret(`New password of ${login}: `)

  withExamples(
    users
      .command('list')
      .description('the users; never their passwords')
      .option('--search <text>', 'part of log-in, name or address')
      .option('--recurse', 'of the tenants below, too')
      .action(async (options) => {
        const page = await (await tool.client()).call(listUsers, { ...options, limit: 1000 })
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger users list', 'strowger users list --search marie'],
  )

  withExamples(
    users
      .command('add <login>')
      .description('adds a user; its password is asked for')
      .addOption(permission())
      .option('--role <role>', 'id or name, instead of a permission')
      .option('--name <name>')
      .option('--email <address>')
      .option('--no-password', 'the user signs in with the OpenID provider')
      .action(async (login: string, { role, password: asksPassword, ...fields }) => {
        const client = await tool.client()
        const password = asksPassword ? { password: await ask(login) } : {}
        const given = role === undefined ? {} : { role: await roleId(client, role) }
        const user = await client.call(createUser, { user: { login, ...fields, ...given, ...password } })
        tool.show(user, () => [`Added ${login} (${user.permission})`])
      }),
    [
      'strowger users add marie --permission write',
      'strowger users add marie@example.com --role "Help desk" --no-password',
    ],
  )

  withExamples(
    users
      .command('change <login>')
      .description('changes what a user may, or whether it may log in')
      .addOption(permission())
      .option('--role <role>', 'id or name, instead of a permission')
      .option('--name <name>')
      .option('--email <address>')
      .option('--off', 'it may not log in, and is logged out')
      .option('--on', 'it may log in again')
      .action(async (named: string, { role, off, on, ...fields }) => {
        const client = await tool.client()
        const {
          id,
          login,
          name,
          email,
          role: present,
          permission: own,
          enabled,
          revision,
        } = await userOf(client, named)
        const may = present === undefined ? { permission: own } : { role: present }
        const changed = role !== undefined ? { role: await roleId(client, role) } : fields.permission ? {} : may
        const kept = { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) }
        const user = { login, ...kept, enabled: on ? true : off ? false : enabled, ...changed, ...fields }
        const written = await client.call(updateUser, { id, user, ifRevision: revision })
        tool.show(written, () => [`Changed ${login} (${written.permission}${written.enabled ? '' : ', off'})`])
      }),
    ['strowger users change marie --permission admin', 'strowger users change marie --off'],
  )

  withExamples(
    users
      .command('password <login>')
      .description('gives a user another password, which is asked for; its sessions end')
      .action(async (named: string) => {
        const client = await tool.client()
        const { id, login } = await userOf(client, named)
        await client.call(setPassword, { id, credentials: { password: await ask(login) } })
        tool.show({ id }, () => [`The password of ${login} is another one now`])
      }),
    ['strowger users password marie'],
  )

  withExamples(
    users
      .command('remove <login>')
      .description('removes a user with its tokens and sessions')
      .action(async (named: string) => {
        const client = await tool.client()
        const { id, login } = await userOf(client, named)
        await client.call(deleteUser, { id })
        tool.show({ id }, () => [`Removed ${login}`])
      }),
    ['strowger users remove marie'],
  )
}
