import { type CompiledManifests, type CompiledPlugin, modelKey } from './compile.ts'
import type { Said } from './statement.ts'

export const pluginScore = { improbable: 100, unknown: 200, probable: 300, complete: 500, exact: 600 } as const

export interface PluginScore {
  readonly plugin: string
  readonly score: number
  readonly why: string
}

/**
 * The plugin for a phone: the highest score of at least 300 wins; of several with it the greatest id in string order,
 * so that the newer generation of a family is taken.
 */
export function associate(compiled: CompiledManifests, said: Said): PluginScore | undefined {
  let best: PluginScore | undefined
  for (const plugin of candidates(compiled, said)) {
    const scored = scorePlugin(plugin, said)
    const isBetter = best === undefined || scored.score > best.score
    if (isBetter || (scored.score === best?.score && scored.plugin > best.plugin)) best = scored
  }
  return best
}

/** Those that know the model; when none does they are all worth the same, and the first has the greatest id. */
function candidates(compiled: CompiledManifests, { vendor, model }: Said): readonly CompiledPlugin[] {
  if (vendor === undefined) return []
  const ofModel = model === undefined ? undefined : compiled.pluginsOfModel.get(modelKey(vendor, model))
  return ofModel ?? compiled.pluginsOfVendor.get(vendor)?.slice(0, 1) ?? []
}

/** Every plugin's score, the winner first: for people who ask why. */
export function scorePlugins(compiled: CompiledManifests, said: Said): PluginScore[] {
  return compiled.plugins
    .map((plugin) => scorePlugin(plugin, said))
    .sort((a, b) => b.score - a.score || (a.plugin < b.plugin ? 1 : -1))
}

function scorePlugin({ id, vendors, models, firmware }: CompiledPlugin, { vendor, model, version }: Said): PluginScore {
  const scored = (score: number, why: string) => ({ plugin: id, score, why })
  if (vendor === undefined) return scored(pluginScore.unknown, 'the vendor is not known')
  if (!vendors.includes(vendor)) return scored(pluginScore.improbable, `the plugin is for ${vendors.join(', ')}`)
  if (model === undefined) return scored(pluginScore.probable, 'vendor matches, the model is not known')
  if (!models.has(model))
    return scored(pluginScore.probable, `vendor matches, but ${model} is not a model of the plugin`)
  if (version === undefined) return scored(pluginScore.complete, 'vendor and model match, the version is not known')
  if (firmware.some((pattern) => pattern.test(version)))
    return scored(pluginScore.exact, 'vendor, model and version match')
  return scored(pluginScore.complete, `vendor and model match, but the plugin is not made for version ${version}`)
}
