import { pjsipOption } from '@strowger/asterisk'
import type { ObjectType, SipObject } from './objects.ts'

/** One option of one object as it was and as it is; several values of an option that can stand several times. */
export interface OptionChange {
  readonly type: ObjectType
  readonly id: string
  readonly option: string
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly secret: boolean
}

export interface ObjectChange {
  readonly type: ObjectType
  readonly id: string
  readonly change: 'added' | 'removed' | 'changed'
  readonly options: readonly OptionChange[]
}

/** What differs between the objects that something was and those that it is. */
export function objectChanges(before: readonly SipObject[], after: readonly SipObject[]): ObjectChange[] {
  const keyOf = ({ type, id }: SipObject) => `${type}/${id}`
  const old = new Map(before.map((object) => [keyOf(object), object]))
  const changes: ObjectChange[] = []
  for (const object of after) {
    const was = old.get(keyOf(object))
    old.delete(keyOf(object))
    const options = optionChanges(was, object)
    if (was === undefined || options.length > 0)
      changes.push({ type: object.type, id: object.id, change: was ? 'changed' : 'added', options })
  }
  for (const was of old.values())
    changes.push({ type: was.type, id: was.id, change: 'removed', options: optionChanges(was, undefined) })
  return changes
}

function optionChanges(was: SipObject | undefined, is: SipObject | undefined): OptionChange[] {
  if (was && is && sameFields(was.fields, is.fields)) return []
  const before = valuesOf(was)
  const after = valuesOf(is)
  const changes: OptionChange[] = []
  const type = (is ?? was)?.type ?? 'endpoint'
  const id = (is ?? was)?.id ?? ''
  for (const option of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(option) ?? []
    const now = after.get(option) ?? []
    if (old.length === now.length && old.every((value, index) => value === now[index])) continue
    changes.push({ type, id, option, before: old, after: now, secret: pjsipOption(type, option)?.secret === true })
  }
  return changes
}

function sameFields(one: SipObject['fields'], other: SipObject['fields']): boolean {
  if (one.length !== other.length) return false
  return one.every(([option, value], index) => other[index]?.[0] === option && other[index]?.[1] === value)
}

function valuesOf(object: SipObject | undefined): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [option, value] of object?.fields ?? []) {
    const present = values.get(option)
    if (present) present.push(value)
    else values.set(option, [value])
  }
  return values
}
