import { normalizedMac, type PhoneEvidence } from '@strowger/schema'
import { associate, type PluginScore, scorePlugins } from './association.ts'
import { type CompiledCondition, type CompiledManifests, type CompiledRule, indexKey } from './compile.ts'
import { maxMatchedLength } from './pattern-check.ts'
import { compareStatements, type Said, type Statement, statementFrom } from './statement.ts'

export interface Identification extends Readonly<Said> {
  /** Absent when no plugin has a score of 300 or more. */
  readonly plugin?: string
  /** 0 when no vendor is known. */
  readonly score: number
  /** What each matching rule said, the weightiest first. `overruled` says why it did not count. */
  readonly evidence: { plugin: string; rule: string; said: Record<string, string>; overruled?: string }[]
  /** Every plugin with its score and the reason, the winner first. Worked out when it is read: it costs with the number of plugins. */
  readonly plugins: PluginScore[]
}

/**
 * Who asks? The rule that merges what the plugins say, whatever their order:
 *
 * 1. Statements are sorted by what they rest on (user agent before DHCP option before query before file name), then by
 *    how many fields they fill, then by plugin id (greatest first), then by rule.
 * 2. The first one that names a vendor decides the vendor; those that name another one do not count at all.
 * 3. Each field has the value of the first statement that fills it.
 * 4. A mac told by DHCP or a client certificate goes before any that a rule found.
 * 5. Without a vendor, the first six digits of the mac tell it, if a plugin knows them.
 */
export function identify(compiled: CompiledManifests, evidence: PhoneEvidence): Identification {
  const statements = statementsOn(compiled, evidence)
  const vendor = statements.find(({ said }) => said.vendor !== undefined)?.said.vendor
  const merged: Said = {}
  const told = statements.map(({ rule, said }) => {
    const shown = { plugin: rule.plugin, rule: rule.name, said: said as Record<string, string> }
    if (said.vendor !== undefined && said.vendor !== vendor) {
      return { ...shown, overruled: `weightier evidence says ${vendor}` }
    }
    for (const [field, value] of Object.entries(said) as [keyof Said, string][]) merged[field] ??= value
    return shown
  })
  const toldMac = evidence.mac === undefined ? undefined : normalizedMac(evidence.mac)
  if (toldMac !== undefined) merged.mac = toldMac
  if (merged.vendor === undefined && merged.mac !== undefined) {
    const known = compiled.vendorOfPrefix.get(merged.mac.slice(0, 8).replaceAll(':', ''))
    if (known !== undefined) merged.vendor = known
  }
  const association = associate(compiled, merged)
  return {
    ...merged,
    ...(association === undefined ? {} : { plugin: association.plugin }),
    score: association?.score ?? 0,
    evidence: told,
    get plugins() {
      return scorePlugins(compiled, merged)
    },
  }
}

function statementsOn(compiled: CompiledManifests, evidence: PhoneEvidence): Statement[] {
  const statements: Statement[] = []
  for (const [key, text] of textsOf(evidence)) {
    for (const rule of compiled.rules.get(key)?.candidates(text) ?? []) {
      const matches = matchesOf(rule, evidence)
      if (matches !== undefined) statements.push(statementFrom(rule, matches))
    }
  }
  return statements.sort(compareStatements)
}

function textsOf(evidence: PhoneEvidence): [string, string][] {
  const { userAgent, query, path, filename, options } = evidence
  const texts: [string, string][] = []
  if (userAgent !== undefined) texts.push(['userAgent', userAgent])
  if (query !== undefined) texts.push(['query', query])
  if (path !== undefined) texts.push(['path', path])
  if (filename !== undefined) texts.push(['filename', filename])
  if (options !== undefined) {
    for (const [code, value] of Object.entries(options)) texts.push([indexKey('option', String(Number(code))), value])
  }
  return texts
}

/** All conditions of a rule must hold. */
function matchesOf(rule: CompiledRule, evidence: PhoneEvidence): RegExpExecArray[] | undefined {
  const matches: RegExpExecArray[] = []
  for (const condition of rule.conditions) {
    const text = textFor(condition, evidence)
    const match = text === undefined ? null : condition.pattern.exec(text.slice(0, maxMatchedLength))
    if (match === null) return undefined
    matches.push(match)
  }
  return matches
}

function textFor({ field, code }: CompiledCondition, evidence: PhoneEvidence): string | undefined {
  if (field !== 'option') return evidence[field]
  const { options } = evidence
  if (options === undefined || code === undefined) return undefined
  return options[code] ?? options[code.padStart(3, '0')]
}
