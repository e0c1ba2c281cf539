import type { CdrFileFormat, CdrRowFormat } from '@strowger/rating'
import { Fault, type RatingSource } from '@strowger/schema'
import type { OpenedFormat } from './source-kind.ts'

/** A form of records, by whatever settings it takes. */
export type KnownFormat = CdrFileFormat<never> | CdrRowFormat<never>
export type KnownFormats = ReadonlyMap<string, KnownFormat>

/** The format of a source with its settings. @throws Fault `invalid-input` */
export function openFormat(formats: KnownFormats, source: Pick<RatingSource, 'format' | 'formatSettings'>): OpenedFormat {
  const format = formats.get(source.format)
  if (format === undefined) {
    throw new Fault('invalid-input', {
      detail: `There is no format "${source.format}"; there is ${[...formats.keys()].join(', ')}`,
      fields: [{ field: '/item/format', problem: 'is not known' }],
    })
  }
  const settings = source.formatSettings ?? {}
  return format.kind === 'file'
    ? { kind: 'file', format: format as unknown as CdrFileFormat<unknown>, settings }
    : { kind: 'row', format: format as unknown as CdrRowFormat<unknown>, settings }
}
