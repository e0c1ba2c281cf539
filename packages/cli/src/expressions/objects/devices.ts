import {
  createDevice,
  type DeviceInput,
  type DeviceView,
  deleteDevice,
  getDevice,
  listDevices,
  listPlugins,
  reconfigure,
  synchronize,
  type TaskDocument,
  updateDevice,
} from '@strowger/schema'
import { deviceId } from '../../commands/device-id.ts'
import { writableDevice } from '../../commands/devices.ts'
import { reconfiguredLines } from '../../commands/reconfigure.ts'
import { failUnlessAll, type SynchronizeResult, synchronizedLines } from '../../commands/synchronize.ts'
import { Failure } from '../../failure.ts'
import { type Arguments, Method, Thing, type Value } from '../things.ts'
import { allDevices, neededMac, plainPluginId, selected, type Workplace } from '../workplace.ts'

const searchable = ['mac', 'ip', 'vendor', 'model', 'plugin'] as const

/** `devices`, as the old prompt had it. */
export function devicesThing(place: Workplace): Thing {
  const { client } = place
  const remove = async (id: string) => {
    place.say(`Removing device ${id}`)
    await client.call(deleteDevice, { id })
  }
  return new Thing({
    name: 'devices',
    about: 'Phones that have asked, or were added. devices["id or mac"] is one of them',
    item: async (named) => deviceThing(place, await deviceId(client, named)),
    members: [
      new Method('add(device)', 'adds a device; answers its id', async (given) => {
        const device = inputFrom(given.dict('device'))
        return (await client.call(createDevice, { device })).id
      }),
      new Method('get(id)', 'everything of one device', (given) => viewOf(place, given.text('id'))),
      new Method('update(device)', 'replaces what may be written of the device with this id', async (given) => {
        const { id, ...device } = inputFrom(given.dict('device'))
        if (id === undefined) throw new Failure('update(device): the device has no id', 2)
        await client.call(updateDevice, { id: await deviceId(client, id), device })
        return null
      }),
      new Method('remove(id)', 'forgets a device', async (given) => {
        await remove(await deviceId(client, given.text('id')))
        return null
      }),
      new Method('remove_all()', 'forgets all devices of this tenant', async () => {
        for (const { id } of await allDevices(client, { recurse: false })) await remove(id)
        return null
      }),
      new Method('reconfigure(id)', 'renders its files again', async (given) => {
        const id = await deviceId(client, given.text('id'))
        return reconfigured(place, [id], { device: id })
      }),
      new Method('synchronize(id)', 'has it fetch its files again', async (given) => {
        const id = await deviceId(client, given.text('id'))
        return synchronized(place, [id], { devices: [id] })
      }),
      new Method(
        'find(selector=None, fields=None, skip=0, limit=None, sort=None, recurse=False)',
        'the devices with these values',
        (given) => found(place, given),
      ),
      new Method('count(selector=None, recurse=False)', 'how many have these values', async (given) => {
        const all = await found(place, given)
        return Array.isArray(all) ? all.length : 0
      }),
      new Method('using_plugin(id)', 'all devices with this plugin, of the tenants below too', async (given) => {
        const plugin = plainPluginId(given.text('id'))
        const devices = await allDevices(client, { plugin })
        if (devices.length === 0) await checkPlugin(place, plugin)
        return groupThing(place, `devices.using_plugin("${plugin}")`, devices, { plugin, recurse: true })
      }),
      new Method('using_mac(mac)', 'the device with this mac, however it is written', async (given) => {
        const mac = neededMac(given.text('mac'))
        const devices = await allDevices(client, { mac })
        if (devices.length === 0) throw new Failure(`There is no device with the mac ${mac}`)
        return groupThing(place, `devices.using_mac("${mac}")`, devices, undefined)
      }),
    ],
  })
}

/** Some devices that something is done to. Without `selection` each is named. */
function groupThing(
  place: Workplace,
  name: string,
  devices: readonly DeviceView[],
  selection: { plugin: string; recurse: boolean } | undefined,
): Thing {
  const ids = devices.map(({ id }) => id)
  const group: Thing = new Thing({
    name,
    about: `${ids.length === 1 ? '1 device' : `${ids.length} devices`}`,
    members: [
      new Method('reconfigure()', 'renders their files again', async () => {
        if (selection) await reconfigured(place, ids, selection)
        else for (const id of ids) await reconfigured(place, [id], { device: id })
        return null
      }),
      new Method('synchronize()', 'has them fetch their files again', () =>
        ids.length === 0 ? null : synchronized(place, ids, selection ?? { devices: ids }),
      ),
    ],
  })
  return group
}

