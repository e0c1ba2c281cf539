import type { ConfigExplanation, ParameterSource } from '@strowger/schema'

/** One of the sets of parameters that are merged, secrets masked. */
export interface Layer {
  readonly config: string
  readonly tenant?: string
  readonly raw: Readonly<Record<string, unknown>>
}

/** Characters of a text that are shown: certificates are long. */
const maxShown = 200

/**
 * Where each value of the merged parameters comes from, and what it takes the place of. Pure.
 *
 * @param layers in the order in which they are merged
 * @param merged what came of them, defaults filled in
 */
export function explainedParameters(
  layers: readonly Layer[],
  merged: Readonly<Record<string, unknown>>,
): ConfigExplanation['parameters'] {
  return [...leavesOf(merged, [])].map(({ path, value }) => {
    const sources: ParameterSource[] = []
    for (const { config, tenant, raw } of layers.toReversed()) {
      const found = valueAt(raw, path)
      if (found === undefined) continue
      sources.push({ config, ...(tenant === undefined ? {} : { tenant }), value: shown(found) })
    }
    const [first = { config: 'default', value: shown(value) }, ...overrides] = sources
    return { name: path.join('.'), ...first, overrides }
  })
}

function* leavesOf(
  value: Readonly<Record<string, unknown>>,
  path: readonly string[],
): Generator<{ path: readonly string[]; value: unknown }> {
  for (const [name, inner] of Object.entries(value)) {
    const place = [...path, name]
    if (isObject(inner)) yield* leavesOf(inner, place)
    else yield { path: place, value: inner }
  }
}

function valueAt(raw: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let value: unknown = raw
  for (const step of path) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined
    value = value[step]
  }
  return value
}

function shown(value: unknown): unknown {
  if (typeof value === 'string' && value.length > maxShown) return `${value.slice(0, maxShown)}…`
  if (Array.isArray(value)) return value.map(shown)
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
