import { RawConfig } from '@strowger/schema'
import { exitCodes, Failure } from './failure.ts'

/** `name=value` (text, or what the parameter’s type makes of it) and `name:=JSON`. */
export interface Assignment {
  readonly name: string
  readonly text: string
  readonly isJson: boolean
}

export function assignmentFrom(argument: string): Assignment {
  const [, name, mark, text] = /^([^=:]+)(:?=)([\s\S]*)$/.exec(argument) ?? []
  if (name === undefined || text === undefined) {
    throw new Failure(`"${argument}" is no assignment: write name=value, or name:=JSON`, exitCodes.usage)
  }
  return { name, text, isJson: mark === ':=' }
}

interface Schema {
  readonly type?: string
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
}

/** The value in the type that the parameter of a config has: `ntp_enabled=yes` is true, `sip_lines.1.username=1001` text. */
export function parameterValue({ name, text, isJson }: Assignment): unknown {
  if (isJson) return jsonFrom(name, text)
  const schema = name
    .split('.')
    .reduce<Schema | undefined>((outer, part) => innerSchema(outer, part), RawConfig as Schema)
  const types = new Set([schema?.type, ...(schema?.anyOf ?? []).map(({ type }) => type)])
  if (types.has('boolean')) return booleans[text.toLowerCase()] ?? text
  const isNumber = types.has('integer') || types.has('number')
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

function innerSchema(outer: Schema | undefined, name: string): Schema | undefined {
  if (outer?.properties && Object.hasOwn(outer.properties, name)) return outer.properties[name]
  const patterns = Object.entries(outer?.patternProperties ?? {})
  return patterns.find(([pattern]) => new RegExp(pattern).test(name))?.[1]
}

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
}

export function jsonFrom(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Failure(`${name}: ${text} is not JSON`, exitCodes.usage)
  }
}
