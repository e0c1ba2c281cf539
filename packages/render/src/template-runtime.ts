import type { PluginManifest } from '@strowger/schema'
import nunjucks from 'nunjucks/src/runtime.js'
import { calculate } from './arithmetic.ts'
import { conditions, type FilterCall, filters } from './filters.ts'
import { LoopState } from './loop-state.ts'
import { memberOf } from './member.ts'
import type { Meter } from './meter.ts'
import { areEqual, compareValues, contains, isTrue, itemsOf, textOf } from './python-values.ts'
import type { RenderFunction, TemplateCode } from './template-compiler.ts'
import { Context, Frame } from './template-scope.ts'

/** An error with the place in the template where it happened. */
export class TemplateFailure extends Error {
  override readonly name = 'TemplateFailure'
  readonly template: string
  readonly line: number

  constructor(template: string, line: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.template = template
    this.line = line
  }
}

/** What the code of templates calls: one for each rendering, since it counts. Names are those the compiler writes. */
export class TemplateRuntime {
  readonly meter: Meter
  readonly Frame = Frame
  readonly SafeString = MacroText
  /** What a filter without arguments is called with. */
  readonly #plainCall: FilterCall
  readonly #template: (name: string) => TemplateCode | undefined

  constructor(parts: {
    meter: Meter
    format: PluginManifest['format']
    template: (name: string) => TemplateCode | undefined
  }) {
    this.meter = parts.meter
    this.#plainCall = { given: [], named: {}, format: parts.format, meter: parts.meter }
    this.#template = parts.template
  }

  /** Renders a template by its name. Takes the variables (without prototype) over. Throws TemplateFailure. */
  render(name: string, variables: Record<string, unknown>): string {
    const frame = new Frame()
    frame.topLevel = true
    return this.#run(name, new Context(variables), frame)
  }

