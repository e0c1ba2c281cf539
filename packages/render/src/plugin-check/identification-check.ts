import { PhoneEvidence, type PluginManifest } from '@strowger/schema'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { lineOfPointer, lineOfSyntaxError } from './json-lines.ts'
import type { PluginProblem } from './plugin-problem.ts'
import { textOf } from './read-plugins.ts'

const { address: _address, ...said } = PhoneEvidence.properties
const Cases = Type.Array(
  Type.Object(
    {
      ...said,
      expect: Type.Union([
        Type.Null(),
        Type.Object(
          Object.fromEntries(
            ['vendor', 'model', 'version', 'mac', 'sn', 'uuid', 'plugin'].map((field) => [
              field,
              Type.Optional(Type.String()),
            ]),
          ),
          { additionalProperties: false },
        ),
      ]),
      score: Type.Optional(Type.Integer({ minimum: 0, maximum: 600 })),
    },
    { additionalProperties: false },
  ),
)
const casesValidator = Compile(Cases)
type Case = Type.Static<typeof Cases>[number]

/** Who a phone is, by these plugins (packages/identify). */
export type Identify = (
  manifests: readonly PluginManifest[],
) => (evidence: PhoneEvidence) => Readonly<{ score: number }>

/** The highest score of a phone whose model no plugin knows. */
const likely = 300
const remedyOfShape =
  'write an array of cases, {"transport", "userAgent", "path", "query", "filename", "mac", "options", "expect", "score"}, as packages/plugins/aastra/identification.json'

/**
 * The files `identification.json` of families and generations: cases of the right shape, whose models there are, and which
 * give what they say.
 */
export function checkIdentification(
  files: ReadonlyMap<string, Uint8Array>,
  manifests: readonly PluginManifest[],
  identify: Identify,
): PluginProblem[] {
  if (files.size === 0) return []
  const find = identify(manifests)
  const models = new Set(manifests.flatMap((manifest) => Object.keys(manifest.models)))
  return [...files].flatMap(([file, bytes]) => {
    const text = textOf(bytes)
    const read = casesOf(text)
    if (!('cases' in read)) return [{ file, remedy: remedyOfShape, ...read }]
    return read.cases.flatMap((each, place) => {
      const flaw = flawOf(each, find, models)
      if (flaw === undefined) return []
      const { at, ...what } = flaw
      return [{ file, line: lineOfPointer(text, `/${place}${at}`), ...what }]
    })
  })
}

function casesOf(text: string): { cases: readonly Case[] } | Pick<PluginProblem, 'line' | 'problem'> {
  let cases: unknown
  try {
    cases = JSON.parse(text)
  } catch (error) {
    const problem = (error as Error).message
    const line = lineOfSyntaxError(text, problem)
    return { problem, ...(line === undefined ? {} : { line }) }
  }
  if (casesValidator.Check(cases)) return { cases }
  // Of the errors at one place those of its parts come last, and say more.
  const [first] = [...casesValidator.Errors(cases)].sort((a, b) => b.instancePath.length - a.instancePath.length)
  const pointer = first?.instancePath ?? ''
  const problem = first?.message === 'schema is false' ? 'is no name that is known here' : (first?.message ?? '')
  return { line: lineOfPointer(text, pointer), problem: `${pointer || '/'} ${problem}` }
}

function flawOf(
  { expect, score, ...evidence }: Case,
  find: ReturnType<Identify>,
  models: ReadonlySet<string>,
): { at: string; problem: string; remedy: string } | undefined {
  const model = expect?.['model']
  if (model !== undefined && !models.has(model) && (score ?? likely + 1) > likely) {
    return {
      at: '/expect/model',
      problem: `no plugin has the model ${model}`,
      remedy: `list it in a manifest; or write "score": ${likely}, a phone of which no more than its family is known`,
    }
  }
  const found: Readonly<Record<string, unknown>> = find({ ...evidence, address: '192.0.2.1' } as PhoneEvidence)
  const remedy = 'mend the rule in "identify" of the manifest, or the case'
  if (expect === null) {
    if (found['vendor'] === undefined) return undefined
    return { at: '/expect', problem: `it is taken for ${String(found['vendor'])}, and must stay unknown`, remedy }
  }
  const wanted = { ...expect, ...(score === undefined ? {} : { score }) }
  for (const [field, value] of Object.entries(wanted)) {
    if (found[field] === value) continue
    const actual = found[field] === undefined ? 'nothing' : JSON.stringify(found[field])
    const at = field === 'score' ? '/score' : `/expect/${field}`
    return { at, problem: `${field} must be ${JSON.stringify(value)}, but it is ${actual}`, remedy }
  }
  return undefined
}
