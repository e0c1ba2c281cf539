import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
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

/** SHA-256 of each trusted file, hexadecimal, by its path below the folder of plugins. */
type TrustedHashes = Readonly<Record<string, string>>

/**
 * Loads the built-in plugins: every folder `<family>/<generation>` with a manifest. A file that is not what hashes.json
 * says, or that it does not name, makes its plugin be refused; that is logged, and the others are loaded.
 */
export function loadPlugins(folder: string, log: Log): Map<string, LoadedPlugin> {
  const trusted = JSON.parse(readFileSync(join(folder, 'hashes.json'), 'utf8')) as TrustedHashes
  const plugins = new Map<string, LoadedPlugin>()
  for (const family of foldersIn(folder)) {
    for (const generation of foldersIn(join(folder, family))) {
      if (!existsSync(join(folder, family, generation, 'manifest.json'))) continue
      try {
        plugins.set(`${family}-${generation}`, loadPlugin(folder, family, generation, trusted))
      } catch (error) {
        log.error({ error, plugin: `${family}-${generation}` }, 'a plugin was refused')
      }
    }
  }
  return plugins
}

function loadPlugin(folder: string, family: string, generation: string, trusted: TrustedHashes): LoadedPlugin {
  const place = join(folder, family, generation)
  const hash = createHash('sha256')
  const files = new Map<string, Buffer>()
  for (const name of filesIn(place)) {
    const bytes = readFileSync(join(place, name))
    const digest = createHash('sha256').update(bytes).digest('hex')
    const path = `${family}/${generation}/${name}`
    if (trusted[path] !== digest) throw new Error(`${path} is not the file that hashes.json names`)
    hash.update(`${name} ${digest}\n`)
    files.set(name, bytes)
  }
  const manifest: unknown = JSON.parse(files.get('manifest.json')?.toString('utf8') ?? '')
  if (!validator.Check(manifest)) {
    const [first] = validator.Errors(manifest)
    throw new Error(`manifest.json: ${first?.instancePath ?? ''} ${first?.message ?? 'does not have its shape'}`)
  }
  if (manifest.id !== `${family}-${generation}`)
    throw new Error(`manifest.json: the id must be ${family}-${generation}`)
  const templates = new Map<string, string>()
  const statics = new Map<string, Uint8Array>()
  for (const [name, bytes] of files) {
    if (name.startsWith('templates/')) templates.set(name.slice('templates/'.length), bytes.toString('utf8'))
    else if (name.startsWith('static/')) statics.set(name.slice('static/'.length), bytes)
  }
  return { manifest, hash: hash.digest('hex'), compiled: compilePlugin({ manifest, templates }), statics }
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

/** Files that phones’ answers depend on; golden files and pages for people are not among them. */
function filesIn(place: string): string[] {
  return ['manifest.json', 'templates', 'static']
    .map((name) => join(place, name))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      path.endsWith('.json')
        ? [path]
        : readdirSync(path, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => join(entry.parentPath, entry.name)),
    )
    .map((path) => relative(place, path))
    .sort()
}
