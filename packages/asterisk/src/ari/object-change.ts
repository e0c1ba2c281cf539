import type { ObjectFields } from './dynamic-objects.ts'

/** What is known of an object in Asterisk: its fields, that there is none, or that nobody knows. */
export type KnownObject = ObjectFields | 'none' | 'unknown'

/** One request; those of a change are sent in a row on one connection. */
export type ObjectStep = { readonly verb: 'delete' } | { readonly verb: 'put'; readonly fields: ObjectFields }

/** Asterisk’s own value of each option of a type, as it takes it. */
export type OptionDefaults = ReadonlyMap<string, string>

/**
 * A free attribute (Asterisk keeps names that begin with `@` and ignores them) that says in the object itself which
 * version of it this is: `${AST_SORCERY(res_pjsip,endpoint,1001,@strowger)}`.
 */
export const markAttribute = '@strowger'

/**
 * Options whose values Asterisk adds to those that it has, also when the same is sent again: an old digest would stay
 * valid (measured with 22.10.1).
 */
const accumulating = new Set([
  'allow',
  'contact',
  'deny',
  'disallow',
  'match',
  'match_header',
  'password_digest',
  'permit',
  'set_var',
  'supported_algorithms_uac',
  'supported_algorithms_uas',
])

/** Their copies cannot be rebuilt by Asterisk in every case (set_var, empty allow): they are always made anew, which costs contacts, registrations and calls nothing. */
const alwaysAnew = new Set(['endpoint', 'identify'])

/** Asterisk shows them in an order of its own, in one field. */
const valuesOf = (fields: ObjectFields, option: string) =>
  fields
    .flatMap(([name, value]) => (name === option ? value.split(',') : []))
    .sort()
    .join(',')

/**
 * The requests that make an object of Asterisk what is wanted, by the verb that is safe for its type. Pure.
 *
 * An aor is never deleted for a change, because its registered contacts go with it; only a change of its own static
 * contacts leaves no other way. Everything else that can be changed in place is, with each option that left set back
 * to Asterisk’s default: what is not sent keeps its value. An unknown aor with static contacts should be read first:
 * contacts that it has remain.
 */
export function stepsToChange(
  type: string,
  has: KnownObject,
  wants: ObjectFields | undefined,
  defaults: OptionDefaults,
): readonly ObjectStep[] {
  if (wants === undefined) return has === 'none' ? [] : [{ verb: 'delete' }]
  if (has === 'none') return [{ verb: 'put', fields: wants }]
  if (alwaysAnew.has(type) || !canChangeInPlace(type, has, wants)) {
    return [{ verb: 'delete' }, { verb: 'put', fields: wants }]
  }
  const kept = has === 'unknown' ? wants : wants.filter(([option]) => !accumulating.has(option))
  const sent = new Set(wants.map(([option]) => option))
  const left = has === 'unknown' ? [...defaults.keys()] : has.map(([option]) => option)
  const resets = [...new Set(left)].flatMap((option): [string, string][] => {
    const value = defaults.get(option)
    return sent.has(option) || accumulating.has(option) || value === undefined ? [] : [[option, value]]
  })
  return [{ verb: 'put', fields: [...resets, ...kept] }]
}

function canChangeInPlace(type: string, has: ObjectFields | 'unknown', wants: ObjectFields): boolean {
  if (has === 'unknown') return type !== 'auth'
  const lists = [...accumulating].filter((option) => option !== 'disallow')
  // The lists of an auth are doubled by any change of it.
  if (type === 'auth') return lists.every((option) => valuesOf(has, option) === '' && valuesOf(wants, option) === '')
  return lists.every((option) => valuesOf(has, option) === valuesOf(wants, option))
}

/** In this order objects are made, in the other they are taken away: nothing refers to what is not there. */
export const typeOrder = ['transport', 'domain_alias', 'auth', 'aor', 'endpoint', 'identify', 'registration'] as const
