/** Any JSON object. */
export type ManifestSource = Readonly<Record<string, unknown>>

/**
 * The manifest of a generation that extends another, in full. What it does not mention is as in its parent, by the
 * rules of JSON merge patch (RFC 7396): objects are merged, lists are replaced, null takes away.
 * One difference: its `models` are just those it names, each merged over the parent's model of that name; a generation
 * that names none has all of its parent's. The result has the child's `extends` and has still to be checked.
 */
export function extendedManifest(parent: ManifestSource, child: ManifestSource): ManifestSource {
  const { extends: _grandparent, models: inherited, ...rest } = parent
  const { models, ...own } = child
  const merged = merge(rest, own) as Record<string, unknown>
  if (!isObject(models)) return { ...merged, models: inherited }
  const known = isObject(inherited) ? inherited : {}
  const listed = Object.entries(models).map(([name, model]) => [
    name,
    merge(Object.hasOwn(known, name) ? known[name] : undefined, model),
  ])
  return { ...merged, models: Object.fromEntries(listed) }
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = merge(merged[key], value)
  }
  return merged
}

function isObject(value: unknown): value is ManifestSource {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
