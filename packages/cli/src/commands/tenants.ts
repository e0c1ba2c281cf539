import {
  createTenant,
  deleteTenant,
  eraseTenant,
  getTenant,
  listTenants,
  type Tenant,
  updateTenant,
} from '@strowger/schema'
import type { Command } from 'commander'
import { details } from '../details.ts'
import { exitCodes, Failure } from '../failure.ts'
import { followTask } from '../task-progress.ts'
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
      .option('--dry-run', 'count what there is of it')
      .action(async (named: string, { dryRun }) => {
        const client = await tool.client()
        const id = await tenantId(client, named)
        const { areas } = await client.call(deleteTenant, { id, ...(dryRun ? { dryRun } : {}) })
        const counted = (areas ?? []).map(({ area, has: removed }) => ({ area, removed }))
        tool.show(dryRun ? { id, areas } : { id }, () =>
          dryRun
            ? ['Nothing was removed. There is of it:', ...reportLines({ areas: counted, remains: [] })]
            : [`Deleted ${named}`],
        )
      }),
    ['strowger tenants delete "Hotel Lyon"'],
  )

  withExamples(
    tenants
      .command('erase <tenant>')
      .description('removes a tenant and everything of it, for ever: devices, configs, calls, users, history, events')
      .option('--confirm <name>', 'the name of the tenant, once more')
      .option('--dry-run', 'count what would be removed')
      .action(async (named: string, { confirm, dryRun }) => {
        const client = await tool.client()
        const id = await tenantId(client, named)
        const { name } = await client.call(getTenant, { id })
        if (!dryRun && confirm !== name) {
          throw new Failure(`This cannot be undone: add --confirm "${name}" (or --dry-run to count)`, exitCodes.usage)
        }
        const asked = { id, confirmation: { name }, ...(dryRun ? { dryRun: true } : {}) }
        const { task, report } = await client.call(eraseTenant, asked)
        if (task === undefined) {
          tool.show(report, () => ['Nothing was removed. It would be:', ...reportLines(report)])
          return
        }
        const ended = await followTask(tool, client, task.id)
        tool.show(ended, ({ result }) => [`${name} is erased:`, ...reportLines(result as Report)])
      }),
    ['strowger tenants erase "Hotel Lyon" --dry-run', 'strowger tenants erase "Hotel Lyon" --confirm "Hotel Lyon"'],
  )
}

type Report = Exclude<Parameters<typeof reportLines>[0], undefined>

/** What went, an area a line. Pure. */
function reportLines(
  report:
    | { areas: readonly { area: string; removed: Readonly<Record<string, number>> }[]; remains: readonly string[] }
    | undefined,
): string[] {
  const lines = (report?.areas ?? []).map(({ area, removed }) => {
    const counts = Object.entries(removed).map(([what, count]) => `${count} ${what}`)
    return `  ${area}: ${counts.join(', ') || 'nothing'}`
  })
  return [...lines, ...(report?.remains ?? []).map((what) => `  stays: ${what}`)]
}
