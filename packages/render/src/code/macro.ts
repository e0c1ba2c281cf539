import type { Meter } from '../meter.ts'
import { Callable, type Given } from '../values/callable.ts'
import { tupleOf } from '../values/python-values.ts'

/** A parameter that was not given: its default holds. */
export const missing = Symbol('missing')

/** What a macro takes. */
export interface MacroShape {
  readonly name: string
  readonly parameters: readonly string[]
  readonly defaults: number
  readonly takesCaller: boolean
  readonly takesNames: boolean
  readonly takesMore: boolean
  /** Place of a parameter named `caller`, or -1. */
  readonly callerPlace: number
}

/** A macro of a template, or the body of a `call`. */
export class Macro extends Callable {
  readonly #shape: MacroShape
  readonly #body: (values: unknown[]) => unknown
  readonly #meter: Meter
  readonly #isPlain: boolean

  constructor(shape: MacroShape, body: (values: unknown[]) => unknown, meter: Meter) {
    super()
    this.#shape = shape
    this.#body = body
    this.#meter = meter
    this.#isPlain = !shape.takesCaller && !shape.takesNames && !shape.takesMore
  }

  override get label(): string {
    return `macro ${this.#shape.name}`
  }

  /** With values by position alone. */
  invoke(positions: readonly unknown[]): unknown {
    const { parameters, defaults } = this.#shape
    if (!this.#isPlain || positions.length > parameters.length) {
      return this.call({ positions, named: new Map() })
    }
    const values = [...positions]
    const firstDefault = parameters.length - defaults
    for (let place = values.length; place < parameters.length; place++) {
      values.push(place < firstDefault ? undefined : missing)
    }
    return this.#run(values)
  }

  override call({ positions, named }: Given): unknown {
    const shape = this.#shape
    const { parameters } = shape
    const rest = new Map(named)
    const firstDefault = parameters.length - shape.defaults
    const values: unknown[] = parameters.map((name, place) => {
      if (place < positions.length) return positions[place]
      const value = rest.has(name) ? rest.get(name) : place < firstDefault ? undefined : missing
      rest.delete(name)
      return value
    })
    if (shape.takesCaller) {
      values.push(rest.get('caller'))
      rest.delete('caller')
    }
    if (shape.takesNames) values.push(rest)
    else if (rest.has('caller')) throw new TypeError(`the macro ${shape.name} does not call its caller`)
    else if (rest.size > 0) throw new TypeError(`the macro ${shape.name} takes no argument ${[...rest.keys()][0]}`)
    if (shape.takesMore) values.push(tupleOf(positions.slice(parameters.length)))
    else if (positions.length > parameters.length) {
      throw new TypeError(`the macro ${shape.name} takes ${parameters.length} arguments, not ${positions.length}`)
    }
    return this.#run(values)
  }

  #run(values: unknown[]): unknown {
    this.#meter.enter()
    const text = this.#body(values)
    this.#meter.leave()
    return text
  }

  override member(name: string): unknown {
    const shape = this.#shape
    switch (name) {
      case 'name':
        return shape.name
      case 'arguments':
        return tupleOf(shape.parameters)
      case 'caller':
        return shape.takesCaller || shape.callerPlace !== -1
      case 'catch_kwargs':
        return shape.takesNames
      case 'catch_varargs':
        return shape.takesMore
      default:
        return undefined
    }
  }
}
