import { exitCodes, Failure } from '../failure.ts'

/** What an expression can come to. */
export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly [name: string]: Value }
  | Thing
  | Method

/** Something with methods, as `devices`. */
export class Thing {
  readonly name: string
  readonly about: string
  readonly members: ReadonlyMap<string, Member>
  readonly item: ((key: string) => Value | Promise<Value>) | undefined
  readonly assign: ((name: string, value: Value) => void) | undefined

  constructor(parts: {
    name: string
    about: string
    members: readonly Member[]
    item?: (key: string) => Value | Promise<Value>
    assign?: (name: string, value: Value) => void
  }) {
    this.name = parts.name
    this.about = parts.about
    this.members = new Map(parts.members.map((member) => [member.name, member]))
    this.item = parts.item
    this.assign = parts.assign
  }
}

/** A value of a thing that is read anew each time. */
export interface Property {
  readonly kind: 'property'
  readonly name: string
  readonly about: string
  read(): Value
}

/** What a thing can do. Its arguments are named, and bound by the signature before it runs. */
export class Method {
  readonly kind = 'method'
  readonly name: string
  readonly signature: string
  readonly about: string
  readonly parameters: readonly Parameter[]
  readonly run: (given: Arguments) => Promise<Value> | Value

  /** `signature`: as `find(selector=None, recurse=False)`; `*rest` takes what is left by place, `**rest` by name. */
  constructor(signature: string, about: string, run: Method['run']) {
    const [, name = signature, list = ''] = /^(\w+)\((.*)\)$/.exec(signature) ?? []
    this.name = name
    this.signature = signature
    this.about = about
    this.parameters = list === '' ? [] : list.split(', ').map(parameterFrom)
    this.run = run
  }
}

export type Member = Method | Property

interface Parameter {
  readonly name: string
  readonly kind: 'needed' | 'optional' | 'places' | 'names'
}

function parameterFrom(text: string): Parameter {
  if (text.startsWith('**')) return { name: text.slice(2), kind: 'names' }
  if (text.startsWith('*')) return { name: text.slice(1), kind: 'places' }
  const [name = text, standard] = text.split('=')
  return { name, kind: standard === undefined ? 'needed' : 'optional' }
}

/** Arguments by the names of the signature; each reading says what it must be. */
export class Arguments {
  readonly #signature: string
  readonly #given: ReadonlyMap<string, Value>

  constructor(signature: string, given: ReadonlyMap<string, Value>) {
    this.#signature = signature
    this.#given = given
  }

  value(name: string): Value | undefined {
    const value = this.#given.get(name)
    return value === null ? undefined : value
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#wrong(name, 'a text')
  }

  optionalText(name: string): string | undefined {
    const value = this.value(name)
    return value === undefined || typeof value === 'string' ? value : this.#wrong(name, 'a text')
  }

  number(name: string): number | undefined {
    const value = this.value(name)
    return value === undefined || typeof value === 'number' ? value : this.#wrong(name, 'a number')
  }

  flag(name: string): boolean {
    const value = this.value(name) ?? false
    return typeof value === 'boolean' ? value : this.#wrong(name, 'True or False')
  }

  dict(name: string): { readonly [name: string]: Value } {
    const value = this.value(name) ?? {}
    return isDict(value) ? value : this.#wrong(name, 'a dict')
  }

  texts(name: string): readonly string[] {
    const value = this.value(name) ?? []
    const list = typeof value === 'string' ? [value] : value
    const isTexts = Array.isArray(list) && list.every((item) => typeof item === 'string')
    return isTexts ? (list as string[]) : this.#wrong(name, 'texts')
  }

  #wrong(name: string, wanted: string): never {
    throw new Failure(`${this.#signature}: ${name} must be ${wanted}`, exitCodes.usage)
  }
}

export function isDict(value: Value): value is { readonly [name: string]: Value } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !(value instanceof Thing) && !(value instanceof Method)
}

/** Arguments as the signature has them. Failure when one is missing, given twice, or not of it. */
export function boundArguments(
  { signature, parameters }: Method,
  places: readonly Value[],
  named: readonly (readonly [string, Value])[],
): Arguments {
  const given = new Map<string, Value>()
  const fail = (problem: string): never => {
    throw new Failure(`${signature}: ${problem}`, exitCodes.usage)
  }
  const byPlace = parameters.filter(({ kind }) => kind === 'needed' || kind === 'optional')
  for (const [index, { name }] of byPlace.entries()) {
    const value = places[index]
    if (value !== undefined) given.set(name, value)
  }
  const left = places.slice(byPlace.length)
  const rest = parameters.find(({ kind }) => kind === 'places')
  if (rest) given.set(rest.name, left)
  else if (left.length > 0) fail(`takes ${byPlace.length} arguments, not ${places.length}`)

  const others = new Map<string, Value>()
  const anyName = parameters.find(({ kind }) => kind === 'names')
  for (const [name, value] of named) {
    const isKnown = byPlace.some((parameter) => parameter.name === name)
    if (given.has(name)) fail(`${name} is given twice`)
    if (isKnown) given.set(name, value)
    else if (anyName) others.set(name, value)
    else fail(`has no argument ${name}`)
  }
  if (anyName) given.set(anyName.name, Object.fromEntries(others))
  for (const { name, kind } of parameters) if (kind === 'needed' && !given.has(name)) fail(`${name} is missing`)
  return new Arguments(signature, given)
}
