import { createRole, deleteRole, listRoles, type Role } from '@strowger/schema'
import { type Command, Option } from 'commander'
import type { Client } from '../client.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { type Tool, withExamples } from '../tool.ts'
import { rest } from './devices.ts'

const columns: readonly Column<Role>[] = [
  { title: 'name', text: ({ name }) => name, shrinksTo: 12 },
  { title: 'permission', text: ({ permission }) => permission },
  { title: 'scopes', text: ({ scopes }) => scopes?.join(' ') ?? 'all', shrinksTo: 12 },
  { title: 'users', text: ({ users }) => String(users), leaves: 1 },
  { title: 'id', text: ({ id }) => id, leaves: 0 },
]

/** A role by its id or its name. */
export async function roleId(client: Client, named: string): Promise<string> {
  const { items } = await client.call(listRoles, { limit: 1000 })
  const found = items.find(({ id, name }) => id === named || name === named)
  if (found === undefined)
    throw new Failure(`There is no role "${named}"; strowger roles list shows them`, exitCodes.failed)
  return found.id
}

export function addRoles(program: Command, tool: Tool): void {
  const roles = program.command('roles').description('names for what users may')

  withExamples(
    roles
      .command('list')
      .description('the roles, beside the permissions read, write and admin')
      .action(async () => {
        const page = await (await tool.client()).call(listRoles, { limit: 1000 })
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger roles list'],
  )

  withExamples(
    roles
      .command('add <name>')
      .description('adds a role')
      .addOption(new Option('--permission <permission>').choices(['read', 'write', 'admin']).default('read'))
      .option('--scope <scope...>', 'only this, as devices:read or lines:*')
      .action(async (name: string, { permission, scope }) => {
        const role = { name, permission, ...(scope === undefined ? {} : { scopes: scope as string[] }) }
        const made = await (await tool.client()).call(createRole, { role })
        tool.show(made, ({ id }) => [`Added ${name} (${id})`])
      }),
    ['strowger roles add "Help desk" --permission write --scope devices:* configs:read'],
  )

  withExamples(
    roles
      .command('remove <role>')
      .description('removes a role that nobody has')
      .action(async (named: string) => {
        const client = await tool.client()
        const id = await roleId(client, named)
        await client.call(deleteRole, { id })
        tool.show({ id }, () => [`Removed ${named}`])
      }),
    ['strowger roles remove "Help desk"'],
  )
}
