import type { Bus, CallContext } from '@strowger/bus'
import {
  type Device,
  type DeviceLines,
  Fault,
  getDevice,
  getUser,
  type Line,
  lineAssociations,
  rootTenantId,
} from '@strowger/schema'
import { newSecret } from '@strowger/service'
import type { ConfigurationWrites } from '../configuration-writes.ts'
import type { Phones } from '../phones.ts'
import type { Picture } from '../picture.ts'
import type { Scopes } from '../scope.ts'
import { checkRevision } from '../store/held.ts'
import type { Ledger, Ledgers } from '../store/ledger.ts'
import { lockedLine } from './lines.ts'

type Context = Parameters<Scopes['of']>[0]

/** An endpoint that neither another line nor a trunk has, locked. */
export async function freeEndpoint(
  ledger: Ledger,
  uuid: string,
  tenant: string,
  owner: { line?: number; trunk?: number },
): Promise<void> {
  const endpoint = await ledger.locked('configuration', uuid)
  if (endpoint?.kind !== 'endpoint' || endpoint.tenant !== tenant)
    throw new Fault('not-found', { detail: `There is no SIP endpoint ${uuid} of this tenant` })
  const line = await ledger.tx.selectFrom('line').select('id').where('endpoint', '=', uuid).executeTakeFirst()
  const trunk = await ledger.tx.selectFrom('trunk').select('id').where('endpoint', '=', uuid).executeTakeFirst()
  if (line && Number(line.id) !== owner.line)
    throw new Fault('in-use', { detail: `The endpoint belongs to line ${line.id}` })
  if (trunk && Number(trunk.id) !== owner.trunk)
    throw new Fault('in-use', { detail: `The endpoint belongs to trunk ${trunk.id}` })
}

