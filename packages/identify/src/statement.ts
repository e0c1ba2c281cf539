import { type IdentityField, normalizedMac } from '@strowger/schema'
import type { CompiledRule } from './compile.ts'

export type Said = { -readonly [Field in IdentityField]?: string }

/** What a rule that matched says of the phone. */
export interface Statement {
  readonly rule: CompiledRule
  readonly said: Said
}

/** Takes the named groups of the matches and the rule's own words together. A value that cannot be is left out. */
export function statementFrom(rule: CompiledRule, matches: readonly RegExpExecArray[]): Statement {
  const said: Said = {}
  for (const [position, { groups }] of matches.entries()) {
    for (const field of rule.conditions[position]?.groups ?? []) say(said, field, groups?.[field], rule)
  }
  for (const field in rule.set) say(said, field, rule.set[field], rule)
  return { rule, said }
}

/** Longest value of each field that a device can hold. */
const fields: Readonly<Record<IdentityField, number>> = {
  vendor: 64,
  model: 64,
  version: 128,
  mac: 32,
  sn: 64,
  uuid: 36,
}

function say(said: Said, field: string, text: string | undefined, rule: CompiledRule): void {
  if (text === undefined || !isIdentityField(field)) return
  const value = acceptedValue(field, rule.map[field]?.get(text) ?? text)
  if (value !== undefined) said[field] = value
}

function isIdentityField(name: string): name is IdentityField {
  return Object.hasOwn(fields, name)
}

const usualMac = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/

function acceptedValue(field: IdentityField, text: string): string | undefined {
  if (field === 'mac') return usualMac.test(text) ? text : normalizedMac(text)
  if (field === 'uuid')
    return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined
  return /^[ -~\u00a0-\u00ff]+$/.test(text) && text.length <= fields[field] ? text : undefined
}

/** Which of two statements weighs more; see `identify`. */
export function compareStatements(a: Statement, b: Statement): number {
  if (a.rule.weight !== b.rule.weight) return b.rule.weight - a.rule.weight
  const fieldsSaid = Object.keys(b.said).length - Object.keys(a.said).length
  return fieldsSaid === 0 ? a.rule.order - b.rule.order : fieldsSaid
}
