import {
  type ConfigExplanation,
  type ConfigView,
  createConfig,
  deleteConfig,
  explainConfig,
  getConfig,
  listConfigs,
  normalizedMac,
  patchConfig,
} from '@strowger/schema'
import type { Command } from 'commander'
import { assignmentFrom, parameterValue } from '../assignments.ts'
import type { Client } from '../client.ts'
import { details } from '../details.ts'
import { type Column, table } from '../table.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { deviceId } from './device-id.ts'
import { rest } from './devices.ts'

const columns: readonly Column<ConfigView>[] = [
  { title: 'id', text: ({ id }) => id, shrinksTo: 12 },
  { title: 'label', text: ({ label }) => label, shrinksTo: 8, leaves: 1 },
  { title: 'role', text: ({ role }) => role, leaves: 0 },
  { title: 'parents', text: ({ parents }) => parents.join(', '), shrinksTo: 8 },
  { title: 'devices', text: ({ devices }) => devices?.toString() },
  { title: 'rev', text: ({ revision }) => String(revision) },
]

interface Changed {
  readonly config?: ConfigView | undefined
  readonly applied: boolean
  readonly devices: readonly string[]
  readonly deviceCount: number
  readonly warnings?: readonly string[] | undefined
}

/** What a change did, or with --dry-run would do. */
function changedLines({ config, applied, devices, deviceCount, warnings = [] }: Changed): string[] {
  const phones = deviceCount === 1 ? '1 device' : `${deviceCount} devices`
  const head = applied
    ? `${config ? `${config.id} is at revision ${config.revision}` : 'Deleted'}; the files of ${phones} follow`
    : `Nothing was changed. It would change the files of ${phones}${deviceCount > 0 ? ':' : ''}`
  const warned = warnings.map((warning) => `Note: ${warning}`)
  if (applied) return [head, ...warned]
  const more = deviceCount - devices.length
  return [head, ...devices.map((id) => `  ${id}`), ...(more > 0 ? [`  and ${more} more`] : []), ...warned]
}

/** Parameters under the names by which they are set. */
function configLines({ raw, ...facts }: ConfigView): string[] {
  return [...details(facts), '', ...details(raw)]
}

/** The config of a device may be named by the mac of the device. */
async function configId(client: Client, named: string): Promise<string> {
  return normalizedMac(named) === undefined ? named : deviceId(client, named)
}

