import { pjsipOption } from '../pjsip-options/catalogue.ts'
import { objectOfSection } from '../pjsip-options/object-of-section.ts'
import { callRules } from './call-rules.ts'
import { mediaRules } from './media-rules.ts'
import { reachRules } from './reach-rules.ts'
import type { PeerSettings, Rule, Target } from './rule.ts'
import { keyOf, settingsOf } from './settings-of.ts'

const rules: readonly Rule[] = [...mediaRules, ...callRules, ...reachRules]
const byKey = new Map(rules.flatMap((rule) => rule.keys.map((key) => [key, rule] as const)))

/** Settings that say something of one peer alone: `[general]` is no default for them. */
const ownOnly = new Set(
  'host port type defaultip defaultuser username secret md5secret remotesecret auth insecure permit deny acl mailbox setvar fullname cid_number fromuser'.split(
    ' ',
  ),
)

export const ruleOf = (key: string): Rule | undefined => byKey.get(key)
/** Says something of one peer alone: in `[general]` it is nothing. */
export const isOwnOnly = (key: string) => ownOnly.has(key)
/** A default for peers, when it stands in `[general]`. */
export const isInherited = (key: string) => byKey.has(key) && !ownOnly.has(key)

/** Everything that the settings of a peer become. */
export function mapSettings(settings: PeerSettings): Target[] {
  return onceEach(rules.flatMap((rule) => rule.to(settings)))
}

/** What `[general]` becomes for all peers: not what a peer is by itself. */
export function mapGeneral(settings: PeerSettings): Target[] {
  const defaults = settingsOf(
    settings.name,
    settings.entries.filter((entry) => isInherited(keyOf(entry))),
  )
  return onceEach(rules.filter(({ keys }) => !keys.every(isOwnOnly)).flatMap((rule) => rule.to(defaults)))
}

/** May stand several times. */
export const isList = ([section, option]: Target) => pjsipOption(objectOfSection[section], option)?.multiple === true
export const slotOf = ([section, option]: Target) => `${section}/${option}`

/** Of an option that is said twice the later stays; of lists each entry once. */
export function onceEach(targets: readonly Target[]): Target[] {
  const kept = new Map<string, Target>()
  for (const target of targets) kept.set(isList(target) ? `${slotOf(target)}=${target[2]}` : slotOf(target), target)
  return [...kept.values()]
}
