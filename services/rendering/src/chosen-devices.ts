import { type Device, Fault, type Tenants, tenantsFrom } from '@strowger/schema'

/** A task keeps the ids of its devices, so that another process can take it up; a message of NATS has room for these. */
const devicesATask = 20_000

/**
 * The devices that a task is to do something to, of the asking tenant. Named ones may be of the tenants below.
 * Fault `not-found` naming the first that is not there, `too-large`.
 */
export function chosenDevices(
  parts: { devices: { get(id: string): Device | undefined; values(): Iterable<Device> }; tenants: Tenants },
  tenant: string,
  { devices: named, plugin, recurse = false }: ChosenBy,
): Device[] {
  const { devices, tenants } = parts
  const scope = new Set(recurse || named !== undefined ? tenantsFrom(tenants, tenant) : [tenant])
  const among = named?.map((id) => foundDevice(devices.get(id), scope, id)) ?? [...devices.values()]
  const wanted = plugin === undefined ? undefined : plainPluginId(plugin)
  const chosen = among.filter(
    (device) => scope.has(device.tenant) && (wanted === undefined || device.plugin === wanted),
  )
  if (chosen.length > devicesATask) {
    throw new Fault('too-large', {
      detail: `${chosen.length} devices are more than the ${devicesATask} of one task: do it tenant by tenant`,
    })
  }
  return chosen
}

interface ChosenBy {
  readonly devices?: readonly string[] | undefined
  readonly plugin?: string | undefined
  readonly recurse?: boolean | undefined
}

function foundDevice(device: Device | undefined, scope: ReadonlySet<string>, id: string): Device {
  if (device === undefined || !scope.has(device.tenant)) {
    throw new Fault('not-found', { detail: `There is no device ${id}` })
  }
  return device
}

/** As scripts for Wazo call them. */
export function plainPluginId(id: string): string {
  return id.replace(/^wazo-/, '')
}
