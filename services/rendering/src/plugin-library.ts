import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { assemblePlugins, type CompiledPlugin, compilePlugin, type PluginFiles } from '@strowger/render'
import type { Log } from '@strowger/service'

/** A plugin as rendering holds it: checked, its templates compiled. */
export interface LoadedPlugin extends Pick<PluginFiles, 'manifest' | 'hash' | 'statics'> {
  readonly compiled: CompiledPlugin
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
 * Loads the built-in plugins: every folder `<family>/<generation>` with a manifest. A file that is not what hashes.json
 * says, or that it does not name, makes its plugin be refused, with those that extend it; that is logged, and the
 * others are loaded.
 */
export function loadPlugins(folder: string, log: Log): Map<string, LoadedPlugin> {
  const trusted = JSON.parse(readFileSync(join(folder, 'hashes.json'), 'utf8')) as TrustedHashes
  const { files, changed } = trustedFiles(folder, trusted)
  const { plugins, refused } = assemblePlugins(files)
  for (const [plugin, reason] of [...changed, ...refused]) log.error({ plugin, reason }, 'a plugin was refused')

  const loaded = new Map<string, LoadedPlugin>()
  for (const [id, { manifest, hash, templates, statics }] of plugins) {
    try {
      const parent = manifest.extends && loaded.get(manifest.extends.id)
      const compiled = compilePlugin({ manifest, templates, ...(parent && { parent: parent.compiled }) })
      const own = [...templates].map(([name, text]) => [name, { plugin: id, text }] as const)
      const shipped = new Map([...(parent?.shipped ?? []), ...own])
      loaded.set(id, { manifest, hash, compiled, statics, shipped })
    } catch (error) {
      log.error({ error, plugin: id }, 'a plugin was refused')
    }
  }
  return loaded
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