/** `devices["…"]`; its methods can follow one another. */
function deviceThing(place: Workplace, id: string): Thing {
  const { client } = place
  const written = async (change: (device: Record<string, unknown>) => void) => {
    const present = await client.call(getDevice, { id })
    const device: Record<string, unknown> = { ...writableDevice(present) }
    change(device)
    await client.call(updateDevice, {
      id,
      device: inputFrom(device as Record<string, Value>),
      ifRevision: present.revision,
    })
    return thing
  }
  const thing: Thing = new Thing({
    name: `devices["${id}"]`,
    about: 'One device',
    members: [
      new Method('get()', 'everything of it', () => viewOf(place, id)),
      new Method('set(fields)', 'changes fields', (given) =>
        written((device) => void Object.assign(device, given.dict('fields'))),
      ),
      new Method('unset(field)', 'empties a field', (given) =>
        written((device) => {
          delete device[given.text('field')]
        }),
      ),
      new Method('reconfigure()', 'renders its files again', async () => {
        await reconfigured(place, [id], { device: id })
        return thing
      }),
      new Method('synchronize()', 'has it fetch its files again', async () => {
        await synchronized(place, [id], { devices: [id] })
        return thing
      }),
    ],
  })
  return thing
}

async function viewOf({ client }: Workplace, named: string): Promise<Value> {
  return (await client.call(getDevice, { id: await deviceId(client, named) })) as unknown as Value
}

function inputFrom(device: { readonly [name: string]: Value }): DeviceInput {
  const { plugin } = device
  return { ...device, ...(typeof plugin === 'string' ? { plugin: plainPluginId(plugin) } : {}) } as DeviceInput
}

async function found({ client }: Workplace, given: Arguments): Promise<Value> {
  const selector: Record<string, Value> = { ...given.dict('selector') }
  if (typeof selector['plugin'] === 'string') selector['plugin'] = plainPluginId(selector['plugin'])
  if (typeof selector['mac'] === 'string') selector['mac'] = neededMac(selector['mac'])
  const asked = Object.fromEntries(searchable.flatMap((name) => (name in selector ? [[name, selector[name]]] : [])))
  const rows = await allDevices(client, { ...asked, recurse: given.flag('recurse') })
  return selected(rows, {
    selector,
    fields: given.texts('fields'),
    sort: given.optionalText('sort'),
    skip: given.number('skip') ?? 0,
    limit: given.number('limit'),
  })
}

async function checkPlugin({ client }: Workplace, plugin: string): Promise<void> {
  const { items } = await client.call(listPlugins, { limit: 1000 })
  if (items.some(({ id }) => id === plugin)) return
  throw new Failure(
    `There is no plugin ${plugin}, and no device uses it. There is ${items.map(({ id }) => id).join(', ')}`,
  )
}

async function reconfigured(
  place: Workplace,
  ids: readonly string[],
  selection: { device?: string; plugin?: string; recurse?: boolean },
): Promise<null> {
  for (const id of ids) place.say(`Reconfiguring device ${id}`)
  await place.follow(await place.client.call(reconfigure, { selection }), reconfiguredLines)
  return null
}

/** @throws Failure when one of them did not come, after all that did. */
export async function synchronized(
  place: Workplace,
  ids: readonly string[],
  selection: { devices?: string[]; plugin?: string; recurse?: boolean },
): Promise<null> {
  for (const id of ids) place.say(`Synchronizing device ${id}`)
  const resultOf = ({ result }: TaskDocument) => result as SynchronizeResult
  const task = await place.client.call(synchronize, { selection })
  const ended = await place.follow(task, (done) => synchronizedLines(resultOf(done)))
  if (ended) failUnlessAll(resultOf(ended))
  return null
}

/** How many devices a tenant has, or it and those below. */
export async function deviceCount({ client }: Workplace): Promise<number> {
  return (await client.call(listDevices, { limit: 1, recurse: true })).total
}
