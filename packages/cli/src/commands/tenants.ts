import { createTenant, deleteTenant, getTenant, listTenants, type Tenant, updateTenant } from '@strowger/schema'
import type { Command } from 'commander'
import { details } from '../details.ts'
import { type Tool, tenantId, withExamples } from '../tool.ts'

/** The tree as far as it was answered, each below its parent. Pure. */
export function tenantTree(tenants: readonly Tenant[]): string[] {
  const ids = new Set(tenants.map(({ id }) => id))
  const below = (parent: string | undefined, depth: number): string[] =>
    tenants
      .filter((tenant) => (parent === undefined ? !ids.has(tenant.parent ?? '') : tenant.parent === parent))
      .sort((one, other) => one.name.localeCompare(other.name))
      .flatMap((tenant) => [`${tenant.id}  ${'  '.repeat(depth)}${tenant.name}`, ...below(tenant.id, depth + 1)])
  return below(undefined, 0)
}

export function addTenants(program: Command, tool: Tool): void {
  const tenants = program.command('tenants').description('customers and their branches, as a tree')

  withExamples(
    tenants
      .command('list')
      .description('the own tenant and those below it')
      .option('--search <text>', 'part of name or id')
      .action(async (options) => {
        const page = await (await tool.client()).call(listTenants, { ...options, limit: 1000 })
        tool.show(page, ({ items }) => tenantTree(items))
      }),
    ['strowger tenants list'],
  )

  withExamples(
    tenants
      .command('get <tenant>')
      .description('one tenant, named by id or name')
      .action(async (named: string) => {
        const client = await tool.client()
        tool.show(await client.call(getTenant, { id: await tenantId(client, named) }), details)
      }),
    ['strowger tenants get "Hotel Paris"'],
  )

  withExamples(
    tenants
      .command('create <name>')
      .description('adds a tenant below the own one')
      .option('--parent <tenant>', 'below this one: id or name')
      .action(async (name: string, { parent }) => {
        const client = await tool.client()
        const below = parent === undefined ? {} : { parent: await tenantId(client, parent) }
        tool.show(await client.call(createTenant, { tenant: { name, ...below } }), details)
      }),
    ['strowger tenants create "Hotel Paris"', 'strowger tenants create "Room service" --parent "Hotel Paris"'],
  )

  withExamples(
    tenants
      .command('rename <tenant> <name>')
      .description('gives a tenant another name')
      .action(async (named: string, name: string) => {
        const client = await tool.client()
        tool.show(await client.call(updateTenant, { id: await tenantId(client, named), tenant: { name } }), details)
      }),
    ['strowger tenants rename "Hotel Paris" "Hotel Lyon"'],
  )

  withExamples(
    tenants
      .command('delete <tenant>')
      .description('removes a tenant without others below it; its devices return to the root tenant')
      .action(async (named: string) => {
        const client = await tool.client()
        const id = await tenantId(client, named)
        await client.call(deleteTenant, { id })
        tool.show({ id }, () => [`Deleted ${named}`])
      }),
    ['strowger tenants delete "Hotel Lyon"'],
  )
}