  #run(name: string, context: Context, frame: Frame): string {
    const code = this.#template(name)
    if (code === undefined) throw new Error(`there is no template ${name}`)
    context.addBlocks(code.blocks)
    return this.#call(code.root, context, frame)
  }

  #call(run: RenderFunction, context: Context, frame: Frame): string {
    this.meter.step()
    this.meter.enter()
    let text = ''
    let failed: unknown
    run(undefined, context, frame, this, (error, result = '') => {
      if (error !== null && error !== undefined) failed ??= error
      text = result
    })
    if (failed !== undefined) throw failed
    this.meter.leave()
    return text
  }

  include(context: Context, frame: Frame, name: unknown, ignoreMissing: boolean): string {
    if (ignoreMissing && this.#template(textOf(name)) === undefined) return ''
    const inner = frame.push()
    inner.topLevel = true
    return this.#run(textOf(name), context.copy(), inner)
  }

  parent(context: Context, name: unknown): { rootRenderFunc: RenderFunction } {
    this.meter.step()
    this.meter.enter()
    const code = this.#template(textOf(name))
    if (code === undefined) throw new Error(`there is no template ${textOf(name)}`)
    context.addBlocks(code.blocks)
    return { rootRenderFunc: code.root }
  }

  block(context: Context, frame: Frame, name: string): string {
    const block = context.blocks.get(name)?.[0]
    return block === undefined ? '' : this.#call(block, context, frame)
  }

  superBlock(context: Context, frame: Frame, name: string, from: RenderFunction): string {
    const blocks = context.blocks.get(name) ?? []
    const above = blocks[blocks.indexOf(from) + 1]
    if (above === undefined) throw new Error(`there is no block ${name} above this one`)
    return this.#call(above, context, frame)
  }

  failure(error: unknown, template: string, line: number): TemplateFailure {
    return error instanceof TemplateFailure ? error : new TemplateFailure(template, line, error)
  }

  lookup(context: Context, frame: Frame, name: string): unknown {
    const value = frame.lookup(name) ?? context.lookup(name)
    return value === undefined && name === 'range' ? (...bounds: unknown[]) => this.#range(bounds) : value
  }

  #range(bounds: readonly unknown[]): number[] {
    const [first = 0, second, third = 1] = bounds.map(Number)
    const [start, stop] = second === undefined ? [0, first] : [first, second]
    const count = third === 0 ? Number.NaN : Math.max(0, Math.ceil((stop - start) / third))
    if (!Number.isFinite(count)) throw new RangeError('range() has no end')
    this.meter.allowRange(count)
    const numbers: number[] = []
    for (let index = 0; index < count; index++) numbers.push(start + index * third)
    return numbers
  }

  text(value: unknown): string {
    const text = value instanceof MacroText ? value.val : textOf(value)
    this.meter.wrote(text.length)
    return text
  }

  filter(name: string, given: unknown[]): unknown {
    const filter = filters[name]
    if (given.length === 1) return filter?.(plain(given[0]), this.#plainCall)
    const { positions, named } = argumentsFrom(given)
    const [value, ...rest] = positions
    return filter?.(value, { ...this.#plainCall, given: rest, named })
  }

  test(name: string, value: unknown, given: unknown[]): boolean {
    return conditions[name]?.(plain(value), given) ?? false
  }

  call(target: unknown, given: unknown[]): unknown {
    if (typeof target !== 'function') throw new TypeError('this is no function or method')
    return plain(target(...given))
  }

  makeMacro(names: readonly string[], keywordNames: readonly string[], body: (...given: unknown[]) => unknown) {
    const macro = nunjucks.makeMacro(names, keywordNames, body)
    return (...given: unknown[]) => {
      this.meter.step()
      this.meter.enter()
      const result = macro(...given)
      this.meter.leave()
      return result
    }
  }

  makeKeywordArgs(values: object): object {
    return nunjucks.makeKeywordArgs(values)
  }

  loop(items: readonly unknown[], index: number, outer: unknown) {
    return new LoopState(items, index, outer)
  }

  unpack(value: unknown, count: number): readonly unknown[] {
    const items = itemsOf(value)
    if (items.length !== count) throw new TypeError(`${items.length} values cannot be unpacked to ${count} names`)
    return items
  }

  compare(operators: readonly string[], operands: readonly unknown[]): boolean {
    return operators.every((operator, index) => holds(operator, operands[index], operands[index + 1]))
  }

  calculate(operator: string, left: unknown, right: unknown): unknown {
    return calculate(operator, plain(left), plain(right), this.meter)
  }

  number(value: unknown): number {
    return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : Number.NaN
  }

  or(left: unknown, right: () => unknown): unknown {
    return isTrue(left) ? left : right()
  }

  and(left: unknown, right: () => unknown): unknown {
    return isTrue(left) ? right() : left
  }

  member(object: unknown, name: unknown): unknown {
    return memberOf(object, name, this.meter)
  }

  isTrue = isTrue
  itemsOf = itemsOf
  contains = contains
}

/** What a macro returns: nunjucks' code makes it with `new`. */
class MacroText {
  readonly val: string

  constructor(val: string) {
    this.val = val
  }
}

function plain(value: unknown): unknown {
  return value instanceof MacroText ? value.val : value
}

function holds(operator: string, left: unknown, right: unknown): boolean {
  switch (operator) {
    case '==':
    case '===':
      return areEqual(left, right)
    case '!=':
    case '!==':
      return !areEqual(left, right)
    case '<':
      return compareValues(left, right) < 0
    case '>':
      return compareValues(left, right) > 0
    case '<=':
      return compareValues(left, right) <= 0
    default:
      return compareValues(left, right) >= 0
  }
}

/** nunjucks hands keyword arguments over as a marked object at the end. */
function argumentsFrom(given: unknown[]): { positions: unknown[]; named: Readonly<Record<string, unknown>> } {
  const last = given.at(-1)
  if (typeof last === 'object' && last !== null && Object.hasOwn(last, '__keywords')) {
    return { positions: given.slice(0, -1).map(plain), named: last as Record<string, unknown> }
  }
  return { positions: given.map(plain), named: {} }
}
