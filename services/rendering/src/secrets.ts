import { secretMask, secretParameters } from '@strowger/schema'
import { isSealed, type Seal } from '@strowger/service'

type Parameters = Readonly<Record<string, unknown>>
type Change = (value: string, path: string) => string

/** The same parameters with every secret changed. Only the objects on the way to a secret are copied. Pure. */
function withSecrets(raw: Parameters, change: Change): Record<string, unknown> {
  let changed = raw as Record<string, unknown>
  for (const path of secretParameters) changed = changedAt(changed, path, '', change)
  return changed
}

function changedAt(
  raw: Record<string, unknown>,
  path: readonly string[],
  at: string,
  change: Change,
): Record<string, unknown> {
  const [step = '', ...rest] = path
  let copy: Record<string, unknown> | undefined
  for (const name of step === '*' ? Object.keys(raw) : [step]) {
    const value = raw[name]
    const place = at === '' ? name : `${at}.${name}`
    const changed =
      rest.length === 0
        ? typeof value === 'string'
          ? change(value, place)
          : value
        : isObject(value)
          ? changedAt(value, rest, place, change)
          : value
    if (changed === value) continue
    copy ??= { ...raw }
    copy[name] = changed
  }
  return copy ?? raw
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whose secrets they are: sealed ones open nowhere else. */
export interface SecretOwner {
  readonly tenant: string
  readonly id: string
}

const about = ({ tenant, id }: SecretOwner, path: string) => `config/${tenant}/${id}/${path}`

/**
 * As they are stored. A masked secret keeps what `present` has at its place; so does one that is the same, since
 * sealing it anew would look like a change.
 */
export function sealedSecrets(raw: Parameters, present: Parameters | undefined, owner: SecretOwner, seal: Seal) {
  const kept = new Map<string, string>()
  if (present) {
    withSecrets(present, (value, path) => {
      kept.set(path, value)
      return value
    })
  }
  return withSecrets(raw, (value, path) => {
    const sealed = kept.get(path)
    if (value === secretMask) return sealed ?? ''
    if (isSealed(value)) return value
    const isKept = sealed !== undefined && isSealed(sealed) && seal.openText(sealed, about(owner, path)) === value
    return isKept && sealed !== undefined ? sealed : seal.sealText(value, about(owner, path))
  })
}

export function openedSecrets(raw: Parameters, owner: SecretOwner, seal: Seal) {
  return withSecrets(raw, (value, path) => (isSealed(value) ? seal.openText(value, about(owner, path)) : value))
}

export function maskedSecrets(raw: Parameters) {
  return withSecrets(raw, (value) => (value === '' ? value : secretMask))
}
