import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  type Device,
  Fault,
  getPlugin,
  listPlugins,
  type PluginView,
  pageOf,
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
    return [...plugins.values()].map(({ manifest, hash, origin }) => ({
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
  }

  bus.reply(listPlugins, async (query, { context }) =>
    pageOf(await views(personFrom(context).tenantId), query, {
      texts: ({ id, description, models, vendors }) => [
        `${id} ${description} ${models.join(' ')} ${vendors.join(' ')}`,
      ],
      by: { id: ({ id }) => id, installedAt: ({ installedAt }) => installedAt, devices: ({ devices: used }) => used },
      id: ({ id }) => id,
    }),
  )

  bus.reply(getPlugin, async ({ id }, { context }) => {
    const wanted = id.replace(/^wazo-/, '')
    const found = (await views(personFrom(context).tenantId)).find((view) => view.id === wanted)
    if (found === undefined) throw new Fault('not-found', { detail: `There is no plugin ${id}` })
    return found
  })
}
