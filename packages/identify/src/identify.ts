import { normalizedMac, type PhoneEvidence } from '@strowger/schema'
import { associate, type PluginScore, scorePlugins } from './association.ts'
import { type CompiledManifests, type CompiledRule, indexKey } from './compile.ts'
import { maxMatchedLength } from './pattern-check.ts'
import { compareStatements, type Said, type Statement, statementFrom } from './statement.ts'

/** What a matching rule said, and why it, or a part of it, did not count. */
export interface Conclusion {
  readonly plugin: string
  readonly rule: string
  readonly said: Readonly<Record<string, string>>
  overruled?: string
}

export interface Identification extends Readonly<Said> {
  /** Absent when no plugin has a score of 300 or more. */
  readonly plugin?: string
  /** 0 when no vendor is known. */
  readonly score: number
  /** What each matching rule said, the weightiest first. */
  readonly evidence: Conclusion[]
  /** Every plugin with its score and the reason, the winner first. Worked out when it is read: it costs with the number of plugins. */
  readonly plugins: PluginScore[]
}

/**
 * Who asks? The rule that merges what the plugins say, whatever their order:
 *
 * 1. Statements are sorted by what they rest on (user agent and headers before DHCP options before query before path or
 *    file name; what several of these say together weighs their sum), then by how many fields they fill, then by
 *    plugin (the newest first), then by the place of the rule.
 * 2. The first one that names a vendor decides the vendor; those that name another one do not count at all.
 * 3. Each field has the value of the first statement that fills it.
 * 4. A mac told by DHCP or a client certificate goes before any that a rule found.
 * 5. Without a vendor, the first six digits of the mac tell it, if a plugin knows them.
 */
export function identify(compiled: CompiledManifests, evidence: PhoneEvidence): Identification {
  const statements = statementsOn(compiled, textsOf(evidence))
  const vendor = statements.find(({ said }) => said.vendor !== undefined)?.said.vendor
  const merged: Said = {}
  const recognisedBy = new Set<string>()
  const toldMac = evidence.mac === undefined ? undefined : normalizedMac(evidence.mac)
  if (toldMac !== undefined) merged.mac = toldMac
  for (const { rule, said } of statements) {
    if (said.vendor !== undefined && said.vendor !== vendor) continue
    for (const [field, value] of Object.entries(said) as [keyof Said, string][]) merged[field] ??= value
    if (said.vendor !== undefined) for (const plugin of rule.plugins) recognisedBy.add(plugin)
  }
  const told = statements.map((statement) => conclusionFrom(statement, merged))
  if (merged.vendor === undefined && merged.mac !== undefined) {
    const known = compiled.vendorOfPrefix.get(merged.mac.slice(0, 8).replaceAll(':', ''))
    if (known !== undefined) merged.vendor = known.vendor
    for (const plugin of known?.plugins ?? []) recognisedBy.add(plugin)
  }
  const recognised = { said: merged, recognisedBy }
  const association = associate(compiled, recognised)
  return {
    ...merged,
    ...(association === undefined ? {} : { plugin: association.plugin }),
    score: association?.score ?? 0,
    evidence: told,
    get plugins() {
      return scorePlugins(compiled, recognised)
    },
  }
}

function conclusionFrom({ rule, said }: Statement, merged: Said): Conclusion {
  const conclusion: Conclusion = { plugin: rule.plugin, rule: rule.name, said: said as Record<string, string> }
  if (said.vendor !== undefined && said.vendor !== merged.vendor) {
    conclusion.overruled = `weightier evidence says ${merged.vendor}`
    return conclusion
  }
  for (const field in said) {
    const value = merged[field as keyof Said]
    if (value === said[field as keyof Said]) continue
    const before = conclusion.overruled === undefined ? '' : `${conclusion.overruled}; `
    conclusion.overruled = `${before}weightier evidence says ${field} ${value}`
  }
  return conclusion
}

/** The texts of a request by where they stand, as rules are indexed. */
type Texts = ReadonlyMap<string, string>

function statementsOn(compiled: CompiledManifests, texts: Texts): Statement[] {
  const statements: Statement[] = []
  for (const [key, text] of texts) {
    for (const rule of compiled.rules.get(key)?.candidates(text) ?? []) {
      const matches = matchesOf(rule, texts)
      if (matches !== undefined) statements.push(statementFrom(rule, matches))
    }
  }
  return statements.sort(compareStatements)
}

function textsOf({ userAgent, headers, query, path, filename, options }: PhoneEvidence): Texts {
  const texts = new Map<string, string>()
  const add = (key: string, text: string | undefined) => {
    if (text !== undefined) texts.set(key, text.slice(0, maxMatchedLength))
  }
  add('userAgent', userAgent)
  for (const name in headers) add(indexKey('header', name.toLowerCase()), headers[name])
  add('query', query)
  add('path', path)
  add('filename', filename)
  for (const code in options) {
    // Some phones close a text with a NUL byte, as if it were one of C.
    if (/^[0-9]{1,3}$/.test(code)) add(indexKey('option', String(Number(code))), withoutClosingNuls(options[code]))
  }
  return texts
}

function withoutClosingNuls(text: string | undefined): string | undefined {
  let end = text?.length ?? 0
  while (end > 0 && text?.charCodeAt(end - 1) === 0) end--
  return text?.slice(0, end)
}

/** All conditions of a rule must hold. */
function matchesOf(rule: CompiledRule, texts: Texts): RegExpExecArray[] | undefined {
  const matches: RegExpExecArray[] = []
  for (const { field, key, pattern } of rule.conditions) {
    const text = texts.get(indexKey(field, key))
    const match = text === undefined ? null : pattern.exec(text)
    if (match === null) return undefined
    matches.push(match)
  }
  return matches
}
