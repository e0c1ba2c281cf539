import type { FieldProblem, PluginManifest } from '@strowger/schema'
import { checkIdentification, type Identify } from './identification-check.ts'
import { lineOfPointer } from './json-lines.ts'
import { checkGolden, goldenCases } from './kept-files.ts'
import { checkCompleteness, checkNotOffered, checkParameterRows } from './parameter-checks.ts'
import type { PluginProblem } from './plugin-problem.ts'
import { type ReadPlugin, readPlugins, textOf } from './read-plugins.ts'
import {
  checkCommonFile,
  checkHostileName,
  checkImpossiblePassword,
  checkSensitive,
  checkUnknownModel,
  hostileNames,
} from './safety-checks.ts'

/** Everything that must hold of a plugin, by what it guarantees. */
export const pluginChecks: Readonly<Record<string, (plugin: ReadPlugin) => PluginProblem[]>> = {
  'names every standard parameter in a template, or says why it is not offered': checkCompleteness,
  'writes the same whatever a parameter is that it does not offer': checkNotOffered,
  'writes each parameter as the vendor names it, and has a row for it': checkParameterRows,
  ...Object.fromEntries(
    hostileNames.map((name) => [
      `says nothing more for a name or a label that is ${JSON.stringify(name)}`,
      (plugin: ReadPlugin) => checkHostileName(plugin, name),
    ]),
  ),
  'refuses a password that its file cannot hold, and says why': checkImpossiblePassword,
  'calls every file of a device that holds credentials sensitive': checkSensitive,
  'renders for a model that it does not know': checkUnknownModel,
  'has common files that can be read and hold no secret': (plugin) =>
    plugin.manifest.files.common.flatMap((file) => checkCommonFile(plugin, file)),
  ...Object.fromEntries(
    goldenCases.map((name) => [
      `gives what is kept for the parameters ${name}`,
      (plugin: ReadPlugin) => checkGolden(plugin, name),
    ]),
  ),
}

export interface CheckedPlugins {
  /** Ids of the plugins that were read. */
  readonly plugins: readonly string[]
  readonly problems: readonly PluginProblem[]
}

/**
 * Checks plugins, `<family>/<generation>/…` -> bytes. Pure.
 * @param options.isWanted by `<family>/<generation>`: those beside them are only there to be extended
 * @param options.patterns what is wrong with the patterns of a manifest (packages/identify)
 * @param options.identify who a phone is, for the cases in `<family>/identification.json` and `<family>/<generation>/…`
 */
export function checkPlugins(
  files: ReadonlyMap<string, Uint8Array>,
  options: {
    isWanted: (folder: string) => boolean
    patterns: (manifest: PluginManifest) => readonly FieldProblem[]
    identify: Identify
  },
): CheckedPlugins {
  const { plugins, problems: unread } = readPlugins(files)
  const wanted = [...plugins.values()].filter(({ folder }) => options.isWanted(folder))
  const problems = unread.filter(({ file }) => options.isWanted(file.split('/').slice(0, 2).join('/')))
  for (const plugin of wanted) {
    problems.push(...checkPatterns(plugin, options.patterns))
    for (const check of Object.values(pluginChecks)) problems.push(...withoutThrowing(plugin, check))
  }
  const families = new Set(wanted.map(({ folder }) => folder.split('/')[0]))
  const cases = [...files].filter(([path]) => {
    const [family = '', second, third] = path.split('/')
    if (third === undefined) return second === casesFile && families.has(family)
    return path === `${family}/${second}/${casesFile}` && options.isWanted(`${family}/${second}`)
  })
  if (cases.length > 0) {
    // One with a pattern that is told above cannot recognise anything.
    const manifests = [...plugins.values()].flatMap(({ manifest }) =>
      options.patterns(manifest).length === 0 ? [manifest] : [],
    )
    problems.push(...checkIdentification(new Map(cases), manifests, options.identify))
  }
  return { plugins: wanted.map(({ id }) => id), problems: distinct(problems) }
}

const casesFile = 'identification.json'

function withoutThrowing(plugin: ReadPlugin, check: (plugin: ReadPlugin) => PluginProblem[]): PluginProblem[] {
  try {
    return check(plugin)
  } catch (error) {
    const [, template, line] = /([\w./-]+\.tpl):(\d+):/.exec((error as Error).message) ?? []
    const file = template === undefined ? `${plugin.folder}/manifest.json` : `${plugin.folder}/templates/${template}`
    const problem = (error as Error).message
    return [{ file, ...(line === undefined ? {} : { line: Number(line) }), problem, remedy: 'mend what it names' }]
  }
}

function checkPatterns(
  plugin: ReadPlugin,
  problemsOf: (manifest: PluginManifest) => readonly FieldProblem[],
): PluginProblem[] {
  const text = textOf(plugin.files.get('manifest.json'))
  return problemsOf(plugin.manifest).map(({ field, problem }) => {
    const pointer = field.slice(`/${plugin.id}`.length)
    const line = lineOfPointer(text, pointer)
    return {
      file: `${plugin.folder}/manifest.json`,
      line,
      problem: `${pointer}: ${problem}`,
      remedy: 'write a pattern that is read in one go: begin with ^, and end each repetition at what it cannot contain',
    }
  })
}

function distinct(problems: readonly PluginProblem[]): PluginProblem[] {
  return [...new Map(problems.map((each) => [JSON.stringify(each), each])).values()]
}
