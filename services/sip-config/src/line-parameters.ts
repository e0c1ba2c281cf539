import type { Fault, FunctionKey, Line, LineKey, LineKeys, LineParameters, ServiceCodes } from '@strowger/schema'
import type { View } from './models.ts'
import { refuse } from './option-problems.ts'
import { firstExtension } from './picture.ts'

type Problems = Fault['fields']
const targets = ['value', 'line_id', 'user_uuid', 'feature'] as const

/** Keys as they are kept: what is null left out, and texts without what ends a line or an entry of a phone’s file. */
export function keysFrom(given: LineKeys): LineKeys {
  const keys = Object.entries(given).map(([number, key]) => [number, keyFrom(key)] as const)
  refuse(keys.flatMap(([number, key]) => problemsOf(key, `/keys/${number}`)))
  return Object.fromEntries(keys)
}

function keyFrom(given: LineKey): LineKey {
  const fields = Object.entries(given).flatMap(([name, value]) => {
    const kept = typeof value === 'string' ? value.replaceAll(/[\n\r\t;]/g, '') : value
    return kept === null || kept === '' ? [] : [[name, kept]]
  })
  return Object.fromEntries(fields) as LineKey
}

function problemsOf(key: LineKey, field: string): Problems {
  const named = targets.filter((target) => key[target] !== undefined)
  const allowed = key.type === 'line' ? [] : key.type === 'park' ? ['value'] : targets
  const unknown = named.filter((target) => !allowed.includes(target))
  if (unknown.length > 0)
    return unknown.map((target) => ({ field: `${field}/${target}`, problem: `a key of type ${key.type} has none` }))
  if (allowed !== targets) return []
  if (named.length === 0) return [{ field: `${field}/value`, problem: `is missing; or one of ${others.join(', ')}` }]
  const isOne = named.length === 1 || (named.length === 2 && key.value !== undefined && key.feature !== undefined)
  return isOne ? [] : [{ field, problem: `has ${named.join(' and ')}: one of them is needed` }]
}
const others = targets.filter((target) => target !== 'value')

/** What the phone of these lines is told beside them; lines in the order of their positions. */
export function lineParameters(view: View, lines: readonly Line[]): LineParameters {
  const [first] = lines
  if (first === undefined) return {}
  const codes: ServiceCodes = view.get('setting', `${first.tenant}/features`)?.options ?? {}
  const funckeys = funckeysOf(view, lines, codes)
  return {
    ...Object.fromEntries(Object.entries(codes).map(([feature, code]) => [`exten_${feature}`, code])),
    ...(Object.keys(funckeys).length === 0 ? {} : { funckeys }),
  }
}

/** Of keys of the same number the first one is taken. A key whose line, user or service has no number is left out. */
function funckeysOf(view: View, lines: readonly Line[], codes: ServiceCodes): Record<string, FunctionKey> {
  const found: Record<string, FunctionKey> = {}
  for (const line of lines)
    for (const [number, key] of Object.entries(line.keys ?? {})) {
      const value = dialledBy(view, line.tenant, key, codes)
      const needsValue = key.type === 'blf' || key.type === 'speeddial'
      if (number in found || (needsValue && value === undefined)) continue
      found[number] = {
        type: key.type,
        ...(value === undefined ? {} : { value }),
        ...(key.label == null ? {} : { label: key.label }),
        line: key.line ?? line.position,
      }
    }
  return found
}

function dialledBy(view: View, tenant: string, key: LineKey, codes: ServiceCodes): string | undefined {
  const { value, line_id: line, user_uuid: user, feature } = key
  if (feature != null) {
    const code = codes[feature]
    return code === undefined ? undefined : code + (value ?? '')
  }
  if (line != null) return view.get('line', String(line))?.tenant === tenant ? firstExtension(view, line) : undefined
  if (user == null) return value ?? undefined
  const lines = view.by('line of user', user).filter((one) => one.tenant === tenant)
  const [exten] = lines.sort((a, b) => a.id - b.id).flatMap(({ id }) => firstExtension(view, id) ?? [])
  return exten
}

/** The lines whose keys dial or watch this one. */
export function linesWithKeyOf(view: View, { id, users }: Line): Line[] {
  return [
    ...view.by('line with key of line', String(id)),
    ...users.flatMap((user) => view.by('line with key of user', user)),
  ]
}
