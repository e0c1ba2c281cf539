const secretFields: ReadonlySet<string> = new Set([
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'key',
  'auth_password',
  'sip_local_key',
])
const censor = '[secret]'

type Fields = Record<string, unknown>

/**
 * The same fields, and where one of them has the name of a secret, at the top or up to two levels down, a copy without
 * its value. Most entries hold none, and are looked through and returned as they are.
 */
export function withoutSecrets(fields: Fields, levelsBelow = 2): Fields {
  let copy: Fields | undefined
  for (const [name, value] of Object.entries(fields)) {
    const shown = secretFields.has(name) ? censor : levelsBelow > 0 ? lookedThrough(value, levelsBelow - 1) : value
    if (shown === value) continue
    copy ??= copyOf(fields)
    copy[name] = shown
  }
  return copy ?? fields
}

function lookedThrough(value: unknown, levelsBelow: number): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return withoutSecrets(value as Fields, levelsBelow)
}

/** What an error is made of cannot be listed, and is needed to write it. */
function copyOf(fields: Fields): Fields {
  if (Array.isArray(fields)) return [...fields] as unknown as Fields
  const copy = Object.assign(Object.create(Object.getPrototypeOf(fields)), fields)
  if (fields instanceof Error) {
    const { message, stack, cause } = fields
    for (const [name, value] of Object.entries({ message, stack, cause }))
      Object.defineProperty(copy, name, { value, configurable: true, writable: true, enumerable: false })
  }
  return copy
}
