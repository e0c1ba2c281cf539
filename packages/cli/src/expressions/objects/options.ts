import { exitCodes, Failure } from '../../failure.ts'
import { Thing, type Value } from '../things.ts'
import type { Wishes } from '../workplace.ts'

const names = {
  search_description: ['searchesDescription', 'plugins.installed(search) looks into descriptions'],
  search_case_sensitive: ['searchesCase', 'plugins.installed(search) minds capital letters'],
  op_progress: ['showsProgress', 'lines and bars of progress are shown'],
  op_async: ['isAsync', 'long work is begun and not waited for'],
  oip_update_interval: ['updateIntervalS', 'kept for old scripts; progress comes as it is known'],
} as const satisfies Readonly<Record<string, readonly [keyof Wishes, string]>>

/** `options`: `options.op_async = True`. */
export function optionsThing(wishes: Wishes): Thing {
  return new Thing({
    name: 'options',
    about: 'How the expressions that follow behave: options.op_async = True',
    members: Object.entries(names).map(([name, [wish, about]]) => ({
      kind: 'property' as const,
      name,
      about,
      read: () => wishes[wish],
    })),
    assign(name, value) {
      const [wish] = Object.hasOwn(names, name) ? names[name as keyof typeof names] : []
      if (wish === undefined) {
        throw new Failure(`options has no ${name}. There is ${Object.keys(names).join(', ')}`, exitCodes.usage)
      }
      setWish(wishes, wish, name, value)
    },
  })
}

function setWish(wishes: Wishes, wish: keyof Wishes, name: string, value: Value): void {
  if (wish === 'updateIntervalS' && typeof value === 'number') wishes.updateIntervalS = value
  else if (wish !== 'updateIntervalS' && typeof value === 'boolean') wishes[wish] = value
  else
    throw new Failure(`options.${name} must be ${typeof wishes[wish] === 'number' ? 'a number' : 'True or False'}`, 2)
}
