import { compareVersions, parseVersion } from '@strowger/schema'
import { type CompiledManifests, type CompiledPlugin, type Firmware, modelKey } from './compile.ts'
import type { Said } from './statement.ts'

export const pluginScore = { improbable: 100, unknown: 200, probable: 300, complete: 500, exact: 600 } as const

export interface PluginScore {
  readonly plugin: string
  readonly score: number
  readonly why: string
}

/** What is known of the phone, and which plugins had the rules that recognised it. */
export interface Recognised {
  readonly said: Said
  readonly recognisedBy: ReadonlySet<string>
}

/** A plugin's score with all that ties are decided by. */
interface Standing {
  readonly plugin: CompiledPlugin
  readonly score: number
  readonly why: string
  /** The plugin's firmware for this model that is nearest to the phone's; absent when either is not known. */
  readonly nearest?: Firmware
  /** That firmware is newer than the phone's. */
  readonly isNewer: boolean
  readonly recognises: boolean
  readonly hasFirmware: boolean
}

interface Criterion {
  /** Below 0 when `a` goes first. */
  compare(a: Standing, b: Standing): number
  /** Why `winner` goes before those with the same score. */
  why(winner: Standing): string
}

const criteria: readonly Criterion[] = [
  { compare: (a, b) => b.score - a.score, why: ({ score }) => `has ${score}` },
  {
    compare: compareNearness,
    why: ({ nearest }) => `is for firmware nearer to the phone’s: ${nearest?.name ?? 'any'}`,
  },
  { compare: (a, b) => Number(b.recognises) - Number(a.recognises), why: () => 'has a rule that recognised the phone' },
  { compare: (a, b) => Number(b.hasFirmware) - Number(a.hasFirmware), why: () => 'is made for the phone’s version' },
  { compare: (a, b) => a.plugin.rank - b.plugin.rank, why: () => 'is the newer generation' },
]

/**
 * The plugin for a phone: the highest score of at least 300 wins. Of several with it, in this order:
 *
 * 1. the one whose firmware for this model is nearest to the phone’s and not newer; when all are newer, the nearest;
 *    those that list none for it come last;
 * 2. one whose own rules recognised the phone (`Cisco` alone is no reason to take any of Cisco’s families);
 * 3. one whose `firmware` patterns match the phone’s version (of a model that none of them knows);
 * 4. the newest generation: the last id in natural order (see `compareVersions`), 10.1 after 8.9.
 */
export function associate(compiled: CompiledManifests, recognised: Recognised): PluginScore | undefined {
  let best: { plugin: CompiledPlugin; score: number; why: string }[] = []
  for (const plugin of candidates(compiled, recognised.said)) {
    const scored = { plugin, ...scoreOf(plugin, recognised.said) }
    const leading = best[0]?.score ?? 0
    if (scored.score > leading) best = [scored]
    else if (scored.score === leading) best.push(scored)
  }
  const [only] = best
  const [first = only] =
    best.length > 1 ? best.map(({ plugin }) => standingOf(plugin, recognised)).sort(compareStandings) : []
  return first && { plugin: first.plugin.id, score: first.score, why: first.why }
}

/**
 * What would have been chosen for a phone of which no more than this was known, recognised by the rules that this plugin
 * has, with others or alone. That it is the same one tells that it was chosen by so little, and not by hand.
 */
export function associateAlike(
  compiled: CompiledManifests,
  said: Said,
  plugin: string | undefined,
): string | undefined {
  const recognisedBy = plugin === undefined ? undefined : compiled.relatives.get(plugin)
  return associate(compiled, { said, recognisedBy: recognisedBy ?? new Set() })?.plugin
}

/** Those that know the model; when none does, all of the vendor. */
function candidates(compiled: CompiledManifests, { vendor, model }: Said): readonly CompiledPlugin[] {
  if (vendor === undefined) return []
  const ofModel = model === undefined ? undefined : compiled.pluginsOfModel.get(modelKey(vendor, model))
  return ofModel ?? compiled.pluginsOfVendor.get(vendor) ?? []
}

/** Every plugin's score, the winner first, with why it has it and, of the same score, why it lost: for people who ask. */
export function scorePlugins(compiled: CompiledManifests, recognised: Recognised): PluginScore[] {
  const standings = compiled.plugins.map((plugin) => standingOf(plugin, recognised)).sort(compareStandings)
  const [winner] = standings
  return standings.map((standing) => {
    const { plugin, score, why } = standing
    const isTie = winner !== undefined && winner !== standing && winner.score === score && score >= pluginScore.probable
    const decided = isTie ? criteria.find(({ compare }) => compare(winner, standing) !== 0) : undefined
    const lost = winner && decided ? `; ${winner.plugin.id} ${decided.why(winner)}` : ''
    return { plugin: plugin.id, score, why: why + lost }
  })
}

function compareStandings(a: Standing, b: Standing): number {
  for (const { compare } of criteria) {
    const order = compare(a, b)
    if (order !== 0) return order
  }
  return 0
}

function compareNearness(a: Standing, b: Standing): number {
  const groups = groupOf(a) - groupOf(b)
  if (groups !== 0 || a.nearest === undefined || b.nearest === undefined) return groups
  const order = compareVersions(a.nearest.parsed, b.nearest.parsed)
  return a.isNewer ? order : -order
}

/** Firmware that is not newer than the phone’s, then newer firmware, then none that is known. */
function groupOf({ nearest, isNewer }: Standing): number {
  if (nearest === undefined) return 2
  return isNewer ? 1 : 0
}

function standingOf(plugin: CompiledPlugin, { said, recognisedBy }: Recognised): Standing {
  return {
    plugin,
    ...scoreOf(plugin, said),
    ...nearestFirmware(plugin, said),
    recognises: recognisedBy.has(plugin.id),
    hasFirmware: said.version !== undefined && fitsFirmware(plugin, said.version),
  }
}

function scoreOf(plugin: CompiledPlugin, { vendor, model, version }: Said) {
  const { vendors, models } = plugin
  const scored = (score: number, why: string) => ({ score, why })
  if (vendor === undefined) return scored(pluginScore.unknown, 'the vendor is not known')
  if (!vendors.includes(vendor)) return scored(pluginScore.improbable, `the plugin is for ${vendors.join(', ')}`)
  if (model === undefined) return scored(pluginScore.probable, 'vendor matches, the model is not known')
  if (!models.has(model))
    return scored(pluginScore.probable, `vendor matches, but ${model} is not a model of the plugin`)
  if (version === undefined) return scored(pluginScore.complete, 'vendor and model match, the version is not known')
  if (fitsFirmware(plugin, version)) return scored(pluginScore.exact, 'vendor, model and version match')
  return scored(pluginScore.complete, `vendor and model match, but the plugin is not made for version ${version}`)
}

function fitsFirmware({ firmware }: CompiledPlugin, version: string): boolean {
  return firmware.some((pattern) => pattern.test(version))
}

function nearestFirmware({ vendors, models }: CompiledPlugin, { vendor, model, version }: Said) {
  const isKnown = version !== undefined && model !== undefined && vendor !== undefined && vendors.includes(vendor)
  const firmware = isKnown ? models.get(model) : undefined
  const [first] = firmware ?? []
  if (version === undefined || firmware === undefined || first === undefined) return { isNewer: false }
  const parsed = parseVersion(version)
  const reached = firmware.findLast((each) => compareVersions(each.parsed, parsed) <= 0)
  return reached === undefined ? { nearest: first, isNewer: true } : { nearest: reached, isNewer: false }
}
