import { BoundFunction, Callable, type Given, type Work } from './values/callable.ts'
import { updateDict } from './values/collection-methods.ts'
import { indexOf } from './values/numbers.ts'
import { textOf } from './values/python-text.ts'
import { entriesOf, isDict, Namespace } from './values/python-values.ts'

/** `range(stop)`, `range(start, stop, step)`. Its length is asked of the meter before it is made. */
function rangeOf(bounds: readonly unknown[], { meter }: Work): number[] {
  if (bounds.length < 1 || bounds.length > 3) throw new TypeError('range takes 1 to 3 whole numbers')
  const numbers = bounds.map(indexOf)
  const [start = 0, stop = 0, step = 1] = numbers.length === 1 ? [0, numbers[0]] : numbers
  if (step === 0) throw new RangeError('range() cannot go in steps of 0')
  const count = Math.max(0, Math.ceil((stop - start) / step))
  meter.allowRange(count)
  const made: number[] = []
  for (let index = 0; index < count; index++) made.push(start + index * step)
  return made
}

class Cycler extends Callable {
  override readonly label = 'cycler'
  readonly #items: readonly unknown[]
  #place = 0

  constructor(items: readonly unknown[]) {
    super()
    if (items.length === 0) throw new TypeError('there is nothing to cycle through')
    this.#items = items
  }

  override call(): unknown {
    throw new TypeError('a cycler goes on with next()')
  }

  override member(name: string): unknown {
    switch (name) {
      case 'current':
        return this.#items[this.#place]
      case 'next':
        return new BoundFunction('method next', () => {
          const item = this.#items[this.#place]
          this.#place = (this.#place + 1) % this.#items.length
          return item
        })
      case 'reset':
        return new BoundFunction('method reset', () => {
          this.#place = 0
          return null
        })
      default:
        return undefined
    }
  }
}

/** Nothing the first time, the separator from then on. */
function joiner({ positions, named }: Given): Callable {
  const separator = positions[0] ?? named.get('sep') ?? ', '
  let isFirst = true
  return new BoundFunction('joiner', () => {
    const text = isFirst ? '' : separator
    isFirst = false
    return text
  })
}

const filler = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore.'

/** Text to fill a page with. Always the same: a file must not change from one rendering to the next. */
function lipsum({ positions, named }: Given, { meter }: Work): string {
  const paragraphs = Math.max(0, indexOf(positions[0] ?? named.get('n') ?? 5))
  const isHtml = positions[1] ?? named.get('html') ?? true
  const one = isHtml === false ? filler : `<p>${filler}</p>`
  meter.allow(paragraphs * one.length)
  return Array.from({ length: paragraphs }, () => one).join('\n')
}

function dictOf({ positions, named }: Given, { meter }: Work): Map<unknown, unknown> {
  const dict = new Map<unknown, unknown>()
  updateDict(dict, positions, named, meter)
  return dict
}

function namespaceOf({ positions, named }: Given, { meter }: Work): Namespace {
  const [first] = positions
  const pairs = isDict(first) ? entriesOf(first) : []
  return new Namespace([...pairs.map(([key, value]) => [textOf(key, meter), value] as const), ...named])
}

/** What every template can call, unless a variable has its name. */
export const globals: ReadonlyMap<string, Callable> = new Map([
  ['range', new BoundFunction('range', ({ positions }, work) => rangeOf(positions, work))],
  ['dict', new BoundFunction('dict', dictOf)],
  ['namespace', new BoundFunction('namespace', namespaceOf)],
  ['cycler', new BoundFunction('cycler', ({ positions }) => new Cycler(positions))],
  ['joiner', new BoundFunction('joiner', joiner)],
  ['lipsum', new BoundFunction('lipsum', lipsum)],
])
