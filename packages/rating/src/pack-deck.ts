import { type CompiledDeck, compiledDeckFrom } from './compiled-deck.ts'
import type { DeckSettings } from './deck.ts'
import { createDeckBuilder } from './deck-builder.ts'
import type { DeckColumns } from './deck-columns.ts'
import type { Tariff } from './tariff.ts'

/** The first byte of a packed deck. A form that changes gets the next number and is still read. */
const version = 1
const byteColumns = ['prefixBytes', 'closed'] as const
const wordColumns = ['prefixEnds', 'origin', 'name', 'validity', 'shape', 'base', 'revision'] as const
const doubleColumns = ['validities', 'amounts'] as const

interface Header {
  readonly settings: DeckSettings
  readonly rows: number
  readonly origins: readonly string[]
  readonly names: readonly string[]
  readonly templates: readonly Tariff[]
  /** Elements of each column, in the order in which they follow. */
  readonly lengths: readonly number[]
}

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8

/** A deck as bytes: a version, its texts as JSON, its columns as they lie in memory (little-endian). */
export function packDeck(deck: CompiledDeck): Uint8Array {
  const { columns } = deck
  const arrays = [...doubleColumns, ...wordColumns, ...byteColumns].map((name) => columns[name])
  const header: Header = {
    settings: deck.settings,
    rows: columns.rows,
    origins: columns.origins,
    names: columns.names,
    templates: columns.shapes.map(({ template }) => template),
    lengths: arrays.map(({ length }) => length),
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const begin = aligned(8 + text.length)
  const packed = new Uint8Array(begin + arrays.reduce((sum, { byteLength }) => sum + aligned(byteLength), 0))
  packed[0] = version
  new DataView(packed.buffer).setUint32(4, text.length, true)
  packed.set(text, 8)
  let at = begin
  for (const array of arrays) {
    packed.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at)
    at += aligned(array.byteLength)
  }
  return packed
}

/**
 * The deck that was packed, with the same numbers of rows. Settings may be others than they were when it was packed,
 * but for the scale, by which its amounts are written. Throws when the bytes are of another version or scale.
 */
export function unpackDeck(bytes: Uint8Array, settings?: DeckSettings): CompiledDeck {
  if (bytes[0] !== version) throw new Error(`a packed deck of version ${bytes[0]}; this reads version ${version}`)
  // A copy of its own: columns must lie at multiples of 8, and must not keep a larger buffer alive.
  const own = new Uint8Array(bytes)
  const length = new DataView(own.buffer).getUint32(4, true)
  const header = JSON.parse(new TextDecoder().decode(own.subarray(8, 8 + length))) as Header
  const used = settings ?? header.settings
  if (used.scale !== header.settings.scale)
    throw new Error(`a deck of scale ${header.settings.scale}, not ${used.scale}`)
  let at = aligned(8 + length)
  const columns: Record<string, Float64Array | Uint32Array | Uint8Array> = {}
  ;[...doubleColumns, ...wordColumns, ...byteColumns].forEach((name, place) => {
    const elements = header.lengths[place] ?? 0
    const column = columnAt(own.buffer, at, elements, name)
    columns[name] = column
    at += aligned(column.byteLength)
  })
  const builder = createDeckBuilder(used)
  const shapes = header.templates.map((template) => ({ template, shape: builder.shapeAt(builder.shape(template)) }))
  const { rows, origins, names } = header
  return compiledDeckFrom(used, { ...(columns as unknown as DeckColumns), rows, origins, names, shapes })
}

function columnAt(buffer: ArrayBuffer, at: number, elements: number, name: string) {
  if ((doubleColumns as readonly string[]).includes(name)) return new Float64Array(buffer, at, elements)
  return (wordColumns as readonly string[]).includes(name)
    ? new Uint32Array(buffer, at, elements)
    : new Uint8Array(buffer, at, elements)
}
