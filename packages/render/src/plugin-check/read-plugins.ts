import { compareVersions, type PluginManifest, parseVersion } from '@strowger/schema'
import { type CompiledPlugin, compilePlugin, templateProblem } from '../compile-plugin.ts'
import { assemblePlugins, type PluginFiles } from '../plugin-files.ts'
import { lineOfPointer, lineOfSyntaxError } from './json-lines.ts'
import type { PluginProblem } from './plugin-problem.ts'

/** A plugin with all that lies in its folder, ready to be checked. */
export interface ReadPlugin extends PluginFiles {
  readonly id: string
  /** `<family>/<generation>` */
  readonly folder: string
  /** Every file of its own folder, by name below it: `golden/full.json`. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly parent?: ReadPlugin
  readonly compiled: CompiledPlugin
  /** Its own templates and those of what it extends, by name; the latter also as `<plugin id>/<name>`. */
  readonly allTemplates: ReadonlyMap<string, string>
  /** All that its files are made of, one after the other. */
  readonly sources: string
  /** Models that no newer generation of its family has: those whose full golden file it keeps. */
  readonly newestModels: readonly string[]
  /** The one that golden/minimal has a folder of; else that of what it extends, when it has it too; else its first. */
  readonly typicalModel: string
}

/** `<family>/<generation>/…` -> bytes: plugins, parents first, and what keeps others from being one. */
export function readPlugins(files: ReadonlyMap<string, Uint8Array>): {
  plugins: ReadonlyMap<string, ReadPlugin>
  problems: readonly PluginProblem[]
} {
  const { plugins: assembled, refused, flaws } = assemblePlugins(files)
  const folders = foldersOf(files)
  const problems: PluginProblem[] = []
  for (const [id, reason] of refused) {
    const folder = folders.get(id) ?? { folder: id, files: new Map<string, Uint8Array>() }
    problems.push(...refusal(folder.folder, textOf(folder.files.get('manifest.json')), reason, flaws.get(id) ?? []))
  }
  const plugins = new Map<string, ReadPlugin>()
  for (const [id, plugin] of assembled) {
    const { manifest, templates } = plugin
    const { folder = '', files: own = new Map<string, Uint8Array>() } = folders.get(id) ?? {}
    const parent = manifest.extends && plugins.get(manifest.extends.id)
    let compiled: CompiledPlugin
    try {
      compiled = compilePlugin({ manifest, templates, ...(parent && { parent: parent.compiled }) })
    } catch (error) {
      problems.push(...templateProblems(folder, templates, error as Error))
      continue
    }
    const inherited = [...(parent?.allTemplates ?? [])]
    const named = inherited.map(([name, text]) => [`${parent?.id}/${name}`, text] as const)
    const allTemplates = new Map([...inherited, ...named, ...templates])
    const models = Object.keys(manifest.models)
    plugins.set(id, {
      ...plugin,
      id,
      folder,
      files: own,
      ...(parent && { parent }),
      compiled,
      allTemplates,
      sources: reachableTexts(manifest, allTemplates),
      newestModels: models.filter((model) => isNewestWith(model, plugin, assembled.values())),
      typicalModel: typicalModelOf(own, models, parent),
    })
  }
  return { plugins, problems }
}

function foldersOf(
  all: ReadonlyMap<string, Uint8Array>,
): Map<string, { folder: string; files: Map<string, Uint8Array> }> {
  const folders = new Map<string, { folder: string; files: Map<string, Uint8Array> }>()
  for (const [path, bytes] of all) {
    const [, family, generation, name] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(path) ?? []
    if (name === undefined) continue
    const id = `${family}-${generation}`
    const known = folders.get(id) ?? { folder: `${family}/${generation}`, files: new Map() }
    folders.set(id, known)
    known.files.set(name, bytes)
  }
  return folders
}

function refusal(
  folder: string,
  text: string,
  reason: string,
  flaws: readonly { pointer: string; problem: string }[],
): PluginProblem[] {
  const file = `${folder}/manifest.json`
  const shape = 'make it as docs/reference/plugin-manifest.json says'
  if (flaws.length > 0) {
    return flaws.map(({ pointer, problem }) => {
      return { file, line: lineOfPointer(text, pointer), problem: `${pointer || '/'} ${problem}`, remedy: shape }
    })
  }
  const line = lineOfSyntaxError(text, reason)
  const [, hash] = /\(hash ([0-9a-f]{64})\)/.exec(reason) ?? []
  if (hash !== undefined) {
    const remedy = `look at what has changed there; when it still fits, write "hash": "${hash}"`
    return [{ file, line: lineOfPointer(text, '/extends/hash'), problem: reason, remedy }]
  }
  const isExtends = /there is no plugin|extends/.test(reason)
  const at = isExtends
    ? lineOfPointer(text, '/extends')
    : / id must be /.test(reason)
      ? lineOfPointer(text, '/id')
      : line
  const remedy = isExtends
    ? 'name a plugin that is there'
    : / id must be /.test(reason)
      ? 'rename it, or its folder'
      : shape
  return [{ file, ...(at === undefined ? {} : { line: at }), problem: reason, remedy }]
}

function templateProblems(folder: string, templates: ReadonlyMap<string, string>, error: Error): PluginProblem[] {
  const remedy = 'see docs/guides/templates.md'
  const broken = [...templates].flatMap(([name, source]) => {
    const problem = templateProblem(name, source)
    if (problem === undefined) return []
    const [, line, text = problem] = /^.*?:(\d+): (.*)$/s.exec(problem) ?? []
    const file = `${folder}/templates/${name}`
    return [{ file, ...(line === undefined ? {} : { line: Number(line) }), problem: text, remedy }]
  })
  return broken.length > 0 ? broken : [{ file: `${folder}/manifest.json`, problem: error.message, remedy }]
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

function typicalModelOf(
  files: ReadonlyMap<string, Uint8Array>,
  models: readonly string[],
  parent: ReadPlugin | undefined,
): string {
  const kept = [...files.keys()].sort().find((name) => name.startsWith('golden/minimal/'))
  const own = kept?.split('/')[2]
  const inherited = parent !== undefined && models.includes(parent.typicalModel) ? parent.typicalModel : undefined
  return own ?? inherited ?? models[0] ?? ''
}

function isNewestWith(model: string, { manifest }: PluginFiles, all: Iterable<PluginFiles>): boolean {
  return ![...all].some(
    (other) =>
      Object.hasOwn(other.manifest.models, model) &&
      other.manifest.vendors[0] === manifest.vendors[0] &&
      isNewer(other.manifest.id, manifest.id),
  )
}

/** Whether the generation `a` came after `b`: 10.1 after 8.9, v86 after v85. */
function isNewer(a: string, b: string): boolean {
  return compareVersions(parseVersion(a), parseVersion(b)) > 0
}

export function textOf(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes)
}
