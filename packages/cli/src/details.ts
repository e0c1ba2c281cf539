/** One object for people: a line a value, named by its path. Pure. */
export function details(value: object): string[] {
  const rows = flattened(value, '')
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`.trimEnd())
}

function flattened(value: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, shown(value)]]
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item !== 'object' || item === null)
    if (isPlain) return [[path, value.map(shown).join(', ')]]
  }
  return Object.entries(value).flatMap(([name, inner]) => flattened(inner, path === '' ? name : `${path}.${name}`))
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '–'
  // Line breaks (a certificate) stay on their line.
  return typeof value === 'string' ? value.replaceAll('\n', '\\n') : String(value)
}
