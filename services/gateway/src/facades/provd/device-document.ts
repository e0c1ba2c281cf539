import { type DeviceInput, type DeviceView, Fault } from '@strowger/schema'
import { isRecord } from './entity.ts'

/** Fields that only the server writes; sent back they count for nothing. */
const shownOnly = ['configured', 'is_new', 'tenant_uuid', 'added', 'remote_state_sip_username']
const writable = ['id', 'mac', 'ip', 'sn', 'uuid', 'vendor', 'model', 'version', 'plugin', 'config', 'description']
/** Fields of a script's own are kept in the options under this name. */
const ownFields = 'X_fields'

/** In scripts the plugins have the prefix of the house that made them; wherever we read an id, it may have it. */
export function scriptPluginId(id: string): string {
  return /^(?:wazo|xivo)-/.test(id) ? id : `wazo-${id}`
}

export function ownPluginId(id: string): string {
  return id.replace(/^wazo-/, '')
}

export function documentFromDevice(device: DeviceView): Record<string, unknown> {
  const { id, tenant, mac, ip, sn, uuid, vendor, model, version, plugin, config, description, status } = device
  const { [ownFields]: own, ...options } = device.options ?? {}
  const document: Record<string, unknown> = {
    ...(isRecord(own) ? own : {}),
    ...{ id, mac, ip, sn, uuid, vendor, model, version },
    plugin: plugin === undefined ? undefined : scriptPluginId(plugin),
    ...{ config, description },
    options: Object.keys(options).length === 0 ? undefined : options,
    configured: status === 'autoprov' || status === 'configured',
    is_new: device.isNew,
    tenant_uuid: tenant,
    added: device.added === 'auto' ? 'auto' : undefined,
  }
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined))
}

/** @throws Fault `invalid-input` for a field of another type. */
export function deviceFromDocument(document: Readonly<Record<string, unknown>>): DeviceInput {
  const input: Record<string, unknown> = {}
  const own: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(document)) {
    if (value === null || value === undefined || shownOnly.includes(name) || name === 'options') continue
    if (!writable.includes(name)) own[name] = value
    else if (typeof value !== 'string') throw new Fault('invalid-input', { detail: `${name} must be a text` })
    else if (value !== '') input[name] = value
  }
  const { options } = document
  if (options !== undefined && options !== null && !isRecord(options)) {
    throw new Fault('invalid-input', { detail: 'options must be an object' })
  }
  const all = { ...options, ...(Object.keys(own).length === 0 ? {} : { [ownFields]: own }) }
  return { ...input, ...(Object.keys(all).length === 0 ? {} : { options: all }) }
}
