import type { ConfEntry, SourceLine } from '../conf/conf-file.ts'
import { reasonToDrop } from './dropped-settings.ts'
import { ruleOf } from './map-settings.ts'
import type { ReportLine } from './plan.ts'
import type { PeerSettings, Target } from './rule.ts'
import { keyOf } from './settings-of.ts'

const secretKeys =
  /^(secret|md5secret|remotesecret|auth|password|md5_cred|password_digest|oauth_secret|refresh_token|vmsecret)$/i
const secretOptions = /^(password|md5_cred|password_digest|oauth_secret|refresh_token)$/

/** A line of the source without what only its owner may know. */
function withoutSecrets({ text }: SourceLine): string {
  const [, key = '', sign = ''] = /^([^=]+?)\s*(=>?)/.exec(text) ?? []
  if (secretKeys.test(key)) return `${key} ${sign} ********`
  if (/^register$/i.test(key)) return text.replace(/:(?!\/\/|\d+(?:[/~]|$))[^@]*@/, ':********@')
  return text
}

export const targetText = ([section, option, value]: Target) =>
  `${section} ${option} = ${secretOptions.test(option) ? '********' : value}`

export function reportLine(at: SourceLine, outcome: ReportLine['outcome'], what: string): ReportLine {
  return { file: at.file, line: at.line, text: withoutSecrets(at), outcome, what }
}

/**
 * What became of one setting of a peer, or of `[general]`.
 * @param mapped what of the settings was mapped, when that was not all
 */
export function reportEntry(entry: ConfEntry, settings: PeerSettings, became: string, mapped = settings): ReportLine {
  const key = keyOf(entry)
  const rule = ruleOf(key)
  const isLast = settings.entries.findLast((other) => keyOf(other) === key) === entry
  const adds = /^(allow|disallow|setvar|permit|deny|contactpermit|contactdeny|mailbox)$/.test(key)
  if (!isLast && !adds) return reportLine(entry.at, 'dropped', `a later ${entry.key} takes its place`)
  if (rule === undefined)
    return reportLine(entry.at, 'dropped', reasonToDrop(key) ?? 'no setting of chan_sip that is known')
  const targets = rule.to(mapped)
  const note = rule.note?.(settings)
  if (targets.length === 0) return reportLine(entry.at, 'dropped', note ?? 'Asterisk does so by itself')
  const words = `${became}: ${targets.map(targetText).join(', ')}`
  return reportLine(entry.at, 'taken over', note === undefined ? words : `${words} (${note})`)
}
