import { Fault, type FieldProblem, RawConfig } from '@strowger/schema'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

const validator = Compile(RawConfig)

/**
 * Parameters as they are stored: numbers and flags that came as text converted. Rejects with every fault at once,
 * `at` being where the parameters stand in the request.
 */
export function checkedParameters(raw: Readonly<Record<string, unknown>>, at: string): Record<string, unknown> {
  const converted = Value.Convert(RawConfig, structuredClone(raw)) as Record<string, unknown>
  if (validator.Check(converted)) return converted
  const fields = new Map<string, FieldProblem>()
  for (const error of validator.Errors(converted)) {
    const field = `${at}${error.instancePath}`
    if (error.keyword === 'boolean') {
      fields.set(field, { field, problem: 'is not a standard parameter; names of your own begin with X_' })
    } else if (error.keyword !== 'additionalProperties' && error.keyword !== 'anyOf' && !fields.has(field)) {
      fields.set(field, { field, problem: error.message })
    }
  }
  throw new Fault('invalid-input', { detail: 'The parameters cannot be stored', fields: [...fields.values()] })
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

/** Sets and unsets parameters by their dotted names. Objects left empty by an unset go too. */
export function patchedParameters(
  raw: Readonly<Record<string, unknown>>,
  patch: { set?: Readonly<Record<string, unknown>>; unset?: readonly string[] },
): Record<string, unknown> {
  const patched = structuredClone(raw) as Record<string, unknown>
  for (const [name, value] of Object.entries(patch.set ?? {})) setAt(patched, stepsOf(name), value)
  for (const name of patch.unset ?? []) unsetAt(patched, stepsOf(name))
  return patched
}

function stepsOf(name: string): string[] {
  const steps = name.split('.')
  if (steps.some((step) => step === '' || forbidden.has(step))) {
    throw new Fault('invalid-input', {
      fields: [{ field: `/patch/${name}`, problem: 'is not the name of a parameter' }],
    })
  }
  return steps
}

function setAt(target: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  const [step = '', ...rest] = steps
  if (rest.length === 0) {
    target[step] = value
    return
  }
  const inner = target[step]
  const object = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {}
  target[step] = object
  setAt(object as Record<string, unknown>, rest, value)
}

function unsetAt(target: Record<string, unknown>, steps: readonly string[]): void {
  const [step = '', ...rest] = steps
  if (rest.length === 0) {
    delete target[step]
    return
  }
  const inner = target[step]
  if (typeof inner !== 'object' || inner === null) return
  unsetAt(inner as Record<string, unknown>, rest)
  if (Object.keys(inner).length === 0) delete target[step]
}
