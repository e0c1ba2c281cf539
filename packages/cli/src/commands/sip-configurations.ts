import {
  type SipConfigurationView,
  type SipImpact,
  type SipOption,
  type SipTemplateInput,
  sipEndpoints,
  sipSections,
  sipTemplates,
} from '@strowger/schema'
import type { Command } from 'commander'
import { assignmentFrom } from '../assignments.ts'
import type { Client } from '../client.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { type Tool, withExamples } from '../tool.ts'

type Kind = 'endpoint' | 'template'
const requestsOf = { endpoint: sipEndpoints, template: sipTemplates } as const

const columns: readonly Column<SipConfigurationView>[] = [
  { title: 'name', text: ({ name }) => name },
  { title: 'label', text: ({ label }) => label ?? undefined, shrinksTo: 12, leaves: 2 },
  { title: 'inherits from', text: ({ templates }) => templates?.map(({ label, uuid }) => label ?? uuid).join(', ') },
  { title: 'line', text: ({ line }) => line?.id.toString(), leaves: 3 },
  { title: 'trunk', text: ({ trunk }) => trunk?.id.toString(), leaves: 3 },
  {
    title: 'asterisk',
    text: ({ applied }) => applied?.map(({ asterisk_id: id, state }) => `${id}: ${state}`).join(', '),
    leaves: 4,
  },
  { title: 'uuid', text: ({ uuid }) => uuid, leaves: 1 },
]

/** An endpoint or template by its name, its label or its uuid. */
export async function configurationNamed(client: Client, kind: Kind, named: string): Promise<SipConfigurationView> {
  const requests = requestsOf[kind]
  if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(named))
    return client.call(requests.get, { uuid: named.toLowerCase() })
  for (const by of ['name', 'label'] as const) {
    const { items } = await client.call(requests.list, { [by]: named, recurse: true })
    const [only, another] = items
    if (another)
      throw new Failure(`Several are called "${named}": ${items.map(({ uuid }) => uuid).join(', ')}`, exitCodes.usage)
    if (only) return only
  }
  throw new Failure(`There is no SIP ${kind} "${named}"; strowger sip ${kind}s list shows them`)
}

/** What is in effect, or own: a line an option. */
function optionLines(view: SipConfigurationView): string[] {
  return [
    `${view.name}  ${view.uuid}`,
    ...sipSections.flatMap((section) =>
      (view[`${section}_section_options`] ?? []).map(([option, value]) => `  ${section}.${option} = ${value}`),
    ),
    ...(view.option_operations ?? []).map(({ section, option, action, value = '' }) =>
      `  ${action} ${section}.${option} ${value}`.trimEnd(),
    ),
  ]
}

/** What a dry run found, for people. */
function impactLines({ endpoint_count, object_count, endpoints, options, more_options }: SipImpact): string[] {
  return [
    `${endpoint_count} endpoints and ${object_count} objects would change`,
    ...options.map(({ type, option, before, after, endpoints: count }) => {
      const shown = (values: readonly string[]) => (values.length === 0 ? '–' : values.join(', '))
      return `  ${type}.${option}: ${shown(before)} -> ${shown(after)}  (${count} endpoints)`
    }),
    ...(more_options === undefined ? [] : [`  … and ${more_options} more options`]),
    ...(endpoints.length === 0
      ? []
      : [`  of ${endpoints.map(({ name }) => name).join(', ')}${endpoints.length < endpoint_count ? ', …' : ''}`]),
  ]
}

/** `endpoint.rtp_timeout=300` into the own options: all entries of an option are replaced by those that are given. */
function withAssignments(present: SipConfigurationView, assignments: readonly string[]): SipTemplateInput {
  const given = assignments.map((argument) => {
    const { name, text } = assignmentFrom(argument)
    const [, section, option] = /^([a-z_]+)\.(.+)$/.exec(name) ?? []
    const known = sipSections.find((one) => one === section)
    if (known === undefined || option === undefined)
      throw new Failure(
        `"${argument}": write section.option=value, with a section of ${sipSections.join(', ')}`,
        exitCodes.usage,
      )
    return { section: known, option, text }
  })
  const input: SipTemplateInput = {}
  for (const section of new Set(given.map((one) => one.section))) {
    const own = given.filter((one) => one.section === section)
    const kept = (present[`${section}_section_options`] ?? []).filter(
      ([option]) => !own.some((one) => one.option === option),
    )
    // An empty value takes the option away.
    const added = own.filter(({ text }) => text !== '').map(({ option, text }): SipOption => [option, text])
    input[`${section}_section_options`] = [...kept, ...added]
  }
  return input
}

interface WriteOptions {
  template?: string[]
  transport?: string
  dryRun?: boolean
}

async function parentsNamed(client: Client, named: readonly string[] | undefined) {
  if (named === undefined) return {}
  const found = await Promise.all(named.map((one) => configurationNamed(client, 'template', one)))
  return { templates: found.map(({ uuid }) => ({ uuid })) }
}

