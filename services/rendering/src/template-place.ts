import {
  type CustomFile,
  type Device,
  Fault,
  type Template,
  type TemplateView,
  type Tenants,
  tenantsFrom,
} from '@strowger/schema'
import type { LoadedPlugin } from './plugin-library.ts'
import type { PluginVariants } from './plugin-variants.ts'
import { customFileKey } from './store/custom-files.ts'

/** Finds plugins, templates and the devices they concern for a tenant. */
export function createTemplatePlaces(parts: {
  plugins: ReadonlyMap<string, LoadedPlugin>
  files: { get(key: string): CustomFile | undefined; values(): Iterable<CustomFile> }
  variants: Pick<PluginVariants, 'inForce'>
  devices: { values(): Iterable<Device> }
  tenants: Tenants
}) {
  const { plugins, files, variants, devices, tenants } = parts

  function view(tenant: string, plugin: string, name: string): Template | undefined {
    const shipped = plugins.get(plugin)?.shipped.get(name)
    const custom = variants.inForce(plugin, tenant).find((file) => file.folder === 'templates' && file.name === name)
    if (shipped === undefined && custom === undefined) return undefined
    return {
      plugin,
      name,
      ...(shipped === undefined ? {} : { shippedBy: shipped.plugin, shipped: shipped.text }),
      ...(custom === undefined
        ? {}
        : { tenant: custom.tenant, revision: custom.revision, at: custom.at, custom: custom.content }),
      characters: (custom?.content ?? shipped?.text ?? '').length,
    }
  }

  return {
    view,
    /** The id of a plugin as it is written, without the prefix that older systems have. Fault `not-found`. */
    pluginId(written: string, { orCustom }: { orCustom?: string } = {}): string {
      const id = written.replace(/^wazo-/, '')
      const isKept = orCustom !== undefined && variants.inForce(id, orCustom).length > 0
      if (plugins.has(id) || isKept) return id
      throw new Fault('not-found', { detail: `There is no plugin ${id}` })
    },
    views(tenant: string, plugin: string): TemplateView[] {
      const custom = variants.inForce(plugin, tenant).filter(({ folder }) => folder === 'templates')
      const names = new Set([...(plugins.get(plugin)?.shipped.keys() ?? []), ...custom.map(({ name }) => name)])
      return [...names].sort().flatMap((name) => {
        const found = view(tenant, plugin, name)
        if (found === undefined) return []
        const { custom: _text, shipped: _shipped, plugin: _plugin, ...shown } = found
        return [shown]
      })
    },
    /** The tenant’s own one. */
    own: (tenant: string, plugin: string, name: string): CustomFile | undefined =>
      files.get(customFileKey({ tenant, plugin, folder: 'templates', name })),
    ownOf: (tenant: string, plugin: string, folder: CustomFile['folder']): CustomFile[] =>
      [...files.values()].filter((file) => file.tenant === tenant && file.plugin === plugin && file.folder === folder),
    /** Devices of the tenant and those below it that use one of these plugins, in the order of their ids. */
    devices(tenant: string, ...ids: readonly string[]): Device[] {
      const scope = new Set(tenantsFrom(tenants, tenant))
      return [...devices.values()]
        .filter((device) => device.plugin !== undefined && ids.includes(device.plugin) && scope.has(device.tenant))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
    },
  }
}
export type TemplatePlaces = ReturnType<typeof createTemplatePlaces>
