import { rawConfigParameters } from '@strowger/schema'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { lineOfPointer, lineOfSyntaxError } from './json-lines.ts'
import { goldenParameters, inherited } from './kept-files.ts'
import type { PluginProblem } from './plugin-problem.ts'
import { type ReadPlugin, textOf } from './read-plugins.ts'
import { readAll, renderAll } from './rendered-phone.ts'

const ParameterRow = Type.Object({
  parameter: Type.String(),
  model: Type.Optional(Type.String()),
  with: Type.Record(Type.String(), Type.Unknown()),
  gives: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String()), Type.Null()]), {
    description: 'name in the file -> its value, all its values, or null for none',
  }),
})
const rowsValidator = Compile(Type.Array(ParameterRow))
export type ParameterRow = Type.Static<typeof ParameterRow>

/** What rendering fills in itself; a template need not name it. */
const filledIn = ['http_base_url', 'ip', 'http_port', 'timezone']

/** Every standard parameter is in a template or, with the reason, in `notOffered`; never in both. */
export function checkCompleteness(plugin: ReadPlugin): PluginProblem[] {
  const { manifest, sources, templates } = plugin
  const codeOf = (text: string) => [...text.matchAll(/\{[{%].*?[%}]\}/gs)].join(' ')
  const all = codeOf(sources)
  const own = codeOf([...templates.values()].join('\n'))
  const text = textOf(plugin.files.get('manifest.json'))
  return Object.keys(rawConfigParameters).flatMap((name) => {
    const isNotOffered = Object.hasOwn(manifest.notOffered, name)
    // A generation may lack what the templates of its parent know.
    const isNamed = new RegExp(`(?<!\\.)\\b${name}\\b`).test(isNotOffered ? own : all)
    const isUsed = (filledIn.includes(name) && !isNotOffered) || isNamed
    if (isUsed !== isNotOffered) return []
    const line = lineOfPointer(text, `/notOffered/${name}`)
    const problem = isNotOffered ? `${name} is in notOffered and in a template` : `${name} is in no template`
    const remedy = isNotOffered ? 'take it out of one of them' : 'use it, or name it in notOffered with the reason'
    return [{ file: `${plugin.folder}/manifest.json`, line, problem, remedy }]
  })
}

/** What is not offered makes no difference. */
export function checkNotOffered(plugin: ReadPlugin): PluginProblem[] {
  const raw = goldenParameters(plugin, 'full')
  if (raw === undefined) return []
  const without = Object.entries(raw).filter(([name]) => !Object.hasOwn(plugin.manifest.notOffered, name))
  const bare = renderAll(plugin, plugin.typicalModel, Object.fromEntries(without))
  const full = renderAll(plugin, plugin.typicalModel, raw)
  return [...full].flatMap(([file, text]) => {
    if (bare.get(file) === text) return []
    const problem = `${file} differs by parameters that are in notOffered`
    return [
      { file: `${plugin.folder}/manifest.json`, problem, remedy: 'take them out of notOffered, or of the template' },
    ]
  })
}

/** The rows of parameters.json, its own or inherited; a text says why there are none. */
export function parameterRows(
  plugin: ReadPlugin,
): { file: string; text: string; rows: ParameterRow[] } | PluginProblem {
  const name = 'parameters.json'
  const source = inherited(plugin, name)
  const remedy = 'write a row {"parameter", "with", "gives"} for each parameter, as packages/plugins/yealink/v86 does'
  if (source === undefined) return { file: `${plugin.folder}/${name}`, problem: 'there is no such file', remedy }
  const { file, text } = source
  let rows: unknown
  try {
    rows = JSON.parse(text)
  } catch (error) {
    const problem = (error as Error).message
    const line = lineOfSyntaxError(text, problem)
    return { file, ...(line === undefined ? {} : { line }), problem, remedy }
  }
  if (rowsValidator.Check(rows)) return { file, text, rows }
  const [first] = rowsValidator.Errors(rows)
  const pointer = first?.instancePath ?? ''
  return { file, line: lineOfPointer(text, pointer), problem: `${pointer} ${first?.message ?? ''}`, remedy }
}

/** Rows about a model that the plugin has and a parameter that it offers. */
export function rowsThatConcern({ manifest }: ReadPlugin, rows: readonly ParameterRow[]): ParameterRow[] {
  return rows.filter(
    ({ model, parameter }) =>
      (model === undefined || Object.hasOwn(manifest.models, model)) &&
      !Object.hasOwn(manifest.notOffered, parameter.split('.')[0] ?? ''),
  )
}

/** What a row says and the phone's files do not, one text for each value. */
export function rowDeviations(plugin: ReadPlugin, { model, with: raw, gives }: ParameterRow): string[] {
  const file = readAll(plugin, model ?? plugin.typicalModel, raw)
  return Object.entries(gives).flatMap(([key, value]) => {
    const wanted = value === null ? [] : Array.isArray(value) ? value : [value]
    const actual = file.values(key)
    if (JSON.stringify(actual) === JSON.stringify(wanted)) return []
    return [`“${key}” must be ${JSON.stringify(value)}, but the file has ${JSON.stringify(actual)}`]
  })
}

/** parameters.json: each row is so, and every offered parameter has one. */
export function checkParameterRows(plugin: ReadPlugin): PluginProblem[] {
  const read = parameterRows(plugin)
  if (!('rows' in read)) return [read]
  const { file, text, rows } = read
  const problems: PluginProblem[] = []
  for (const row of rowsThatConcern(plugin, rows)) {
    const line = lineOfPointer(text, `/${rows.indexOf(row)}`)
    const at = { file, line, remedy: `mend the template, or the row, of ${row.parameter} (${plugin.id})` }
    try {
      problems.push(...rowDeviations(plugin, row).map((problem) => ({ ...at, problem })))
    } catch (error) {
      problems.push({ ...at, problem: (error as Error).message })
    }
  }
  const described = new Set(rows.map(({ parameter }) => parameter.split('.')[0]))
  for (const name of Object.keys(rawConfigParameters)) {
    if (Object.hasOwn(plugin.manifest.notOffered, name) || described.has(name)) continue
    problems.push({
      file,
      problem: `${name} has no row`,
      remedy: 'write one, or name it in notOffered with the reason',
    })
  }
  return problems
}
