import type { PluginManifest } from '@strowger/schema'
import type { Meter } from '../meter.ts'

/** What an operation of a template may use, one for each rendering. */
export interface Work {
  readonly meter: Meter
  readonly format: PluginManifest['format']
  /** Lists and dicts are the template's own and may be changed. */
  readonly mayChange: boolean
}

/** Arguments as a template writes them. */
export interface Given {
  readonly positions: readonly unknown[]
  readonly named: ReadonlyMap<string, unknown>
}

const noNames: ReadonlyMap<string, unknown> = new Map()
export const noArguments: Given = { positions: [], named: noNames }

/** Positional arguments alone. */
export function givenOf(positions: readonly unknown[]): Given {
  return { positions, named: noNames }
}

/** A filter, test or method: what it is called with, in order, and what it does. */
export interface Operation<Subject> {
  readonly parameters: readonly string[]
  readonly apply: (subject: Subject, given: readonly unknown[], work: Work) => unknown
}

/** Arguments by position, those given by name at their place. Throws TypeError for one too many or an unknown name. */
export function bound(name: string, parameters: readonly string[], given: Given): readonly unknown[] {
  const { positions, named } = given
  if (positions.length > parameters.length) {
    throw new TypeError(`${name} takes ${parameters.length} arguments, not ${positions.length}`)
  }
  if (named.size === 0) return positions
  const all = [...positions]
  for (const [key, value] of named) {
    const place = parameters.indexOf(key)
    if (place === -1 || place < positions.length) throw new TypeError(`${name} takes no argument ${key} here`)
    all[place] = value
  }
  return all
}

/** A value that can be called, and shows templates the members that it names, nothing else. */
export abstract class Callable {
  abstract readonly label: string
  abstract call(given: Given, work: Work): unknown

  member(_name: string): unknown {
    return undefined
  }
}

/** A function or a method on its way. */
export class BoundFunction extends Callable {
  override readonly label: string
  readonly #call: (given: Given, work: Work) => unknown

  constructor(label: string, call: (given: Given, work: Work) => unknown) {
    super()
    this.label = label
    this.#call = call
  }

  override call(given: Given, work: Work): unknown {
    return this.#call(given, work)
  }
}
