import { type CdrFileFormat, type CdrRowFormat, cdrFormats } from '@strowger/rating'
import { Fault, type RatingSource } from '@strowger/schema'
import { Compile } from 'typebox/compile'
import type { OpenedFormat } from './source-kind.ts'

type KnownFormat = CdrFileFormat | CdrRowFormat
export type KnownFormats = ReadonlyMap<string, KnownFormat>

export const knownFormats: KnownFormats = new Map(cdrFormats.map((format) => [format.name, format]))

/** The format of a source with its settings. @throws Fault `invalid-input` */
export function openFormat(
  formats: KnownFormats,
  source: Pick<RatingSource, 'format' | 'formatSettings'>,
): OpenedFormat {
  const format = formats.get(source.format)
  if (format === undefined) {
    throw new Fault('invalid-input', {
      detail: `There is no format "${source.format}"; there is ${[...formats.keys()].join(', ')}`,
      fields: [{ field: '/item/format', problem: 'is not known' }],
    })
  }
  const settings = { ...defaultsOf(format.settings), ...source.formatSettings }
  requireShape(format.settings, settings, '/item/formatSettings')
  return format.kind === 'file' ? { kind: 'file', format, settings } : { kind: 'row', format, settings }
}

type Described = { properties?: Readonly<Record<string, { default?: unknown }>> }

function defaultsOf(schema: object): Record<string, unknown> {
  const { properties = {} } = schema as Described
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, field]) => (field.default === undefined ? [] : [[name, field.default]])),
  )
}

/** @throws Fault `invalid-input` naming the fields that are wrong. */
export function requireShape(schema: object, value: unknown, place: string): void {
  const validator = Compile(schema as never)
  if (validator.Check(value)) return
  const fields = [...validator.Errors(value)].slice(0, 20).map(({ instancePath, message }) => ({
    field: `${place}${instancePath}`,
    problem: message,
  }))
  throw new Fault('invalid-input', {
    detail: `${fields[0]?.field ?? place} ${fields[0]?.problem ?? 'is wrong'}`,
    fields,
  })
}
