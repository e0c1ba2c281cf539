import { readFileSync } from 'node:fs'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/schema'
import { allowedBy, itemsOf, typeOf } from './settings-schema.ts'

/**
 * One setting: read from the environment variable of its name. Without `default` it must be given, unless it is
 * `optional`.
 */
export interface SettingDefinition {
  readonly schema: TSchema
  /** What it is for, in an operator's words. */
  readonly description: string
  readonly default?: unknown
  readonly optional?: true
  readonly example?: string
  /** May also be given as a file whose path is in `<NAME>_FILE`. Its value is never shown. */
  readonly secret?: true
  /** As `ms` or `bytes`. */
  readonly unit?: string
}
export type SettingDefinitions = Readonly<Record<string, SettingDefinition>>

type ValueOf<D extends SettingDefinition> = D extends { readonly optional: true }
  ? Static<D['schema']> | undefined
  : Static<D['schema']>

/** The settings as the service sees them: by the names of their environment variables. */
export type Settings<D extends SettingDefinitions> = { readonly [Name in keyof D]: ValueOf<D[Name]> }

/** Keeps the exact types; the definitions are data, read by `readSettings` and by the documentation. */
export function defineSettings<const D extends SettingDefinitions>(definitions: D): D {
  return definitions
}

export interface SettingProblem {
  readonly name: string
  /** As `is "abc"; it must be a whole number from 0 to 65535` */
  readonly problem: string
}

/** Everything that is wrong with the settings, at once. */
export class SettingsFault extends Error {
  override readonly name = 'SettingsFault'
  readonly problems: readonly SettingProblem[]

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(({ name, problem }) => `${name} ${problem}`).join('\n'))
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Text of the variable, or of the file that `<NAME>_FILE` names (for secrets). An empty one counts as absent. */
function rawText(name: string, definition: SettingDefinition, environment: Environment): string | undefined {
  const text = environment[name] || undefined
  const path = definition.secret ? environment[`${name}_FILE`] || undefined : undefined
  if (path === undefined) return text
  if (text !== undefined) throw new Error(`is given twice, by ${name} and by ${name}_FILE; remove one`)
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '') || undefined
  } catch (error) {
    throw new Error(`cannot be read from the file ${path} that ${name}_FILE names: ${String(error)}`)
  }
}

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
}

/** Text to the type of the schema; what cannot be converted stays text, and then fails the schema. */
function converted(text: string, schema: TSchema): unknown {
  switch (typeOf(schema)) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
    case 'boolean':
      return booleans[text.toLowerCase()] ?? text
    case 'array':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map((item) => converted(item, itemsOf(schema)))
    default:
      return text
  }
}

function readOne(name: string, definition: SettingDefinition, environment: Environment): unknown {
  const text = rawText(name, definition, environment)
  if (text === undefined) {
    if ('default' in definition) return definition.default
    if (definition.optional) return undefined
    const orFile = definition.secret ? `, or ${name}_FILE as the path of a file that holds it` : ''
    throw new Error(`is missing; it must be ${allowedBy(definition.schema)}${orFile}`)
  }
  const value = converted(text, definition.schema)
  if (!Compile(definition.schema).Check(value)) {
    const shown = definition.secret ? 'has a wrong value' : `is ${JSON.stringify(text)}`
    throw new Error(`${shown}; it must be ${allowedBy(definition.schema)}`)
  }
  return value
}

/** Reads all settings. Throws one `SettingsFault` that names everything that is wrong. */
export function readSettings<D extends SettingDefinitions>(definitions: D, environment: Environment): Settings<D> {
  const problems: SettingProblem[] = []
  const values: Record<string, unknown> = {}
  for (const [name, definition] of Object.entries(definitions)) {
    try {
      values[name] = readOne(name, definition, environment)
    } catch (error) {
      problems.push({ name, problem: error instanceof Error ? error.message : String(error) })
    }
  }
  if (problems.length > 0) throw new SettingsFault(problems)
  return values as Settings<D>
}
