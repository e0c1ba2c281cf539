import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type CompiledPlugin, compilePlugin } from '@strowger/render'
import { PluginManifest } from '@strowger/schema'
import type { Log } from '@strowger/service'
import { Compile } from 'typebox/compile'

/** A plugin as rendering holds it: checked, its templates compiled. */
export interface LoadedPlugin {
  readonly manifest: PluginManifest
  /** SHA-256 over names and contents of its files, hexadecimal. */
  readonly hash: string
  readonly compiled: CompiledPlugin
  /** Static files by name. */
  readonly statics: ReadonlyMap<string, Uint8Array>
}

const validator = Compile(PluginManifest)

/**
 * Loads the built-in plugins: every folder `<family>/<generation>` with a manifest. A file that differs from what
 * hashes.json says, or that it does not name, makes its plugin be refused; a plugin that is refused is logged and the
 * others are loaded.
 */
export function loadPlugins(folder: string, log: Log): Map<string, LoadedPlugin> {
  const trusted = trustedHashes(join(folder, 'hashes.json'))
  const plugins = new Map<string, LoadedPlugin>()
  for (const family of foldersIn(folder)) {
    for (const generation of foldersIn(join(folder, family))) {
      const place = join(folder, family, generation)
      if (!existsSync(join(place, 'manifest.json'))) continue
      try {
        const plugin = loadPlugin(place, `${family}-${generation}`, trusted)
        plugins.set(plugin.manifest.id, plugin)
      } catch (error) {
        log.error({ error, plugin: `${family}-${generation}` }, 'a plugin was refused')
      }
    }
  }
  return plugins
}
