import type { PluginManifest } from '@strowger/schema'
import { BlockReference, NamedMembers } from './code/block-reference.ts'
import { Macro } from './code/macro.ts'
import type { TemplateCode } from './code/template-compiler.ts'
import { type BlockFunction, type LocalName, TemplateContext, type Variables } from './code/template-context.ts'
import type { Meter } from './meter.ts'
import type { Work } from './values/callable.ts'
import { LoopState } from './values/loop-state.ts'
import { textOf } from './values/python-text.ts'

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

/** What the code of templates runs on: one for each rendering, since it counts. Names are those the compiler writes. */
export class TemplateRuntime implements Work {
  readonly meter: Meter
  readonly format: PluginManifest['format']
  readonly mayChange: boolean
  readonly #template: (name: string) => TemplateCode | undefined
  readonly #globals: Variables

  /**
   * @param parts.template finds a template by its name
   * @param parts.globals what imported templates see, which do not see the variables
   */
  constructor(parts: {
    meter: Meter
    format: PluginManifest['format']
    mayChange: boolean
    template: (name: string) => TemplateCode | undefined
    globals: Variables
  }) {
    this.meter = parts.meter
    this.format = parts.format
    this.mayChange = parts.mayChange
    this.#template = parts.template
    this.#globals = parts.globals
  }

  /** Renders a template by its name. Throws TemplateFailure. */
  render(name: string, variables: Variables): string {
    return this.#run(this.#found(name), new TemplateContext(variables))
  }

  /** Renders a template for what it sets at its top level. */
  assigned(name: string, variables: Variables): Map<string, unknown> {
    const context = new TemplateContext(variables)
    this.#run(this.#found(name), context)
    return context.exports()
  }

  #found(name: string): TemplateCode {
    const code = this.#template(name)
    if (code === undefined) throw new Error(`there is no template ${name}`)
    return code
  }

  #run(code: TemplateCode, context: TemplateContext): string {
    context.addBlocks(code.blocks)
    return this.#call(code.root, context)
  }

  #call(run: BlockFunction, context: TemplateContext): string {
    this.meter.enter()
    const text = run(context, this)
    this.meter.leave()
    return text
  }

  /** One template, or the first that there is of several. */
  #chosen(name: unknown): TemplateCode | undefined {
    const names = Array.isArray(name) ? name : [name]
    for (const each of names) {
      const code = this.#template(textOf(each, this.meter))
      if (code !== undefined) return code
    }
    return undefined
  }

  #chosenOrNone(name: unknown): TemplateCode {
    const code = this.#chosen(name)
    if (code === undefined) throw new Error(`there is no template ${textOf(name, this.meter)}`)
    return code
  }

  include(
    name: unknown,
    ignoreMissing: boolean,
    context: TemplateContext | undefined,
    names: readonly LocalName[] | undefined,
  ): string {
    const code = ignoreMissing ? this.#chosen(name) : this.#chosenOrNone(name)
    return code === undefined ? '' : this.#run(code, new TemplateContext(context ?? this.#globals, names))
  }

  importModule(
    name: unknown,
    context: TemplateContext | undefined,
    names: readonly LocalName[] | undefined,
  ): NamedMembers {
    const code = this.#chosenOrNone(name)
    const inner = new TemplateContext(context ?? this.#globals, names)
    this.#run(code, inner)
    const exported = inner.exports()
    return new NamedMembers(`template ${code.name}`, (member) => exported.get(member))
  }

  extend(context: TemplateContext, name: unknown, already: TemplateCode | undefined): TemplateCode {
    if (already !== undefined) throw new Error('a template has one parent')
    const code = this.#chosenOrNone(name)
    context.addBlocks(code.blocks)
    return code
  }

  /** The text of a parent behind what stood before `extends`. */
  parentText(parent: TemplateCode, context: TemplateContext, before: string): string {
    return this.meter.joined(before + this.#call(parent.root, context))
  }

  block(context: TemplateContext, name: string, names: readonly LocalName[] | undefined, isRequired: boolean): string {
    const blocks = context.blocks.get(name) ?? []
    if (isRequired && blocks.length < 2) throw new Error(`the block ${name} is required`)
    const [block] = blocks
    return block === undefined ? '' : this.#call(block, names === undefined ? context : context.derived(names))
  }

  superOf(context: TemplateContext, name: string, from: BlockFunction): BlockReference {
    const blocks = context.blocks.get(name) ?? []
    return this.#reference(context, name, blocks, blocks.indexOf(from) + 1)
  }

  #reference(context: TemplateContext, name: string, blocks: readonly BlockFunction[], place: number): BlockReference {
    const block = blocks[place]
    return new BlockReference(name, block && (() => this.#call(block, context)), () =>
      this.#reference(context, name, blocks, place + 1),
    )
  }

  self(context: TemplateContext): NamedMembers {
    return new NamedMembers('self', (name) => {
      const blocks = context.blocks.get(name)
      return blocks && this.#reference(context, name, blocks, 0)
    })
  }

  macro(
    name: string,
    parameters: readonly string[],
    defaults: number,
    takesCaller: boolean,
    takesNames: boolean,
    takesMore: boolean,
    callerPlace: number,
    body: (values: unknown[]) => unknown,
  ): Macro {
    return new Macro({ name, parameters, defaults, takesCaller, takesNames, takesMore, callerPlace }, body, this.meter)
  }

  loop(items: readonly unknown[], depth: number, again?: (items: unknown, depth: number) => unknown): LoopState {
    return new LoopState(items, depth, again)
  }

  failure(error: unknown, template: string, line: number): TemplateFailure {
    return error instanceof TemplateFailure ? error : new TemplateFailure(template, line, error)
  }
}
