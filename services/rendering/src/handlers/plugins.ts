import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  type Device,
  Fault,
  getPlugin,
  listPlugins,
  type PluginView,
  type Tenants,
  tenantsFrom,
} from '@strowger/schema'
import type { LoadedPlugin } from '../plugin-library.ts'
import { pluginTimes } from '../store/plugins.ts'
import type { ProvisioningSchema } from '../store/tables.ts'

export function answerPlugins(
  bus: Bus,
  parts: {
    plugins: ReadonlyMap<string, LoadedPlugin>
    database: Database<ProvisioningSchema>
    devices: { values(): Iterable<Device> }
    tenants: Tenants
  },
): void {
  const { plugins, database, devices, tenants } = parts

  async function views(tenant: string): Promise<PluginView[]> {
    const times = await pluginTimes(database)
    const scope = new Set(tenantsFrom(tenants, tenant))
    const used = new Map<string, number>()
    for (const { plugin, tenant: owner } of devices.values()) {
      if (plugin !== undefined && scope.has(owner)) used.set(plugin, (used.get(plugin) ?? 0) + 1)
    }
    return [...plugins.values()]
      .map(({ manifest, hash, origin }) => ({
        id: manifest.id,
        version: manifest.version,
        description: manifest.description,
        hash,
        origin,
        vendors: manifest.vendors,
        models: Object.keys(manifest.models),
        installedAt: (times.get(manifest.id) ?? new Date(0)).toISOString(),
        devices: used.get(manifest.id) ?? 0,
      }))
      .sort((a, b) => a.id.localeCompare(b.id))
  }

  bus.reply(listPlugins, async ({ search, limit = 100, offset = 0 }, { context }) => {
    const wanted = search?.toLowerCase()
    const found = (await views(personFrom(context).tenantId)).filter(
      ({ id, description, models }) =>
        wanted === undefined || `${id} ${description} ${models.join(' ')}`.toLowerCase().includes(wanted),
    )
    return { items: found.slice(offset, offset + limit), total: found.length }
  })

  bus.reply(getPlugin, async ({ id }, { context }) => {
    const wanted = id.replace(/^wazo-/, '')
    const found = (await views(personFrom(context).tenantId)).find((view) => view.id === wanted)
    if (found === undefined) throw new Fault('not-found', { detail: `There is no plugin ${id}` })
    return found
  })
}
