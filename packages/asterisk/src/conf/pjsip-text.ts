import type { ObjectFields } from '../ari/dynamic-objects.ts'
import { wholeServerObjects } from '../pjsip-options/catalogue.ts'

/** An object of PJSIP with all its fields, in the order in which Asterisk applies them. */
export interface PjsipTextObject {
  readonly type: string
  readonly id: string
  readonly fields: ObjectFields
}

/** What the whole server needs stands first, then each name with all its objects. */
const wholeServerFirst: readonly string[] = wholeServerObjects
const order = ['endpoint', 'auth', 'aor', 'identify', 'registration']

const rankOf = (type: string) => {
  const first = wholeServerFirst.indexOf(type)
  return first < 0 ? wholeServerFirst.length : first
}
const compareTexts = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

/**
 * A complete pjsip.conf with these objects, the same text for the same objects in whatever order they come. Passwords
 * stand in it. Free attributes (`@…`) are left out: files have no use for them. Pure.
 */
export function pjsipText(objects: Iterable<PjsipTextObject>): string {
  const sorted = [...objects].sort(
    (one, other) =>
      rankOf(one.type) - rankOf(other.type) ||
      compareTexts(one.id, other.id) ||
      order.indexOf(one.type) - order.indexOf(other.type),
  )
  const sections = sorted.map(({ type, id, fields }) => {
    const lines = fields.flatMap(([option, value]) =>
      option.startsWith('@') ? [] : [`${option} = ${textOf(value)}\n`],
    )
    return `\n[${id}]\ntype = ${type}\n${lines.join('')}`
  })
  return `; Written by Strowger. It is written anew with every change: what is changed here is lost.\n${sections.join('')}`
}

/** A semicolon would begin a comment. Throws RangeError for a value that would begin another line. */
function textOf(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new RangeError('a value holds a line break')
  return value.replaceAll(';', '\\;')
}
