import { type CompiledTemplate, compiledTemplate, withCustomTemplates } from '@strowger/render'
import { type CustomFile, type Tenants, tenantsAbove } from '@strowger/schema'
import type { LoadedPlugin } from './plugin-library.ts'

/** Custom files that are tried and not saved: those of one tenant, by name; null stands for none. */
export interface TriedTemplates {
  readonly tenant: string
  readonly templates: ReadonlyMap<string, string | null>
}

type CustomFiles = readonly CustomFile[]

/**
 * Plugins as the phones of a tenant meet them: with the custom files of the tenant and of those above it, of two with
 * one name the nearest. What no tenant has changed is the shipped plugin itself, and tenants with the same custom files
 * share one variant. Every text is compiled once.
 */
export function createPluginVariants(parts: {
  plugins: ReadonlyMap<string, LoadedPlugin>
  files: { values(): Iterable<CustomFile>; subscribe(listener: ChangeListener): () => void }
  tenants: Tenants & { subscribe(listener: () => void): () => void }
}) {
  const { plugins, files, tenants } = parts
  /** Plugin -> tenant -> `folder/name` -> file. */
  const byPlugin = new Map<string, Map<string, Map<string, CustomFile>>>()
  const compiled = new WeakMap<CustomFile, CompiledTemplate>()
  /** Plugin -> tenant -> variant, and plugin -> keys of its files -> variant. */
  const ofTenant = new Map<string, Map<string, LoadedPlugin>>()
  const ofFiles = new Map<string, Map<string, LoadedPlugin>>()

  function hold(file: CustomFile, isThere: boolean): void {
    const key = `${file.folder}/${file.name}`
    const ofOwners = entry(byPlugin, file.plugin)
    const owned = entry(ofOwners, file.tenant)
    if (isThere) owned.set(key, file)
    else owned.delete(key)
    if (owned.size === 0) ofOwners.delete(file.tenant)
    if (ofOwners.size === 0) byPlugin.delete(file.plugin)
    ofTenant.delete(file.plugin)
    ofFiles.delete(file.plugin)
  }

  for (const file of files.values()) hold(file, true)
  files.subscribe((_key, file, old) => {
    if (file) hold(file, true)
    else if (old) hold(old, false)
  })
  tenants.subscribe(() => ofTenant.clear())

  /** The custom files of a plugin that are in force for a tenant. */
  function inForce(plugin: string, tenant: string, tried?: TriedTemplates): CustomFiles {
    const ofOwners = byPlugin.get(plugin)
    if (ofOwners === undefined && tried === undefined) return []
    const nearest = new Map<string, CustomFile>()
    for (const above of tenantsAbove(tenants, tenant)) {
      const owned = new Map(ofOwners?.get(above))
      if (tried?.tenant === above) {
        for (const [name, content] of tried.templates) {
          const key = `templates/${name}`
          if (content === null) owned.delete(key)
          else owned.set(key, { tenant: above, plugin, folder: 'templates', name, content, revision: 0, at: '' })
        }
      }
      for (const [key, file] of owned) if (!nearest.has(key)) nearest.set(key, file)
    }
    return [...nearest.values()]
  }

  function codeOf(file: CustomFile): CompiledTemplate {
    const known = compiled.get(file)
    if (known) return known
    const made = compiledTemplate(file.name, file.content)
    compiled.set(file, made)
    return made
  }

  function made(plugin: LoadedPlugin, custom: CustomFiles, codes: (file: CustomFile) => CompiledTemplate) {
    const templates = custom.filter(({ folder }) => folder === 'templates')
    const statics = custom.filter(({ folder }) => folder === 'tftpboot')
    return {
      ...plugin,
      compiled: withCustomTemplates(plugin.compiled, new Map(templates.map((file) => [file.name, codes(file)]))),
      customStatics: new Map(statics.map(({ name, content }) => [name, Buffer.from(content, 'base64')])),
    }
  }

  function of(id: string, tenant: string): LoadedPlugin | undefined {
    const plugin = plugins.get(id)
    if (plugin === undefined || !byPlugin.has(id)) return plugin
    const known = ofTenant.get(id)?.get(tenant)
    if (known) return known
    const custom = inForce(id, tenant)
    const key = custom.map((file) => `${file.tenant}/${file.folder}/${file.name}@${file.revision}`).join('\n')
    const shared = entry(ofFiles, id)
    const variant = custom.length === 0 ? plugin : (shared.get(key) ?? made(plugin, custom, codeOf))
    shared.set(key, variant)
    entry(ofTenant, id).set(tenant, variant)
    return variant
  }

  return {
    of,
    inForce,
    /** As `of`, as if these templates were there. Each text is compiled once for all devices of one `tried`. */
    trying(id: string, tried: TriedTemplates): (tenant: string) => LoadedPlugin | undefined {
      const plugin = plugins.get(id)
      const codes = new Map<string, CompiledTemplate>()
      const variants = new Map<string, LoadedPlugin>()
      const codeOfTried = (file: CustomFile) => {
        if (file.revision > 0) return codeOf(file)
        const known = codes.get(file.name) ?? compiledTemplate(file.name, file.content)
        codes.set(file.name, known)
        return known
      }
      return (tenant) => {
        const known = variants.get(tenant)
        if (known || plugin === undefined) return known
        const variant = made(plugin, inForce(id, tenant, tried), codeOfTried)
        variants.set(tenant, variant)
        return variant
      }
    },
  }
}
export type PluginVariants = ReturnType<typeof createPluginVariants>

type ChangeListener = (key: string, file: CustomFile | undefined, old: CustomFile | undefined) => void

/** The map under this key, made when there is none. */
function entry<Key, Inner, Value>(maps: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  const known = maps.get(key)
  if (known) return known
  const made = new Map<Inner, Value>()
  maps.set(key, made)
  return made
}
