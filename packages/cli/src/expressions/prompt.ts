import type { Tool } from '../tool.ts'
import { evaluate, type Names } from './evaluate.ts'
import { configsThing } from './objects/configs.ts'
import { devicesThing } from './objects/devices.ts'
import { helpersThing } from './objects/many-devices.ts'
import { optionsThing } from './objects/options.ts'
import { parametersThing } from './objects/parameters.ts'
import { pluginsThing } from './objects/plugins.ts'
import { Method, Thing, type Value } from './things.ts'
import { createWorkplace } from './workplace.ts'

/** Runs expressions one after the other; what one sets, the next ones have. */
export interface Prompt {
  run(code: string): Promise<void>
}

const language = `Names, calls, items, texts, numbers, True, False, None, lists and dicts, as Python writes them.
Several are separated by ; or a new line, and p = plugins["aastra-3.3.1-SP4"] gives a name. Nothing else of Python.`

export async function createPrompt(tool: Tool): Promise<Prompt> {
  const place = createWorkplace(tool, await tool.client())
  const show = (value: Value) => {
    if (value !== null) tool.print(shownLines(value))
  }
  const printing = (name: string) =>
    new Method(`${name}(value)`, 'shows a value', (given) => {
      show(given.value('value') ?? 'None')
      return null
    })
  const things = [
    configsThing(place),
    devicesThing(place),
    pluginsThing(place),
    parametersThing(place),
    helpersThing(place),
    optionsThing(place.wishes),
  ]
  const functions: Method[] = [
    new Method('help(object=None)', 'what there is to say of an object', (given) => {
      const value = given.value('object')
      tool.print(value === undefined ? overview() : helpLines(value))
      return null
    }),
    new Method('dirr(object=None)', 'the names of what an object has', (given) => {
      const value = given.value('object')
      if (value === undefined) return [...names.keys()]
      return value instanceof Thing ? [...value.members.keys()] : []
    }),
    new Method('python_help()', 'what can be written here', () => {
      tool.print(language.split('\n'))
      return null
    }),
    printing('pprint'),
    printing('print'),
  ]
  const names: Names = new Map([...things, ...functions].map((value) => [value.name, value]))
  const overview = () => [...[...things, ...functions].flatMap(headLines), '', ...language.split('\n')]
  return { run: (code) => evaluate(code, names, show) }
}

function headLines(value: Thing | Method): string[] {
  return [`${value instanceof Method ? value.signature : value.name}  ${value.about}`]
}

function helpLines(value: Value): string[] {
  if (value instanceof Method) return headLines(value)
  if (!(value instanceof Thing)) return shownLines(value)
  const members = [...value.members.values()].map((member) => [
    member instanceof Method ? member.signature : member.name,
    member.about,
  ])
  return [...headLines(value), ...members.map(([head, about]) => `  ${value.name}.${head}  ${about}`)]
}

/** A text as it is, a thing as its help, anything else as JSON. */
function shownLines(value: Value): string[] {
  if (value instanceof Thing || value instanceof Method) return helpLines(value)
  if (typeof value === 'string') return [value]
  return JSON.stringify(value, undefined, 2).split('\n')
}
