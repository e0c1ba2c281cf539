import { Fault } from '@strowger/schema'

/** The object under the one key that a body has. @throws Fault `invalid-input` when there is none. */
export function entity(body: unknown, key: string): Record<string, unknown> {
  const value = isRecord(body) ? body[key] : undefined
  if (!isRecord(value)) throw new Fault('invalid-input', { detail: `Missing "${key}" key` })
  return value
}

/** The `id` that a body names. */
export function namedId(body: unknown): string {
  const id = isRecord(body) ? body['id'] : undefined
  if (typeof id !== 'string' || id === '') throw new Fault('invalid-input', { detail: 'Missing "id" key' })
  return id
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
