import {
  compareVersions,
  type DhcpRule,
  Fault,
  type FieldProblem,
  type HttpRule,
  type ParsedVersion,
  type PluginManifest,
  parseVersion,
  type TftpRule,
} from '@strowger/schema'
import { checkPattern } from './pattern-check.ts'
import { createRuleIndex, type RuleIndex } from './rule-index.ts'

/** The parts of a request that patterns look at. */
export type EvidenceField = 'userAgent' | 'header' | 'path' | 'query' | 'filename' | 'option'

export interface CompiledCondition {
  readonly field: EvidenceField
  /** Name of the header, in lower case, or code of the DHCP option. */
  readonly key?: string
  readonly pattern: RegExp
  /** Names of its groups. */
  readonly groups: readonly string[]
}

/** A rule, with those of the same words in other plugins folded into one. */
export interface CompiledRule {
  /** The newest of the plugins that have it. */
  readonly plugin: string
  /** All that have it. */
  readonly plugins: ReadonlySet<string>
  /** As `http[0]`, in that plugin. */
  readonly name: string
  /** Its place among all rules: the newest plugin first. */
  readonly order: number
  readonly conditions: readonly CompiledCondition[]
  readonly set: Readonly<Record<string, string>>
  /** By field: texts and what they become, in their order. */
  readonly replace: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>
  readonly map: Readonly<Record<string, ReadonlyMap<string, string>>>
  /** What kind of evidence it rests on: the phone's own words weigh more than the name of the file it asks for. */
  readonly weight: number
}

export interface Firmware {
  readonly name: string
  readonly parsed: ParsedVersion
}

export interface CompiledPlugin {
  readonly id: string
  readonly vendors: readonly string[]
  /** Name -> versions it was made for, oldest first. */
  readonly models: ReadonlyMap<string, readonly Firmware[]>
  readonly firmware: readonly RegExp[]
  /** Its place among all plugins, the newest first: natural order of ids. */
  readonly rank: number
}

export interface CompiledManifests {
  /** By field (`option 60`, `header x-model`): the rules whose first condition looks there. */
  readonly rules: ReadonlyMap<string, RuleIndex<CompiledRule>>
  /** First six digits of a mac -> vendor, and the plugins that say so. */
  readonly vendorOfPrefix: ReadonlyMap<string, { readonly vendor: string; readonly plugins: ReadonlySet<string> }>
  /** The newest first, as the others. */
  readonly pluginsOfVendor: ReadonlyMap<string, readonly CompiledPlugin[]>
  /** By `modelKey`: what association costs does not grow with the generations of a family. */
  readonly pluginsOfModel: ReadonlyMap<string, readonly CompiledPlugin[]>
  readonly plugins: readonly CompiledPlugin[]
  /** Id -> the plugins that have a rule in common with it, itself among them. */
  readonly relatives: ReadonlyMap<string, ReadonlySet<string>>
}

export function modelKey(vendor: string, model: string): string {
  return `${vendor} ${model}`
}

type ManifestRule = { readonly http?: HttpRule; readonly tftp?: TftpRule; readonly dhcp?: DhcpRule }

const weights: Readonly<Record<EvidenceField, number>> = {
  userAgent: 4,
  header: 4,
  option: 3,
  query: 2,
  path: 1,
  filename: 1,
}

/**
 * Makes ready what `identify` works on. Throws Fault('invalid-input') that names every pattern outside the linear
 * subset. The order of the manifests does not matter.
 */
export function compileManifests(manifests: readonly PluginManifest[]): CompiledManifests {
  const fields = manifests.flatMap(manifestProblems)
  if (fields.length > 0) throw new Fault('invalid-input', { detail: 'A pattern of a plugin cannot be used', fields })

  const sorted = manifests
    .map((manifest) => ({ manifest, order: parseVersion(manifest.id) }))
    .sort((a, b) => compareVersions(b.order, a.order) || (a.manifest.id < b.manifest.id ? 1 : -1))
  const rules = new Map<string, RuleIndex<CompiledRule>>()
  const known = new Map<string, Set<string>>()
  const vendorOfPrefix = new Map<string, { vendor: string; plugins: Set<string> }>()
  const pluginsOfVendor = new Map<string, CompiledPlugin[]>()
  const pluginsOfModel = new Map<string, CompiledPlugin[]>()
  const plugins: CompiledPlugin[] = []

  for (const [rank, { manifest }] of sorted.entries()) {
    for (const { name, rule } of rulesOf(manifest)) {
      const words = JSON.stringify(rule)
      const alike = known.get(words)?.add(manifest.id)
      if (alike) continue
      const having = new Set([manifest.id])
      known.set(words, having)
      addRule(rules, { ...compileRule(rule), plugin: manifest.id, plugins: having, name, order: known.size })
    }
    const [vendor] = manifest.vendors
    for (const prefix of manifest.identify.macPrefixes ?? []) {
      const present = vendorOfPrefix.get(prefix)
      if (present === undefined && vendor !== undefined) {
        vendorOfPrefix.set(prefix, { vendor, plugins: new Set([manifest.id]) })
      } else if (present?.vendor === vendor) present?.plugins.add(manifest.id)
    }
    const plugin = {
      id: manifest.id,
      vendors: manifest.vendors,
      models: new Map(
        Object.entries(manifest.models).map(([model, { firmware }]) => [model, sortedFirmware(firmware)]),
      ),
      firmware: manifest.firmware.map((pattern) => new RegExp(pattern)),
      rank,
    }
    plugins.push(plugin)
    for (const each of manifest.vendors) {
      append(pluginsOfVendor, each, plugin)
      for (const model of plugin.models.keys()) append(pluginsOfModel, modelKey(each, model), plugin)
    }
  }
  const relatives = relativesOf([...known.values()])
  return { rules, vendorOfPrefix, pluginsOfVendor, pluginsOfModel, plugins, relatives }
}

