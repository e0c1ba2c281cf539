import { type CompiledManifests, type CompiledPlugin, modelKey } from './compile.ts'
import type { Said } from './statement.ts'

export const pluginScore = { improbable: 100, unknown: 200, probable: 300, complete: 500, exact: 600 } as const

export interface PluginScore {
  readonly plugin: string
  readonly score: number
  readonly why: string
}

/**
 * The plugin for a phone: the highest score of at least 300 wins; of several with it the newest generation. For a model
 * that none of them knows it is the plugin by whose rule the phone was recognised: a new desk phone of a vendor who makes
 * cordless ones too gets what his desk phones get.
 *
 * @param teller the plugin whose rule named the model, or else the vendor
 */
export function associate(compiled: CompiledManifests, said: Said, teller?: string): PluginScore | undefined {
  let best: CompiledPlugin | undefined
  let bestScore: PluginScore | undefined
  for (const plugin of candidates(compiled, said, teller)) {
    const scored = scorePlugin(plugin, said)
    const isBetter = bestScore === undefined || scored.score > bestScore.score
    const isNewer = scored.score === bestScore?.score && best !== undefined && plugin.rank < best.rank
    if (!isBetter && !isNewer) continue
    best = plugin
    bestScore = scored
  }
  return bestScore
}

/** Those that know the model; when none does, the one that recognised the phone, or else the newest of the vendor. */
function candidates(
  compiled: CompiledManifests,
  { vendor, model }: Said,
  teller: string | undefined,
): readonly CompiledPlugin[] {
  if (vendor === undefined) return []
  const ofModel = model === undefined ? undefined : compiled.pluginsOfModel.get(modelKey(vendor, model))
  if (ofModel !== undefined) return ofModel
  const recognised = teller === undefined ? undefined : compiled.plugins.get(teller)
  if (recognised?.vendors.includes(vendor)) return [recognised]
  return compiled.pluginsOfVendor.get(vendor)?.slice(0, 1) ?? []
}

/** Every plugin's score, the winner first: for people who ask why. */
export function scorePlugins(compiled: CompiledManifests, said: Said, teller?: string): PluginScore[] {
  const winner = associate(compiled, said, teller)?.plugin
  const isWinner = ({ plugin }: PluginScore) => Number(plugin === winner)
  // They are listed the newest first, and sorting keeps that where nothing else decides.
  return [...compiled.plugins.values()]
    .map((plugin) => scorePlugin(plugin, said))
    .sort((a, b) => b.score - a.score || isWinner(b) - isWinner(a))
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
