import { type ConfigView, type DeviceInput, type DeviceView, Fault } from '@strowger/schema'
import { ownPluginId, scriptPluginId } from '../provd/device-document.ts'

const texts = ['id', 'ip', 'mac', 'sn', 'plugin', 'vendor', 'model', 'version', 'description'] as const
const shownOnly = ['status', 'tenant_uuid', 'is_new', 'links', 'template_id', 'options', 'config']

/** A device as confd shows it. `own`: the config with its id, which knows its template. */
export function itemFromDevice(device: DeviceView, own: ConfigView | undefined): Record<string, unknown> {
  const { id, tenant, plugin, status, isNew, options } = device
  const shown = (value: string | undefined) => value ?? null
  return {
    id,
    ip: shown(device.ip),
    mac: shown(device.mac),
    sn: shown(device.sn),
    plugin: plugin === undefined ? null : scriptPluginId(plugin),
    vendor: shown(device.vendor),
    model: shown(device.model),
    version: shown(device.version),
    description: shown(device.description),
    status: status === 'autoprov' || status === 'configured' ? status : 'not_configured',
    options: options?.['switchboard'] === undefined ? null : { switchboard: options['switchboard'] },
    template_id: own?.parents.find((parent) => parent !== 'base' && parent !== 'autoprov') ?? null,
    tenant_uuid: tenant,
    is_new: isNew,
    links: [{ rel: 'devices', href: `/api/confd/1.1/devices/${encodeURIComponent(id)}` }],
  }
}

/** What is written of a device, and the template that its config shall have; undefined when none is named. */
export interface DeviceChange {
  readonly device: DeviceInput
  readonly templateId: string | null | undefined
}

/** The change of `present` that a body asks for: fields that it does not name stay. @throws Fault `invalid-input`. */
export function changeFromBody(body: unknown, present?: DeviceInput): DeviceChange {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Fault('invalid-input', { detail: 'The body must be an object' })
  }
  const given = body as Record<string, unknown>
  const fields = Object.keys(given)
    .filter((name) => !shownOnly.includes(name) && !texts.some((text) => text === name))
    .map((name) => ({ field: `/${name}`, problem: 'Unknown field.' }))
  const device: Record<string, unknown> = { ...present }
  for (const name of texts) {
    const value = given[name]
    if (value === undefined) continue
    if (value === null) delete device[name]
    else if (typeof value !== 'string') fields.push({ field: `/${name}`, problem: 'Not a valid string.' })
    else device[name] = name === 'plugin' ? ownPluginId(value) : value
  }
  const { options, template_id: templateId } = given
  if (options === null) delete device['options']
  else if (typeof options === 'object') device['options'] = { ...present?.options, ...options }
  if (templateId !== undefined && templateId !== null && typeof templateId !== 'string') {
    fields.push({ field: '/template_id', problem: 'Not a valid string.' })
  }
  if (fields.length > 0) throw new Fault('invalid-input', { fields })
  return { device, templateId: templateId as string | null | undefined }
}