function relativesOf(havingOneRule: readonly ReadonlySet<string>[]): Map<string, Set<string>> {
  const relatives = new Map<string, Set<string>>()
  for (const having of havingOneRule) {
    for (const id of having) relatives.set(id, new Set([...(relatives.get(id) ?? []), ...having]))
  }
  return relatives
}

function sortedFirmware(names: readonly string[]): Firmware[] {
  return names.map((name) => ({ name, parsed: parseVersion(name) })).sort((a, b) => compareVersions(a.parsed, b.parsed))
}

function append(map: Map<string, CompiledPlugin[]>, key: string, plugin: CompiledPlugin): void {
  const present = map.get(key)
  if (present) present.push(plugin)
  else map.set(key, [plugin])
}

/** Every pattern of a manifest that is outside the linear subset, with its place. */
export function manifestProblems(manifest: PluginManifest): FieldProblem[] {
  const problems: FieldProblem[] = []
  const check = (place: string, pattern: string | undefined) => {
    for (const problem of pattern === undefined ? [] : checkPattern(pattern)) {
      problems.push({ field: `/${manifest.id}/${place}`, problem })
    }
  }
  for (const [index, pattern] of manifest.firmware.entries()) check(`firmware/${index}`, pattern)
  for (const [index, pattern] of manifest.sensitive.entries()) check(`sensitive/${index}`, pattern)
  for (const [index, { path }] of (manifest.uploads ?? []).entries()) check(`uploads/${index}/path`, path)
  for (const { place, rule } of rulesOf(manifest)) {
    check(`${place}/userAgent`, rule.http?.userAgent)
    for (const [name, pattern] of Object.entries(rule.http?.headers ?? {})) check(`${place}/headers/${name}`, pattern)
    check(`${place}/path`, rule.http?.path)
    check(`${place}/query`, rule.http?.query)
    check(`${place}/filename`, rule.tftp?.filename)
    for (const [code, pattern] of Object.entries(rule.dhcp?.options ?? {})) check(`${place}/options/${code}`, pattern)
    if (!hasPattern(rule)) {
      problems.push({ field: `/${manifest.id}/${place}`, problem: 'a rule without a pattern' })
    }
  }
  return problems
}

function rulesOf({ identify }: PluginManifest): { name: string; place: string; rule: ManifestRule }[] {
  const named = (kind: string, index: number, rule: ManifestRule) => {
    return { name: `${kind}[${index}]`, place: `identify/${kind}/${index}`, rule }
  }
  return [
    ...(identify.http ?? []).map((http, index) => named('http', index, { http })),
    ...(identify.tftp ?? []).map((tftp, index) => named('tftp', index, { tftp })),
    ...(identify.dhcp ?? []).map((dhcp, index) => named('dhcp', index, { dhcp })),
  ]
}

function hasPattern({ http, tftp, dhcp }: ManifestRule): boolean {
  const patterns = [http?.userAgent, http?.path, http?.query, tftp?.filename]
  const named = [...Object.values(http?.headers ?? {}), ...Object.values(dhcp?.options ?? {})]
  return patterns.some((pattern) => pattern !== undefined) || named.length > 0
}

function conditionsOf({ http, tftp, dhcp }: ManifestRule): CompiledCondition[] {
  const conditions: CompiledCondition[] = []
  if (http?.userAgent !== undefined) conditions.push(conditionFrom('userAgent', http.userAgent))
  for (const [name, pattern] of Object.entries(http?.headers ?? {})) {
    conditions.push({ ...conditionFrom('header', pattern), key: name })
  }
  if (http?.query !== undefined) conditions.push(conditionFrom('query', http.query))
  if (http?.path !== undefined) conditions.push(conditionFrom('path', http.path))
  if (tftp !== undefined) conditions.push(conditionFrom('filename', tftp.filename))
  for (const [code, pattern] of Object.entries(dhcp?.options ?? {})) {
    conditions.push({ ...conditionFrom('option', pattern), key: String(Number(code)) })
  }
  return conditions
}

function conditionFrom(field: EvidenceField, text: string): CompiledCondition {
  const groups = [...text.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map(([, name = '']) => name)
  return { field, pattern: new RegExp(text), groups }
}

function compileRule(rule: ManifestRule) {
  const conditions = conditionsOf(rule)
  const conclusions = rule.http ?? rule.tftp ?? rule.dhcp
  const map: Record<string, ReadonlyMap<string, string>> = {}
  for (const [field, table] of Object.entries(conclusions?.map ?? {})) map[field] = new Map(Object.entries(table ?? {}))
  const replace: Record<string, [string, string][]> = {}
  for (const [field, table] of Object.entries(conclusions?.replace ?? {})) replace[field] = Object.entries(table ?? {})
  const set: Record<string, string> = {}
  for (const [field, value] of Object.entries(conclusions?.set ?? {})) if (value !== undefined) set[field] = value
  const weight = conditions.reduce((sum, { field }) => sum + weights[field], 0)
  return { conditions, set, replace, map, weight }
}

function addRule(indexes: Map<string, RuleIndex<CompiledRule>>, rule: CompiledRule): void {
  const [first] = rule.conditions
  if (first === undefined) return
  const key = indexKey(first.field, first.key)
  const index = indexes.get(key) ?? createRuleIndex<CompiledRule>()
  indexes.set(key, index)
  index.add(first.pattern.source, rule)
}

export function indexKey(field: EvidenceField, key: string | undefined): string {
  return key === undefined ? field : `${field} ${key}`
}