export function addConfigs(program: Command, tool: Tool): void {
  const configs = program
    .command('configs')
    .description('parameters of phones; the config with the id of a device is its own')

  withExamples(
    configs
      .command('list')
      .description('the configs, with how many devices depend on each')
      .option('--search <text>', 'part of any shown text')
      .option('--recurse', 'of the tenants below, too')
      .option('--limit <number>', 'at most so many', wholeNumber, 100)
      .option('--offset <number>', 'leave out so many', wholeNumber, 0)
      .action(async (options) => {
        const page = await (await tool.client()).call(listConfigs, options)
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger configs list'],
  )

  withExamples(
    configs
      .command('get <config>')
      .description('one config, named by its id or the mac of its device')
      .option('--merged', 'with everything its parents give it')
      .action(async (named: string, { merged }) => {
        const client = await tool.client()
        const id = await configId(client, named)
        tool.show(await client.call(getConfig, { id, ...(merged ? { view: 'merged' as const } : {}) }), configLines)
      }),
    ['strowger configs get base', 'strowger configs get 00:15:65:12:34:56 --merged'],
  )

  withExamples(
    configs
      .command('explain <config>')
      .description('which config gave each parameter, and what it overrides; also of a device, by its mac')
      .option('--parameter <part>', 'those with this in their name')
      .action(async (named: string, { parameter }) => {
        const client = await tool.client()
        const explained = await client.call(explainConfig, { id: await configId(client, named) })
        tool.show(explained, (found) => explanationLines(found, parameter ?? '', tool.around.out.columns))
      }),
    ['strowger configs explain 00:15:65:12:34:56', 'strowger configs explain base --parameter ntp'],
  )

  withExamples(
    configs
      .command('create <config> [assignment...]')
      .description('adds a config')
      .option('--parent <config...>', 'merged before its own parameters, in this order')
      .option('--label <text>')
      .action(async (id: string, assignments: string[], { parent: parents, label }) => {
        const raw = nested(assignments)
        const config = { id, raw, ...(parents ? { parents } : {}), ...(label ? { label } : {}) }
        tool.show(await (await tool.client()).call(createConfig, { config }), changedLines)
      }),
    ['strowger configs create lobby --parent base ntp_ip=192.0.2.1'],
  )

  withExamples(
    configs
      .command('set <config> <assignment...>')
      .description('sets parameters; makes the config of a device when it has none')
      .option('--dry-run', 'say which devices would change, and change nothing')
      .action(async (named: string, assignments: string[], { dryRun }) => {
        const set = Object.fromEntries(
          assignments.map(assignmentFrom).map((assignment) => [assignment.name, parameterValue(assignment)]),
        )
        const client = await tool.client()
        const id = await configId(client, named)
        tool.show(await client.call(patchConfig, { id, patch: { set }, ...(dryRun ? { dryRun } : {}) }), changedLines)
      }),
    [
      'strowger configs set 00:15:65:12:34:56 sip_lines.1.username=1001 sip_lines.1.password=secret',
      'strowger configs set base ntp_enabled=yes ntp_ip=192.0.2.1 --dry-run',
      `strowger configs set base X_own:='{"a":1}'`,
    ],
  )

  withExamples(
    configs
      .command('unset <config> <parameter...>')
      .description('takes parameters away; what the parents give counts again')
      .option('--dry-run', 'say which devices would change, and change nothing')
      .action(async (named: string, unset: string[], { dryRun }) => {
        const client = await tool.client()
        const id = await configId(client, named)
        tool.show(await client.call(patchConfig, { id, patch: { unset }, ...(dryRun ? { dryRun } : {}) }), changedLines)
      }),
    ['strowger configs unset base ntp_ip'],
  )

  withExamples(
    configs
      .command('delete <config>')
      .description('removes a config; its device returns to the autocreate config')
      .option('--dry-run', 'say which devices would change, and change nothing')
      .action(async (named: string, { dryRun }) => {
        const client = await tool.client()
        const id = await configId(client, named)
        tool.show(await client.call(deleteConfig, { id, ...(dryRun ? { dryRun } : {}) }), changedLines)
      }),
    ['strowger configs delete lobby --dry-run'],
  )
}

const parameterColumns: readonly Column<ConfigExplanation['parameters'][number]>[] = [
  { title: 'parameter', text: ({ name }) => name },
  { title: 'value', text: ({ value }) => JSON.stringify(value), shrinksTo: 20 },
  { title: 'from', text: ({ config }) => config, shrinksTo: 10 },
  {
    title: 'overrides',
    text: ({ overrides }) => overrides.map(({ config, value }) => `${config}: ${JSON.stringify(value)}`).join(', '),
    shrinksTo: 10,
    leaves: 0,
  },
]

function explanationLines(explained: ConfigExplanation, part: string, width: number | undefined): string[] {
  const { chain, parameters, missingParents, problems } = explained
  return [
    `${explained.id} is merged of ${chain.map(({ config }) => config).join(', ')}: a later one wins`,
    '',
    ...table(
      parameters.filter(({ name }) => name.includes(part)),
      parameterColumns,
      width,
    ),
    ...missingParents.map(({ config, parent }) => `${config} names a parent ${parent}, which is not there`),
    ...problems,
  ]
}

/** Dotted names as the parameters they stand for. */
function nested(assignments: readonly string[]): Record<string, unknown> {
  const raw: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const assignment of assignments.map(assignmentFrom)) {
    const parts = assignment.name.split('.')
    const last = parts.pop() ?? ''
    let place = raw
    for (const part of parts) {
      place[part] ??= Object.create(null)
      place = place[part] as Record<string, unknown>
    }
    place[last] = parameterValue(assignment)
  }
  return raw
}
