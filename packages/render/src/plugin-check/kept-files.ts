import type { RawConfig } from '@strowger/schema'
import type { PluginProblem } from './plugin-problem.ts'
import { type ReadPlugin, textOf } from './read-plugins.ts'
import { renderAll } from './rendered-phone.ts'

export const goldenCases = ['full', 'minimal', 'awkward'] as const
export type GoldenCase = (typeof goldenCases)[number]

/** A file of the plugin, or else of the nearest one that it extends, and where it lies. */
export function inherited(plugin: ReadPlugin, name: string): { file: string; text: string } | undefined {
  const own = plugin.files.get(name)
  if (own !== undefined) return { file: `${plugin.folder}/${name}`, text: textOf(own) }
  return plugin.parent && inherited(plugin.parent, name)
}

/** The parameters of a case, its own or inherited. Undefined when there are none, or they are no JSON object. */
export function goldenParameters(plugin: ReadPlugin, name: GoldenCase): RawConfig | undefined {
  const source = inherited(plugin, `golden/${name}.json`)
  if (source === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(source.text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as RawConfig) : undefined
  } catch {
    return undefined
  }
}

/**
 * The files that a case must come out as now, by name below the plugin's folder: `full` for each model that no newer
 * generation has, the others for one, its typical model.
 */
export function goldenFiles(plugin: ReadPlugin, name: GoldenCase): Map<string, string> {
  const raw = goldenParameters(plugin, name)
  const texts = new Map<string, string>()
  if (raw === undefined) return texts
  for (const model of name === 'full' ? plugin.newestModels : [plugin.typicalModel]) {
    for (const [file, text] of renderAll(plugin, model, raw)) texts.set(`golden/${name}/${model}/${file}`, text)
  }
  return texts
}

const rewrite = 'read what has changed; when it is right, write them anew (plugins check --write-golden)'

/** Whether the plugin gives, byte for byte, what is kept of this case, and nothing else is kept. */
export function checkGolden(plugin: ReadPlugin, name: GoldenCase): PluginProblem[] {
  const source = inherited(plugin, `golden/${name}.json`)
  const parameters = `golden/${name}.json`
  if (source === undefined || goldenParameters(plugin, name) === undefined) {
    const problem = source === undefined ? 'there is no such file' : 'it is no JSON object'
    const remedy = `write the parameters of the case “${name}”, as those of packages/plugins/yealink/v86/golden`
    return [{ file: source?.file ?? `${plugin.folder}/${parameters}`, problem, remedy }]
  }
  let wanted: Map<string, string>
  try {
    wanted = goldenFiles(plugin, name)
  } catch (error) {
    return [{ file: source.file, problem: (error as Error).message, remedy: 'mend the template or the parameters' }]
  }
  const problems: PluginProblem[] = []
  for (const [path, text] of wanted) {
    const kept = plugin.files.get(path)
    const file = `${plugin.folder}/${path}`
    if (kept === undefined) problems.push({ file, problem: 'it is not kept', remedy: rewrite })
    else if (textOf(kept) !== text) problems.push({ file, ...firstDifference(textOf(kept), text), remedy: rewrite })
  }
  for (const path of plugin.files.keys()) {
    if (!path.startsWith(`golden/${name}/`) || wanted.has(path)) continue
    problems.push({ file: `${plugin.folder}/${path}`, problem: 'no phone is given such a file', remedy: rewrite })
  }
  return problems
}

function firstDifference(kept: string, now: string): { line: number; problem: string } {
  const [before, after] = [kept.split('\n'), now.split('\n')]
  const index = before.findIndex((line, place) => line !== after[place])
  const place = index < 0 ? before.length : index
  return {
    line: place + 1,
    problem: `kept is ${JSON.stringify(before[place] ?? '')}, but it gives ${JSON.stringify(after[place] ?? '')}`,
  }
}
