import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PluginManifest } from '@strowger/schema'
import { type CompiledPlugin, compilePlugin } from './compile-plugin.ts'
import { flattenConfig } from './flatten-config.ts'
import { assemblePlugins, type PluginFiles } from './plugin-files.ts'
import { renderDeviceFile } from './render-file.ts'

export const pluginsFolder = fileURLToPath(new URL('../../plugins/', import.meta.url))

/** Every file of the folder of plugins, by path below it. */
export function readPluginFolder(folder: string = pluginsFolder): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path)
    if (entry.isFile() && name.includes('/')) files.set(name, readFileSync(path))
  }
  return files
}

export interface TestedPlugin extends PluginFiles {
  readonly id: string
  readonly folder: string
  readonly compiled: CompiledPlugin
  /** Its own templates and those of what it extends, by name; the latter also as `<plugin id>/<name>`. */
  readonly templates: ReadonlyMap<string, string>
  /** Those of `templates` that are its own, not its parent's. */
  readonly ownTemplates: ReadonlyMap<string, string>
  /** All that its files are made of, one after the other. */
  readonly sources: string
  /** Models that no newer generation of its family has: those whose full golden file it keeps. */
  readonly newestModels: readonly string[]
  /** The one that golden/minimal has a folder of; else that of what it extends, when it has it too; else its first. */
  readonly typicalModel: string
}

const files = readPluginFolder()
const { plugins: assembled, refused } = assemblePlugins(files)
if (refused.size > 0) throw new Error([...refused].map(([id, reason]) => `${id}: ${reason}`).join('\n'))

/** Whether the generation `a` came after `b`: 10.1 after 8.9, v86 after v85. */
function isNewer(a: string, b: string): boolean {
  return a.localeCompare(b, 'en', { numeric: true }) > 0
}

/** Every folder `<family>/<generation>`, parents first. */
export const testedPlugins: readonly TestedPlugin[] = loadAll()

function loadAll(): TestedPlugin[] {
  const loaded = new Map<string, TestedPlugin>()
  for (const [id, plugin] of assembled) {
    const { manifest, templates } = plugin
    const parent = manifest.extends && loaded.get(manifest.extends.id)
    const compiled = compilePlugin({ manifest, templates, ...(parent && { parent: parent.compiled }) })
    const path = [...files.keys()].find((name) => name.replace('/', '-') === `${id}/manifest.json`) ?? ''
    const folder = join(pluginsFolder, path, '..')
    const inherited = [...(parent?.templates ?? [])]
    const named = inherited.map(([name, text]) => [`${parent?.id}/${name}`, text] as const)
    const all = new Map([...inherited, ...named, ...templates])
    const sources = reachableTexts(manifest, all)
    const newestModels = Object.keys(manifest.models).filter((model) => isNewestWith(model, plugin))
    const typicalModel = typicalModelOf(folder, Object.keys(manifest.models), parent)
    loaded.set(id, {
      ...plugin,
      id,
      folder,
      compiled,
      templates: all,
      ownTemplates: templates,
      sources,
      newestModels,
      typicalModel,
    })
  }
  return [...loaded.values()]
}

/** The templates that the files of a plugin are made of: those it names, and what these include. */
function reachableTexts({ files, models }: PluginManifest, templates: ReadonlyMap<string, string>): string {
  const given = [...files.device, ...files.common].map(({ template }) => template ?? 'base.tpl')
  const reached = new Set([...given, ...Object.keys(models).map((model) => `${model}.tpl`)])
  for (const name of reached) {
    const text = templates.get(name) ?? ''
    for (const [, other = ''] of text.matchAll(/(?:include|import|from|extends)\s+['"]([^'"]+)['"]/g))
      reached.add(other)
  }
  return [...reached].map((name) => templates.get(name) ?? '').join('\n')
}

function typicalModelOf(folder: string, models: readonly string[], parent: TestedPlugin | undefined): string {
  const kept = join(folder, 'golden/minimal')
  const [own] = existsSync(kept) ? readdirSync(kept) : []
  const inherited = parent !== undefined && models.includes(parent.typicalModel) ? parent.typicalModel : undefined
  return own ?? inherited ?? models[0] ?? ''
}

function isNewestWith(model: string, { manifest }: PluginFiles): boolean {
  return ![...assembled.values()].some(
    (other) =>
      Object.hasOwn(other.manifest.models, model) &&
      other.manifest.vendors[0] === manifest.vendors[0] &&
      isNewer(other.manifest.id, manifest.id),
  )
}

const mac = '00:15:65:12:34:56'
const digits = mac.replaceAll(':', '')

/** Name -> text of each file of a phone of this model with the first firmware that the manifest lists for it. */
export function renderAll(plugin: TestedPlugin, model: string, raw: object): Map<string, string> {
  const { manifest, compiled } = plugin
  const version = manifest.models[model]?.firmware[0]
  const device = {
    mac,
    sn: 'S123',
    model,
    vendor: manifest.vendors[0] ?? '',
    ...(version === undefined ? {} : { version }),
  }
  const parameters = flattenConfig([raw as Record<string, unknown>])
  const texts = new Map<string, string>()
  for (const { name: pattern, models } of manifest.files.device) {
    if (models !== undefined && !models.includes(model)) continue
    const name = pattern
      .replace('{mac}', digits)
      .replace('{MAC}', digits.toUpperCase())
      .replace('{MAC10}', digits.slice(2).toUpperCase())
      .replace('{model}', model)
      .replace('{sn}', device.sn)
    const bytes = renderDeviceFile(compiled, { pattern, name, device, parameters })
    texts.set(name, new TextDecoder(manifest.encoding ?? 'utf-8').decode(bytes))
  }
  return texts
}
