import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { exitCodes, Failure } from './failure.ts'

/** Plugins that a person has named by a folder: all below it, those of one family, or one. */
export interface NamedPlugins {
  /** The folder of plugins, absolute. */
  readonly root: string
  /** `<family>/<generation>/…` -> bytes. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Whether this `<family>/<generation>` was named. */
  isWanted(folder: string): boolean
}

/** Reads the folder of plugins that `named` is, or that it lies in. Throws a Failure when there is no plugin. */
export function readNamedPlugins(named: string): NamedPlugins {
  const folder = resolve(named)
  if (!existsSync(folder)) throw new Failure(`There is no folder ${named}`, exitCodes.usage)
  const up = existsSync(join(folder, 'manifest.json')) ? 2 : hasManifestBelow(folder) ? 1 : 0
  const root = up === 2 ? dirname(dirname(folder)) : up === 1 ? dirname(folder) : folder
  const below = relative(root, folder).split(sep).join('/')
  const isBelow = (place: string) => up === 0 || place === below || place.startsWith(`${below}/`)
  const files = new Map([...readPluginFiles(root)].filter(([path]) => isBelow(placeOf(path))))
  const places = new Set([...files.keys()].filter((path) => path.endsWith('/manifest.json')).map(placeOf))
  if (![...files.keys()].some((path) => path.endsWith('/manifest.json'))) {
    throw new Failure(`${named} holds no <family>/<generation>/manifest.json`, exitCodes.usage)
  }
  return { root, files, isWanted: (place) => places.has(place) }
}

/** Every file of a folder of plugins, by path below it; what lies beside the families is for people. */
export function readPluginFiles(root: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(root, path).split(sep).join('/')
    if (entry.isFile() && name.split('/').length > 2) files.set(name, readFileSync(path))
  }
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** What a family has beside its plugins for the check: its `identification.json`. Not part of what is trusted. */
export function readFamilyFiles(root: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const path = join(root, entry.name, 'identification.json')
    if (entry.isDirectory() && existsSync(path)) files.set(`${entry.name}/identification.json`, readFileSync(path))
  }
  return files
}

export function placeOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

function hasManifestBelow(folder: string): boolean {
  if (basename(folder).startsWith('.')) return false
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return entries.some(({ name }) => existsSync(join(folder, name, 'manifest.json')))
}
