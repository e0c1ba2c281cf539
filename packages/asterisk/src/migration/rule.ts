import type { SipSection } from '@strowger/schema'
import type { ConfEntry } from '../conf/conf-file.ts'

/** One option of a SIP configuration. */
export type Target = readonly [section: SipSection, option: string, value: string]

/** What is in force for one peer, keys in lower case. */
export interface PeerSettings {
  /** Name of its section. */
  readonly name: string
  /** The value that counts: the last. */
  get(key: string): string | undefined
  all(key: string): readonly string[]
  /** Entries of these keys in the order in which they stand. */
  inOrder(...keys: string[]): readonly (readonly [key: string, value: string])[]
  readonly entries: readonly ConfEntry[]
}

/** What some settings of chan_sip become. */
export interface Rule {
  readonly keys: readonly string[]
  /** Empty when nothing needs to be said: Asterisk does the same by itself. */
  to(settings: PeerSettings): readonly Target[]
  /** What is lost, by the value: for the report. */
  note?(settings: PeerSettings): string | undefined
}

/** chan_sip’s own reading (`ast_true`). */
export const isTrue = (value: string | undefined) => /^(yes|true|y|t|1|on)$/i.test(value ?? '')
export const yesNo = (value: string) => (isTrue(value) ? 'yes' : 'no')

/** `to` of a rule with one key, called only when the setting is there and not empty. */
export function setting(key: string, to: (value: string, settings: PeerSettings) => readonly Target[]): Rule {
  return {
    keys: [key],
    to(settings) {
      const value = settings.get(key)
      return value === undefined || value === '' ? [] : to(value, settings)
    },
  }
}

/** The same value under another name. */
export const renamed = (key: string, option: string, section: SipSection = 'endpoint') =>
  setting(key, (value) => [[section, option, value]])

/** A yes or no under another name. */
export const truth = (key: string, option: string, section: SipSection = 'endpoint') =>
  setting(key, (value) => [[section, option, yesNo(value)]])

/** One of several words, which have other names here; others become nothing and are noted. */
export function worded(key: string, option: string, words: Readonly<Record<string, string>>): Rule {
  const find = (value: string) => words[value.toLowerCase()]
  return {
    ...setting(key, (value) => {
      const word = find(value)
      return word === undefined ? [] : [['endpoint', option, word]]
    }),
    note(settings) {
      const value = settings.get(key)
      return value === undefined || find(value) !== undefined ? undefined : `“${value}” has no counterpart`
    },
  }
}

/** Digits of a value such as `500ms`; undefined without any. */
export function numberIn(value: string): number | undefined {
  const digits = /\d+/.exec(value)?.[0]
  return digits === undefined ? undefined : Number(digits)
}