/** What a line has: an endpoint, extensions, a user, and a place on a device. */
export function answerLineAssociations(
  bus: Bus,
  parts: {
    ledgers: Ledgers
    writes: ConfigurationWrites
    picture: Picture
    scopes: Scopes
    devices: { get(id: string): Device | undefined }
    phones: Phones
  },
): void {
  const { ledgers, writes, picture, scopes, devices, phones } = parts
  const { view } = picture
  const found = (id: number, context: Context) => scopes.of(context).found(view.get('line', String(id)), `line ${id}`)
  const change = async (
    { id, ifRevision }: { id: number; ifRevision?: number | undefined },
    context: Context,
    work: (ledger: Ledger, line: Line) => Promise<void>,
  ) => {
    const { person } = scopes.of(context)
    let changed: readonly DeviceLines[] = []
    const checked = async (ledger: Ledger) => {
      const line = await lockedLine(ledger, id)
      checkRevision(line, ifRevision)
      await work(ledger, line)
    }
    await ledgers.write(person, [person.tenantId, found(id, context).tenant], checked, (lines) => {
      changed = lines
    })
    return changed
  }
  /** What is shown of a line changed in another table: it gets a revision, too. */
  const revise = (ledger: Ledger, line: Line) => ledger.update('line', line, { context: line.context })

  /** A device that was just made is not in the read model yet: then its owner is asked, for whichever tenant has it. */
  async function deviceOf(id: string, context: CallContext): Promise<Pick<Device, 'tenant'> | undefined> {
    const known = devices.get(id)
    if (known) return known
    try {
      return await bus.request(getDevice, { id }, { ...context, tenant: rootTenantId })
    } catch (error) {
      if (error instanceof Fault && error.code === 'not-found') return undefined
      throw error
    }
  }

  bus.reply(lineAssociations.putEndpoint, async ({ id, endpoint_uuid: uuid, ifRevision }, { context }) => {
    await change({ id, ifRevision }, context, async (ledger, line) => {
      if (line.endpoint === uuid) return
      if (line.endpoint !== undefined) throw new Fault('in-use', { detail: 'The line has another endpoint' })
      await freeEndpoint(ledger, uuid, line.tenant, { line: id })
      await ledger.update('line', line, { endpoint: uuid })
    })
    return {}
  })

  bus.reply(lineAssociations.deleteEndpoint, async ({ id, endpoint_uuid: uuid, ifRevision }, { context }) => {
    await change({ id, ifRevision }, context, async (ledger, line) => {
      if (line.endpoint !== uuid) return
      const held = [
        ...(line.device === undefined ? [] : ['a device']),
        ...(line.users.length === 0 ? [] : ['users']),
        ...(ledger.view.by('extension of line', String(id)).length === 0 ? [] : ['extensions']),
      ]
      if (held.length > 0)
        throw new Fault('in-use', { detail: `The line still has ${held.join(', ')}: take these from it first` })
      await ledger.update('line', line, { endpoint: null })
    })
    return {}
  })

  bus.reply(lineAssociations.putExtension, async ({ id, extension_id: extension, ifRevision }, { context }) => {
    await change({ id, ifRevision }, context, async (ledger, line) => {
      const present = await ledger.locked('extension', String(extension))
      if (present === undefined || present.tenant !== line.tenant)
        throw new Fault('not-found', { detail: `There is no extension ${extension} of this tenant` })
      if (present.line === id) return
      if (present.line !== undefined)
        throw new Fault('in-use', { detail: `The extension belongs to line ${present.line}` })
      await ledger.update('extension', present, { line_id: id })
      await revise(ledger, line)
    })
    return {}
  })

  bus.reply(lineAssociations.deleteExtension, async ({ id, extension_id: extension, ifRevision }, { context }) => {
    await change({ id, ifRevision }, context, async (ledger, line) => {
      const present = await ledger.locked('extension', String(extension))
      if (present?.line !== id) return
      await ledger.update('extension', present, { line_id: null })
      await revise(ledger, line)
    })
    return {}
  })

  /** A user of ours is of the line’s tenant; ids that we do not know are other people’s, and taken as they are. */
  async function refuseOthersUser(user: string, tenant: string, context: CallContext): Promise<void> {
    try {
      const known = await bus.request(getUser, { id: user }, { ...context, tenant: rootTenantId })
      if (known.tenant === tenant) return
    } catch (error) {
      if (error instanceof Fault && ['not-found', 'unavailable', 'deadline-exceeded'].includes(error.code)) return
      throw error
    }
    throw new Fault('not-found', { detail: `There is no user ${user} of this tenant` })
  }

  bus.reply(lineAssociations.putUser, async ({ id, user_uuid: user, ifRevision }, { context }) => {
    await refuseOthersUser(user, found(id, context).tenant, context)
    await change({ id, ifRevision }, context, async (ledger, line) => {
      if (!line.users.includes(user)) await ledger.update('line', line, { users: [...line.users, user] })
    })
    return {}
  })

  bus.reply(lineAssociations.deleteUser, async ({ id, user_uuid: user, ifRevision }, { context }) => {
    await change({ id, ifRevision }, context, async (ledger, line) => {
      if (line.users.includes(user))
        await ledger.update('line', line, { users: line.users.filter((one) => one !== user) })
    })
    return {}
  })

  bus.reply(lineAssociations.putDevice, async ({ id, device_id: device, ifRevision }, { context }) => {
    found(id, context)
    const present = await deviceOf(device, context)
    const changed = await change({ id, ifRevision }, context, (ledger) => putOnDevice(ledger, id, present, device))
    return reached(changed, context)
  })

  bus.reply(lineAssociations.deleteDevice, async ({ id, device_id: device, ifRevision }, { context }) => {
    const changed = await change({ id, ifRevision }, context, async (ledger, line) => {
      if (line.device === device) await ledger.update('line', line, { device_id: null })
    })
    return reached(changed, context)
  })

  /** Nothing to say when it is done: 204; else what is still under way. */
  async function reached(changed: readonly DeviceLines[], context: CallContext) {
    const { steps, task } = await phones.follow(changed, context)
    return task === undefined ? {} : { steps, task }
  }

  bus.reply(lineAssociations.lineDevice, async ({ id }, { context }) => {
    const { device } = found(id, context)
    if (device === undefined) throw new Fault('not-found', { detail: `Line ${id} is on no device` })
    return { line_id: id, device_id: device, links: linksOf(id, device) }
  })

  bus.reply(lineAssociations.deviceLines, async ({ id: device }, { context }) => {
    const scope = scopes.of(context).listed(true)
    const lines = view.by('line of device', device).filter(({ tenant }) => scope.has(tenant))
    const present = lines.length > 0 || scope.has((await deviceOf(device, context))?.tenant ?? '')
    if (!present) throw new Fault('not-found', { detail: `There is no device ${device}` })
    const items = lines
      .sort((a, b) => a.position - b.position)
      .map(({ id, position }) => ({ line_id: id, device_id: device, position, links: linksOf(id, device) }))
    return { items, total: items.length }
  })

  bus.reply(lineAssociations.credentials, async ({ id, credentials, ifRevision }, { context }) => {
    const { username, password, generate = false, registrar, synchronize = false } = credentials
    const { endpoint, device } = found(id, context)
    if (endpoint === undefined) throw new Fault('invalid-input', { detail: `Line ${id} has no endpoint` })
    if (generate && password !== undefined)
      throw new Fault('invalid-input', { detail: 'Either a password is given or one is generated' })
    if (registrar != null && registrar !== 'default' && !view.get('registrar', registrar))
      throw new Fault('invalid-input', { detail: `There is no registrar ${registrar}` })
    const chosen = generate ? newSecret(18) : password
    const changed = await change({ id, ifRevision }, context, async (ledger, line) => {
      const present = ledger.view.get('configuration', endpoint)
      const auth = (present?.sections.auth ?? []).filter(
        ([option]) =>
          !(option === 'username' && username !== undefined) && !(hashes.has(option) && chosen !== undefined),
      )
      await writes.update(ledger, endpoint, {
        auth_section_options: [
          ...auth.map(([option, value]): [string, string] => [
            option,
            phones.isSecretValue(value) ? '********' : value,
          ]),
          ...(username === undefined ? [] : [['username', username] as [string, string]]),
          ...(chosen === undefined ? [] : [['password', chosen] as [string, string]]),
        ],
      })
      if (registrar !== undefined && registrar !== (line.registrar ?? null))
        await ledger.update('line', line, { registrar })
      else await revise(ledger, line)
    })
    return phones.changeBothSides({ changed, endpoint, device, synchronize }, context)
  })
}

/** What says the same as a password: of no use beside a new one. */
const hashes = new Set(['password', 'md5_cred', 'password_digest'])

/** Puts a line on a device at the line’s position, checked. */
export async function putOnDevice(
  ledger: Ledger,
  id: number,
  present: Pick<Device, 'tenant'> | undefined,
  device: string,
): Promise<void> {
  const line = await lockedLine(ledger, id)
  if (line.device === device) return
  if (present === undefined || (present.tenant !== line.tenant && present.tenant !== rootTenantId))
    throw new Fault('not-found', { detail: `There is no device ${device} of this tenant` })
  if (line.device !== undefined) throw new Fault('in-use', { detail: `The line is on the device ${line.device}` })
  if (line.endpoint === undefined) throw new Fault('invalid-input', { detail: `Line ${id} has no endpoint yet` })
  await ledger.locked('configuration', line.endpoint)
  await ledger.update('line', line, { device_id: device })
}

function linksOf(line: number, device: string) {
  return [
    { rel: 'lines', href: `/api/v1/lines/${line}` },
    { rel: 'devices', href: `/api/v1/devices/${device}` },
  ]
}
