import {
  claimDevice,
  createDevice,
  type DeviceInput,
  DeviceInput as DeviceInputSchema,
  type DeviceView,
  deleteDevice,
  getDevice,
  listDevices,
  updateDevice,
} from '@strowger/schema'
import type { Command } from 'commander'
import { assignmentFrom, jsonFrom } from '../assignments.ts'
import { details } from '../details.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { addChangePlugin } from './change-plugin.ts'
import { addDeviceAdmission } from './device-admission.ts'
import { deviceId } from './device-id.ts'

const columns: readonly Column<DeviceView>[] = [
  { title: 'id', text: ({ id }) => id, leaves: 0 },
  { title: 'mac', text: ({ mac }) => mac },
  { title: 'ip', text: ({ ip }) => ip },
  { title: 'vendor', text: ({ vendor }) => vendor, shrinksTo: 6 },
  { title: 'model', text: ({ model }) => model, shrinksTo: 6 },
  { title: 'version', text: ({ version }) => version, shrinksTo: 8, leaves: 2 },
  { title: 'plugin', text: ({ plugin }) => plugin, shrinksTo: 8 },
  { title: 'config', text: configName, shrinksTo: 8, leaves: 1 },
  { title: 'status', text: ({ status }) => status },
  { title: 'rev', text: revisions },
  { title: 'description', text: ({ description }) => description, shrinksTo: 8, leaves: 0 },
]

/** Its own config has its own id, which says nothing more. */
function configName({ id, config }: DeviceView): string {
  if (config === `autoprov${id}`) return 'autoprov'
  return config === id ? 'own' : config
}

/** `3 ✓`: rendered three times, and the phone has it; `3 (2)`: it has the second; `3 –`: it has fetched none. */
function revisions({ rendered, fetched }: DeviceView): string {
  if (rendered === undefined) return '–'
  if (fetched === undefined) return `${rendered.revision} –`
  return fetched.current ? `${rendered.revision} ✓` : `${rendered.revision} (${fetched.revision})`
}

export function addDevices(program: Command, tool: Tool): void {
  const devices = program.command('devices').description('phones that have asked, or were added')

  withExamples(
    devices
      .command('list')
      .description('the devices; REV is what is rendered and what the phone has of it')
      .option('--search <text>', 'part of any shown text')
      .option('--mac <mac>')
      .option('--ip <address>')
      .option('--vendor <vendor>')
      .option('--model <model>')
      .option('--plugin <plugin>')
      .option('--new', 'only those no tenant has claimed')
      .option('--order <field>', 'ip, mac, vendor, model, version, plugin or createdAt')
      .option('--recurse', 'of the tenants below, too')
      .option('--limit <number>', 'at most so many', wholeNumber, 100)
      .option('--offset <number>', 'leave out so many', wholeNumber, 0)
      .action(async ({ new: isNew, ...options }) => {
        const client = await tool.client()
        const page = await client.call(listDevices, { ...options, ...(isNew ? { isNew } : {}) })
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    [
      'strowger devices list',
      'strowger devices list --vendor Yealink --order model',
      'strowger devices list --new --json',
    ],
  )

  withExamples(
    devices
      .command('get <device>')
      .description('everything of one device, named by id or mac')
      .action(async (named: string) => {
        const client = await tool.client()
        tool.show(await client.call(getDevice, { id: await deviceId(client, named) }), details)
      }),
    ['strowger devices get 00:15:65:12:34:56'],
  )

  withExamples(
    devices
      .command('create <assignment...>')
      .description('adds a device before it has asked')
      .action(async (assignments: string[]) => {
        const client = await tool.client()
        tool.show(await client.call(createDevice, { device: withAssignments({}, assignments) }), details)
      }),
    ['strowger devices create mac=00:15:65:12:34:56 plugin=yealink-v86 model=T46S description=Reception'],
  )

  withExamples(
    devices
      .command('set <device> <assignment...>')
      .description('changes fields of a device; `field=` empties it')
      .action(async (named: string, assignments: string[]) => {
        const client = await tool.client()
        const present = await client.call(getDevice, { id: await deviceId(client, named) })
        const device = withAssignments(writableDevice(present), assignments)
        const { id, revision: ifRevision } = present
        tool.show(await client.call(updateDevice, { id, device, ifRevision }), details)
      }),
    [
      'strowger devices set 00:15:65:12:34:56 description=Reception',
      `strowger devices set <id> options:='{"switchboard":true}'`,
    ],
  )

  withExamples(
    devices
      .command('claim <device>')
      .description('makes a phone that nobody has claimed the tenant’s')
      .action(async (named: string) => {
        const client = await tool.client()
        tool.show(await client.call(claimDevice, { id: named }), details)
      }),
    ["strowger devices claim 00:15:65:12:34:56 --tenant 'Hotel Paris'"],
  )

  addDeviceAdmission(devices, tool)
  addChangePlugin(devices, tool)

  withExamples(
    devices
      .command('delete <device>')
      .description('forgets a device; if it asks again it is a new one')
      .option('--dissociate-lines', 'take its lines from it first; without this a device with lines stays')
      .action(async (named: string, { dissociateLines }: { dissociateLines?: boolean }) => {
        const client = await tool.client()
        const id = await deviceId(client, named)
        await client.call(deleteDevice, { id, ...(dissociateLines ? { lines: 'dissociate' as const } : {}) })
        tool.show({ id }, () => [`Deleted ${id}`])
      }),
    ['strowger devices delete 00:15:65:12:34:56'],
  )
}

const writableNames = Object.keys(DeviceInputSchema.properties)

/** What may be written of a device, as it is; the config only when one was chosen by hand. */
export function writableDevice(device: DeviceView): DeviceInput {
  const chosen = ['autoprov', 'own'].includes(configName(device)) ? ['id', 'config'] : ['id']
  return Object.fromEntries(
    Object.entries(device).filter(([name]) => writableNames.includes(name) && !chosen.includes(name)),
  ) as DeviceInput
}

function withAssignments(device: DeviceInput, assignments: readonly string[]): DeviceInput {
  const changed: Record<string, unknown> = { ...device }
  for (const { name, text, isJson } of assignments.map(assignmentFrom)) {
    if (!writableNames.includes(name)) {
      throw new Failure(
        `A device has no field "${name}" to write; there is ${writableNames.join(', ')}`,
        exitCodes.usage,
      )
    }
    if (isJson) changed[name] = jsonFrom(name, text)
    else if (text === '') delete changed[name]
    else changed[name] = text
  }
  return changed as DeviceInput
}

/** The line below a list that is empty, or longer than what is shown. */
export function rest(items: readonly unknown[], total: number): string[] {
  if (total === 0) return ['(none)']
  return items.length < total ? [`(${items.length} of ${total}; --limit and --offset show others)`] : []
}
