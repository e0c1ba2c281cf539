import { createHash } from 'node:crypto'
import { extendedManifest, type ManifestSource, PluginManifest } from '@strowger/schema'
import { Compile } from 'typebox/compile'

/** A plugin as its folder and those it extends give it; its templates are still text. */
export interface PluginFiles {
  readonly manifest: PluginManifest
  /** SHA-256 over names and contents of its own files, hexadecimal: what a child's `extends` pins. */
  readonly hash: string
  /** Its own, by name, as `base.tpl` or `common/keys.tpl`. */
  readonly templates: ReadonlyMap<string, string>
  /** Its own and those of what it extends, by name. */
  readonly statics: ReadonlyMap<string, Uint8Array>
}

export interface AssembledPlugins {
  /** By id; a parent stands before those that extend it. */
  readonly plugins: ReadonlyMap<string, PluginFiles>
  /** Id -> why there is no such plugin. */
  readonly refused: ReadonlyMap<string, string>
  /** Id -> the places in the manifest of a refused plugin that are wrong, where they are known. */
  readonly flaws: ReadonlyMap<string, readonly ManifestFlaw[]>
}

/** A wrong place in a manifest; the pointer (RFC 6901) is into the full manifest, with what is inherited. */
export interface ManifestFlaw {
  readonly pointer: string
  readonly problem: string
}

/** A manifest that does not have its shape. */
class FlawedManifest extends Error {
  override readonly name = 'FlawedManifest'
  readonly flaws: readonly ManifestFlaw[]

  constructor(flaws: readonly ManifestFlaw[]) {
    const [first] = flaws
    super(`manifest.json: ${first === undefined ? 'does not have its shape' : `${first.pointer} ${first.problem}`}`)
    this.flaws = flaws
  }
}

const validator = Compile(PluginManifest)
/** Files that phones’ answers depend on; golden files and pages for people are not among them. */
const counted = /^(manifest\.json|templates\/.+|static\/.+)$/

/**
 * Makes plugins of the files of a folder of plugins, `<family>/<generation>/…` -> bytes. One whose manifest does not have
 * its shape, or that extends what is not there or has another hash than it pins, is refused; the others are not affected.
 */
export function assemblePlugins(files: ReadonlyMap<string, Uint8Array>): AssembledPlugins {
  const folders = foldersOf(files)
  const plugins = new Map<string, PluginFiles>()
  const refused = new Map<string, string>()
  const flaws = new Map<string, readonly ManifestFlaw[]>()

  function assemble(id: string, children: readonly string[]): PluginFiles {
    const known = plugins.get(id)
    if (known) return known
    const folder = folders.get(id)
    if (folder === undefined) throw new Error(`there is no plugin ${id}`)
    if (children.includes(id)) throw new Error(`${[...children, id].join(' extends ')}`)
    const hash = pluginHash(folder)
    const source = parsedManifest(folder)
    const parent = parentOf(source, (parentId) => assemble(parentId, [...children, id]))
    const manifest = parent === undefined ? source : extendedManifest({ ...parent.manifest }, source)
    if (!validator.Check(manifest)) {
      const errors = [...validator.Errors(manifest)]
      throw new FlawedManifest(errors.map(({ instancePath, message }) => ({ pointer: instancePath, problem: message })))
    }
    if (manifest.id !== id) throw new Error(`manifest.json: the id must be ${id}`)
    const templates = new Map<string, string>()
    const statics = new Map(parent?.statics)
    for (const [name, bytes] of folder) {
      if (name.startsWith('templates/')) templates.set(name.slice('templates/'.length), text(bytes))
      else if (name.startsWith('static/')) statics.set(name.slice('static/'.length), bytes)
    }
    const assembled = { manifest, hash, templates, statics }
    plugins.set(id, assembled)
    return assembled
  }

  for (const id of folders.keys()) {
    try {
      assemble(id, [])
    } catch (error) {
      refused.set(id, (error as Error).message)
      if (error instanceof FlawedManifest) flaws.set(id, error.flaws)
    }
  }
  return { plugins, refused, flaws }
}

/** SHA-256 over names and contents of a plugin's files, hexadecimal. @param files name below its folder -> bytes */
export function pluginHash(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256')
  for (const [name, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (counted.test(name)) hash.update(`${name} ${createHash('sha256').update(bytes).digest('hex')}\n`)
  }
  return hash.digest('hex')
}

/** Id -> its files, by name below its folder. A folder without a manifest is none. */
function foldersOf(files: ReadonlyMap<string, Uint8Array>): Map<string, Map<string, Uint8Array>> {
  const folders = new Map<string, Map<string, Uint8Array>>()
  for (const path of [...files.keys()].sort()) {
    const [, family, generation] = /^([^/]+)\/([^/]+)\/manifest\.json$/.exec(path) ?? []
    if (family !== undefined && generation !== undefined) folders.set(`${family}-${generation}`, new Map())
  }
  for (const [path, bytes] of files) {
    const [, family, generation, name] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(path) ?? []
    if (name !== undefined && counted.test(name)) folders.get(`${family}-${generation}`)?.set(name, bytes)
  }
  return folders
}

function parsedManifest(folder: ReadonlyMap<string, Uint8Array>): ManifestSource {
  const bytes = folder.get('manifest.json')
  const parsed: unknown = bytes === undefined ? undefined : JSON.parse(text(bytes))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Error('manifest.json: it must hold an object')
  return parsed as ManifestSource
}

function parentOf(source: ManifestSource, find: (id: string) => PluginFiles): PluginFiles | undefined {
  const { extends: pin } = source as { extends?: { id?: unknown; hash?: unknown } | null }
  if (pin === undefined) return undefined
  if (typeof pin?.id !== 'string') throw new Error('manifest.json: extends must be {"id": …, "hash": …}')
  const parent = find(pin.id)
  if (parent.hash !== pin.hash) throw new Error(`it extends another ${pin.id} than this one (hash ${parent.hash})`)
  return parent
}

function text(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
