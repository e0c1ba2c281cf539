import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { assemblePlugins, type CompiledPlugin, compilePlugin, type PluginFiles } from '@strowger/render'
import type { Log } from '@strowger/service'

/** A plugin as rendering holds it: checked, its templates compiled. */
export interface LoadedPlugin extends Pick<PluginFiles, 'manifest' | 'hash' | 'statics'> {
  readonly compiled: CompiledPlugin
  /** installed: the site’s own. */
  readonly origin: 'built-in' | 'installed'
  /** Its templates and those of what it extends, by name. */
  readonly shipped: ReadonlyMap<string, ShippedTemplate>
  /** Static files of a tenant’s own, by name. */
  readonly customStatics?: ReadonlyMap<string, Uint8Array>
}

/** A template that comes with a plugin. */
export interface ShippedTemplate {
  /** The one that brings it. */
  readonly plugin: string
  readonly text: string
}

/** SHA-256 of each trusted file, hexadecimal, by its path below the folder of plugins. */
type TrustedHashes = Readonly<Record<string, string>>

/**
 * Loads the built-in plugins, and those of the site: every folder `<family>/<generation>` with a manifest. A file that
 * is not what hashes.json of its folder says, or that it does not name, makes its plugin be refused, with those that
 * extend it; so does a plugin of the site that has the id of a built-in one. That is logged, and the others are loaded.
 */
export function loadPlugins(
  folders: { builtIn: string; site?: string | undefined },
  log: Log,
): Map<string, LoadedPlugin> {
  const { files, changed } = trustedFiles(folders.builtIn, hashesOf(folders.builtIn))
  const builtIn = new Set([...files.keys()].map(pluginOf))
  if (folders.site !== undefined && existsSync(folders.site)) addSitePlugins(folders.site, { files, changed, log })
  const { plugins, refused } = assemblePlugins(files)
  for (const [plugin, reason] of [...changed, ...refused]) log.error({ plugin, reason }, 'a plugin was refused')

  const loaded = new Map<string, LoadedPlugin>()
  for (const [id, { manifest, hash, templates, statics }] of plugins) {
    try {
      const parent = manifest.extends && loaded.get(manifest.extends.id)
      const compiled = compilePlugin({ manifest, templates, ...(parent && { parent: parent.compiled }) })
      const own = [...templates].map(([name, text]) => [name, { plugin: id, text }] as const)
      const shipped = new Map([...(parent?.shipped ?? []), ...own])
      const origin = builtIn.has(id) ? 'built-in' : 'installed'
      loaded.set(id, { manifest, hash, compiled, statics, shipped, origin })
    } catch (error) {
      log.error({ error, plugin: id }, 'a plugin was refused')
    }
  }
  return loaded
}

function hashesOf(folder: string): TrustedHashes {
  return JSON.parse(readFileSync(join(folder, 'hashes.json'), 'utf8')) as TrustedHashes
}

/** The site's folder cannot keep the house from starting: what is wrong with it is logged, and it adds nothing. */
function addSitePlugins(
  folder: string,
  { files, changed, log }: { files: Map<string, Uint8Array>; changed: Map<string, string>; log: Log },
): void {
  try {
    const isTrusted = existsSync(join(folder, 'hashes.json'))
    const site = trustedFiles(folder, isTrusted ? hashesOf(folder) : {})
    const taken = new Set([...files.keys()].map(pluginOf))
    for (const id of site.changed.keys()) {
      changed.set(id, `${site.changed.get(id)}; look at it, then run strowger plugins trust ${folder}`)
    }
    for (const [path, bytes] of site.files) {
      const id = pluginOf(path)
      if (taken.has(id)) changed.set(id, `${folder} has a plugin of this name too: the built-in one is used`)
      else files.set(path, bytes)
    }
  } catch (error) {
    log.error({ error, folder }, 'the plugins of the site were not read')
  }
}

/** Files by path below the folder, without those of a plugin one of whose files is not trusted. */
function trustedFiles(folder: string, trusted: TrustedHashes) {
  const files = new Map<string, Uint8Array>()
  const changed = new Map<string, string>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name))
    if (!entry.isFile() || !/^[^/]+\/[^/]+\/(manifest\.json|templates\/|static\/)/.test(path)) continue
    const bytes = readFileSync(join(folder, path))
    const digest = createHash('sha256').update(bytes).digest('hex')
    if (trusted[path] === digest) files.set(path, bytes)
    else changed.set(pluginOf(path), `${path} is not the file that hashes.json names`)
  }
  for (const path of files.keys()) if (changed.has(pluginOf(path))) files.delete(path)
  return { files, changed }
}

function pluginOf(path: string): string {
  const [family, generation] = path.split('/')
  return `${family}-${generation}`
}
