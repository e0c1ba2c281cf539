import { timezoneRule } from '@strowger/render'
import { Fault, type FieldProblem, RawConfig, rawConfigParameters } from '@strowger/schema'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

const validator = Compile(RawConfig)

/** Characters of all parameters as JSON: with its envelope a config must fit into a message. */
const maxCharacters = 524_288

/**
 * Parameters as they are stored: numbers and flags that came as text converted. Rejects with every fault at once,
 * `at` being where the parameters stand in the request.
 */
export function checkedParameters(raw: Readonly<Record<string, unknown>>, at: string): Record<string, unknown> {
  refuseUnstorable(raw, at)
  const converted = Value.Convert(RawConfig, withFlags(structuredClone(raw))) as Record<string, unknown>
  const fields = new Map<string, FieldProblem>()
  const add = (field: string, problem: string) => void (fields.has(field) || fields.set(field, { field, problem }))
  if (!validator.Check(converted)) {
    for (const error of validator.Errors(converted)) {
      const field = `${at}${error.instancePath}`
      if (error.keyword === 'boolean') add(field, unknownName(error.instancePath))
      else if (error.keyword !== 'additionalProperties' && error.keyword !== 'anyOf') add(field, error.message)
    }
    if (fields.size === 0) add(at, 'does not have the shape of parameters')
  }
  const { timezone } = converted
  if (typeof timezone === 'string' && timezoneRule(timezone) === undefined)
    add(`${at}/timezone`, 'is no name of the tz database, as Europe/Paris')
  if (fields.size > 0) throw unstorable([...fields.values()])
  if (JSON.stringify(converted).length > maxCharacters)
    throw new Fault('too-large', { detail: `Parameters may have ${maxCharacters} characters as JSON` })
  return converted
}

function unknownName(path: string): string {
  return path.lastIndexOf('/') > 0
    ? 'is no number of a line or key'
    : 'is not a standard parameter; names of your own begin with X_'
}

function unstorable(fields: FieldProblem[]): Fault {
  return new Fault('invalid-input', { detail: 'The parameters cannot be stored', fields })
}

const maxDepth = 16
/** JSON can hold half a character; neither UTF-8 nor jsonb can. */
const loneSurrogate = /\p{Surrogate}/u
const maxNameLength = 256
const maxProblems = 50

/** Refuses what no table or template could hold, before anything walks through it by recursion. */
function refuseUnstorable(raw: Readonly<Record<string, unknown>>, at: string): void {
  const fields: FieldProblem[] = []
  const waiting: { value: unknown; path: string; depth: number }[] = [{ value: raw, path: at, depth: 0 }]
  for (let next = waiting.pop(); next && fields.length < maxProblems; next = waiting.pop()) {
    const { value, path, depth } = next
    if (typeof value === 'string') {
      if (value.includes('\0')) fields.push({ field: path, problem: 'holds a NUL character' })
      else if (loneSurrogate.test(value))
        fields.push({ field: path, problem: 'holds half a character (a lone surrogate)' })
    }
    if (typeof value !== 'object' || value === null) continue
    if (depth >= maxDepth) {
      fields.push({ field: path.slice(0, 200), problem: `is nested more than ${maxDepth} deep` })
      continue
    }
    for (const [name, inner] of Object.entries(value)) {
      const place = `${path}/${name.slice(0, maxNameLength)}`
      if (forbidden.has(name)) fields.push({ field: place, problem: 'is a name that is not accepted' })
      else if (name.length > maxNameLength || name.includes('\0') || loneSurrogate.test(name))
        fields.push({ field: place.replaceAll('\0', ''), problem: 'is too long a name, or holds what no name may' })
      else waiting.push({ value: inner, path: place, depth: depth + 1 })
    }
  }
  if (fields.length > 0) throw unstorable(fields)
}

const flags: Readonly<Record<string, boolean>> = { yes: true, no: false, on: true, off: false }
const flagNames = Object.entries(rawConfigParameters)
  .filter(([, schema]) => 'anyOf' in schema && schema.anyOf.some((one) => 'type' in one && one.type === 'boolean'))
  .map(([name]) => name)

/** In place: words that people write for a flag. `true` and `false` as text are converted by the schema. */
function withFlags(raw: Record<string, unknown>): Record<string, unknown> {
  for (const name of flagNames) {
    const value = raw[name]
    if (typeof value === 'string' && Object.hasOwn(flags, value.toLowerCase())) raw[name] = flags[value.toLowerCase()]
  }
  return raw
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