/** `sip endpoints` and `sip templates`. */
export function addSipConfigurations(sip: Command, tool: Tool, kind: Kind): void {
  const requests = requestsOf[kind]
  const plural = `${kind}s`
  const group = sip
    .command(plural)
    .description(
      kind === 'endpoint'
        ? 'SIP endpoints: of lines, of trunks, or by themselves'
        : 'what endpoints inherit from, in any depth',
    )
  const example = kind === 'endpoint' ? 'room101' : 'global'

  withExamples(
    group
      .command('list')
      .description('those of the tenant')
      .option('--search <text>', 'part of name, label or a value')
      .option('--recurse', 'of tenants below, too')
      .action(async (options) => {
        const page = await (await tool.client()).call(requests.list, { ...options, limit: 1000 })
        tool.show(page, ({ items }) => table(items, columns, tool.around.out.columns))
      }),
    [`strowger sip ${plural} list`],
  )
  withExamples(
    group
      .command(`get <${kind}>`)
      .description('its own options; with --merged what is in effect')
      .option('--merged', 'with everything it inherits')
      .action(async (named: string, { merged }: { merged?: boolean }) => {
        const client = await tool.client()
        const { uuid } = await configurationNamed(client, kind, named)
        const shown = await client.call(requests.get, merged ? { uuid, view: 'merged' } : { uuid })
        tool.show(shown, optionLines)
      }),
    [`strowger sip ${plural} get ${example} --merged`],
  )
  withExamples(
    group
      .command('create <name> [options...]')
      .description('adds one; options are section.option=value')
      .option('--template <template...>', 'parents, in order; a later one wins')
      .action(async (name: string, assignments: string[], options: WriteOptions) => {
        const client = await tool.client()
        const empty = { name } as SipConfigurationView
        const configuration = {
          ...(kind === 'endpoint' ? { name } : { label: name }),
          ...withAssignments(empty, assignments),
          ...(await parentsNamed(client, options.template)),
        }
        tool.show(await client.call(requests.create, { configuration }), optionLines)
      }),
    [`strowger sip ${plural} create ${example} auth.username=${example} auth.password=secret --template global`],
  )
  withExamples(
    group
      .command(`set <${kind}> [options...]`)
      .description('sets own options; section.option= without a value takes it away')
      .option('--template <template...>', 'other parents')
      .option('--dry-run', 'only say what would change')
      .action(async (named: string, assignments: string[], options: WriteOptions) => {
        const client = await tool.client()
        const present = await configurationNamed(client, kind, named)
        const configuration = {
          ...withAssignments(present, assignments),
          ...(await parentsNamed(client, options.template)),
        }
        const { uuid, revision } = present
        const dryRun = options.dryRun === true
        const done = await client.call(requests.update, {
          uuid,
          configuration,
          ifRevision: revision,
          ...(dryRun ? { dryRun } : {}),
        })
        tool.show(done, ({ impact }) => (impact ? impactLines(impact) : [`Changed ${present.name}`]))
      }),
    [`strowger sip ${plural} set ${example} endpoint.rtp_timeout=300 --dry-run`],
  )
  withExamples(
    group
      .command(`delete <${kind}>`)
      .description('removes it')
      .option('--detach', 'of a template in use: those that inherit from it do without')
      .option('--replacement <template>', 'of a template in use: this one takes its place')
      .option('--dry-run', 'only say what would change')
      .action(async (named: string, options: { detach?: boolean; replacement?: string; dryRun?: boolean }) => {
        const client = await tool.client()
        const { uuid, name } = await configurationNamed(client, kind, named)
        const replacement = options.replacement
          ? { replacement: (await configurationNamed(client, 'template', options.replacement)).uuid }
          : {}
        const done = await client.call(requests.delete, {
          uuid,
          ...replacement,
          ...(options.detach ? { users: 'detach' as const } : {}),
          ...(options.dryRun ? { dryRun: true } : {}),
        })
        tool.show(done, ({ impact }) => (impact ? impactLines(impact) : [`Deleted ${name}`]))
      }),
    [`strowger sip ${plural} delete ${example}`],
  )
  withExamples(
    group
      .command(`history <${kind}>`)
      .description('what was changed, newest first; `revert` goes back to one of these')
      .action(async (named: string) => {
        const client = await tool.client()
        const { uuid } = await configurationNamed(client, kind, named)
        tool.show(await client.call(requests.history, { uuid }), ({ items }) =>
          items.flatMap(({ change_set, at, actor, changes }) => [
            `${change_set}  ${at}  ${actor}`,
            ...changes.map(
              ({ field, before, after }) => `  ${field}: ${before.join(', ') || '–'} -> ${after.join(', ') || '–'}`,
            ),
          ]),
        )
      }),
    [`strowger sip ${plural} history ${example}`],
  )
  withExamples(
    group
      .command(`revert <${kind}> <change>`)
      .description('makes it again what it was after that change')
      .option('--dry-run', 'only say what would change')
      .action(async (named: string, change: string, { dryRun }: { dryRun?: boolean }) => {
        const client = await tool.client()
        const { uuid, name } = await configurationNamed(client, kind, named)
        const done = await client.call(requests.revert, {
          uuid,
          to: { change_set: Number(change) },
          ...(dryRun ? { dryRun } : {}),
        })
        tool.show(done, ({ impact }) => (impact ? impactLines(impact) : [`${name} is what it was after ${change}`]))
      }),
    [`strowger sip ${plural} revert ${example} 17`],
  )
}
