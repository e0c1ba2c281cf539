import * as nodes from 'nunjucks/src/nodes.js'
import { ExpressionParser } from './expression-parser.ts'
import {
  AutoEscape,
  CallBlock,
  Definition,
  FilterBlock,
  IncludeFile,
  Loop,
  NamedBlock,
  NamespaceTarget,
  SetText,
  Tuple,
  With,
} from './jinja-nodes.ts'
import { tokensOf } from './lexer.ts'
import { shown, TokenStream } from './token-stream.ts'

type Node = nodes.Node

/** A person's template is far below; reading and compiling takes time with the length. */
const maxTemplateLength = 512 * 1024

/** Reads a template in the language of Jinja2 3.1 into nunjucks' nodes. Throws TemplateSyntaxError. */
export function parseTemplate(source: string): nodes.Root {
  const stream = new TokenStream(source.length > maxTemplateLength ? [] : tokensOf(source))
  if (source.length > maxTemplateLength) stream.fail(`the template is longer than ${maxTemplateLength} characters`)
  const parser = new Parser(stream)
  return new nodes.Root(1, 0, parser.body([]).children)
}

class Parser extends ExpressionParser {
  readonly #blockNames = new Set<string>()
  /** Tags that are open, for an error that says what is missing. */
  readonly #open: { name: string; line: number }[] = []

  /** Text and tags up to one of the names, which is left for the caller. */
  body(ends: readonly string[]): nodes.NodeList {
    const { stream } = this
    const { line } = stream
    const children: Node[] = []
    for (;;) {
      const token = stream.current
      if (token.type === 'eof') {
        if (ends.length > 0) this.#failOpen()
        return new nodes.NodeList(line, 0, children)
      }
      stream.next()
      if (token.type === 'data') {
        children.push(new nodes.Output(token.line, 0, [new nodes.TemplateData(token.line, 0, token.value)]))
      } else if (token.value === '{{') {
        children.push(new nodes.Output(token.line, 0, [this.tuple()]))
        stream.expect('end')
      } else {
        if (stream.isName(...ends)) return new nodes.NodeList(line, 0, children)
        children.push(stream.nested(() => this.#statement()))
        stream.expect('end')
      }
    }
  }

  #failOpen(): never {
    const open = this.#open.at(-1)
    return this.stream.fail(`the end of ${open?.name ?? 'a tag'} of line ${open?.line ?? 1} is missing`)
  }

  #statement(): Node {
    const token = this.stream.current
    if (token.type !== 'name') return this.stream.fail(`the name of a tag is expected, not ${shown(token)}`)
    this.stream.next()
    this.#open.push({ name: token.value, line: token.line })
    const read = Object.hasOwn(this.#statements, token.value) ? this.#statements[token.value] : undefined
    if (read === undefined) return this.stream.fail(`there is no tag ${token.value}`, token.line)
    const node = read(token.line)
    this.#open.pop()
    return node
  }

  readonly #statements: Readonly<Record<string, (line: number) => Node>> = {
    for: (line) => this.#for(line),
    if: (line) => this.#if(line),
    set: (line) => this.#set(line),
    with: (line) => this.#with(line),
    block: (line) => this.#block(line),
    extends: (line) => new nodes.Extends(line, 0, this.expression()),
    include: (line) => this.#include(line),
    import: (line) => this.#import(line),
    from: (line) => this.#fromImport(line),
    macro: (line) => this.#macro(line),
    call: (line) => this.#call(line),
    filter: (line) => {
      const filter = this.filter(null, true)
      return new FilterBlock(line, 0, filter, this.#bodyTo('endfilter'))
    },
    print: (line) => this.#print(line),
    autoescape: (line) => this.#autoEscape(line),
  }

  /** The inside of a tag that has an end of its own. */
  #bodyTo(end: string): nodes.NodeList {
    this.stream.expect('end')
    const body = this.body([end])
    this.stream.next()
    return body
  }

  #for(line: number): Node {
    const { stream } = this
    const target = this.#target({ ends: ['in'] })
    stream.expect('name', 'in')
    const items = this.tuple({ withChoice: false, ends: ['recursive'] })
    const filter = stream.skip('name', 'if') ? this.expression() : null
    const recursive = stream.skip('name', 'recursive')
    stream.expect('end')
    const body = this.body(['endfor', 'else'])
    const otherwise = stream.next().value === 'else' ? this.#bodyTo('endfor') : null
    return new Loop(line, 0, items, target, body, otherwise, filter, recursive)
  }

  #if(first: number): Node {
    const { stream } = this
    const branches: { line: number; condition: Node; body: Node }[] = []
    let line = first
    let end: string
    do {
      const condition = this.tuple({ withChoice: false })
      stream.expect('end')
      stream.chain(branches.length)
      branches.push({ line, condition, body: this.body(['elif', 'else', 'endif']) })
      line = stream.line
      end = stream.next().value
    } while (end === 'elif')
    const otherwise: Node | null = end === 'else' ? this.#bodyTo('endif') : null
    const nested = branches.reduceRight((rest, branch) => {
      return new nodes.If(branch.line, 0, branch.condition, branch.body, rest)
    }, otherwise)
    return nested ?? stream.fail('an if has a condition')
  }

  #set(line: number): Node {
    const { stream } = this
    const target = this.#target({ withNamespace: true })
    if (stream.skip('operator', '=')) return new nodes.Set(line, 0, target, this.tuple())
    const filter = stream.is('operator', '|') ? this.filter(null) : null
    return new SetText(line, 0, target, filter, this.#bodyTo('endset'))
  }

  /** A name, or several: `a`, `a, b`, `a, (b, c)`; `ns.a` where that is allowed. */
  #target({ ends = [] as readonly string[], withNamespace = false } = {}): Node {
    const { stream } = this
    if (withNamespace && stream.look().type === 'operator' && stream.look().value === '.') {
      const name = stream.expect('name')
      stream.next()
      const symbol = new nodes.Symbol(name.line, 0, name.value)
      return new NamespaceTarget(name.line, 0, symbol, stream.expect('name').value)
    }
    const { line } = stream
    const items: Node[] = []
    let isTuple = false
    for (;;) {
      items.push(this.#targetItem())
      if (!stream.skip('operator', ',')) break
      isTuple = true
      if (stream.isName(...ends) || stream.is('operator', '=') || stream.is('operator', ')')) break
    }
    const [first] = items
    return isTuple || !first ? new Tuple(line, 0, items) : first
  }

  #targetItem(): Node {
    const { stream } = this
    if (stream.skip('operator', '(')) {
      const inner = stream.nested(() => this.#target())
      stream.expect('operator', ')')
      return inner
    }
    return this.#name()
  }

  /** A name that gets a value. */
  #name(): nodes.Symbol {
    const { value, line } = this.stream.expect('name')
    if (/^(?:true|false|none|True|False|None)$/.test(value)) this.stream.fail(`${value} cannot be assigned to`, line)
    return new nodes.Symbol(line, 0, value)
  }

  #with(line: number): Node {
    const { stream } = this
    const targets: Node[] = []
    const values: Node[] = []
    while (!stream.is('end')) {
      if (targets.length > 0) stream.expect('operator', ',')
      targets.push(this.#target())
      stream.expect('operator', '=')
      values.push(this.expression())
    }
    const list = (items: Node[]) => new nodes.NodeList(line, 0, items)
    return new With(line, 0, list(targets), list(values), this.#bodyTo('endwith'))
  }

  #block(line: number): Node {
    const { stream } = this
    const { value } = stream.expect('name')
    if (this.#blockNames.has(value)) stream.fail(`the block ${value} is defined twice`, line)
    this.#blockNames.add(value)
    const scoped = stream.skip('name', 'scoped')
    const required = stream.skip('name', 'required')
    if (stream.is('operator', '-')) stream.fail('the name of a block has no hyphen')
    const body = this.#bodyTo('endblock')
    if (required && body.children.some((child) => !isBlankOutput(child))) {
      stream.fail('a required block is empty', line)
    }
    stream.skip('name', value)
    return new NamedBlock(line, 0, new nodes.Symbol(line, 0, value), body, scoped, required)
  }

  #include(line: number): Node {
    const { stream } = this
    const template = this.expression()
    const ignoreMissing = stream.isName('ignore') && stream.look().type === 'name' && stream.look().value === 'missing'
    if (ignoreMissing) {
      stream.next()
      stream.next()
    }
    return new IncludeFile(line, 0, template, ignoreMissing, this.#withContext(true))
  }

  #withContext(otherwise: boolean): boolean {
    const { stream } = this
    const follows = stream.look().type === 'name' && stream.look().value === 'context'
    if (!stream.isName('with', 'without') || !follows) return otherwise
    const isWith = stream.next().value === 'with'
    stream.next()
    return isWith
  }

  #import(line: number): Node {
    const template = this.expression()
    this.stream.expect('name', 'as')
    const name = this.#name()
    return new nodes.Import(line, 0, template, name, this.#withContext(false))
  }

  #fromImport(line: number): Node {
    const { stream } = this
    const template = this.expression()
    stream.expect('name', 'import')
    const names: Node[] = []
    let withContext = false
    for (;;) {
      if (names.length > 0 && !stream.is('end') && !stream.isName('with', 'without')) stream.expect('operator', ',')
      const isContext = stream.isName('with', 'without') && stream.look().value === 'context'
      if (isContext) withContext = this.#withContext(false)
      if (isContext || stream.is('end')) break
      const name = stream.expect('name')
      if (name.value.startsWith('_')) stream.fail('names with a leading underscore cannot be imported', name.line)
      const alias = stream.skip('name', 'as') ? this.#name().value : name.value
      const symbol = (value: string) => new nodes.Symbol(name.line, 0, value)
      names.push(new nodes.Pair(name.line, 0, symbol(name.value), symbol(alias)))
    }
    if (names.length === 0) stream.fail('the names to import are missing')
    return new nodes.FromImport(line, 0, template, new nodes.NodeList(line, 0, names), withContext)
  }

  #macro(line: number): Node {
    const name = this.#name()
    const { parameters, defaults } = this.#signature()
    return new Definition(line, 0, name, parameters, defaults, this.#bodyTo('endmacro'))
  }

  #signature(): { parameters: nodes.NodeList; defaults: nodes.NodeList } {
    const { stream } = this
    const { line } = stream.expect('operator', '(')
    const parameters: Node[] = []
    const defaults: Node[] = []
    while (!stream.is('operator', ')')) {
      if (parameters.length > 0) stream.expect('operator', ',')
      parameters.push(this.#name())
      if (stream.skip('operator', '=')) defaults.push(this.expression())
      else if (defaults.length > 0) stream.fail('a parameter without default follows one with a default')
    }
    stream.expect('operator', ')')
    return { parameters: new nodes.NodeList(line, 0, parameters), defaults: new nodes.NodeList(line, 0, defaults) }
  }

  #call(line: number): Node {
    const { stream } = this
    const none = new nodes.NodeList(line, 0, [])
    const { parameters, defaults } = stream.is('operator', '(')
      ? this.#signature()
      : { parameters: none, defaults: none }
    const call = this.expression()
    if (!(call instanceof nodes.FunCall)) stream.fail('call stands before the call of a macro', line)
    const body = this.#bodyTo('endcall')
    const caller = new Definition(line, 0, new nodes.Symbol(line, 0, 'caller'), parameters, defaults, body)
    return new CallBlock(line, 0, call, caller)
  }

  #print(line: number): Node {
    const values: Node[] = []
    while (!this.stream.is('end')) {
      if (values.length > 0) this.stream.expect('operator', ',')
      values.push(this.expression())
    }
    return new nodes.Output(line, 0, values)
  }

  #autoEscape(line: number): Node {
    const value = this.expression()
    if (!(value instanceof nodes.Literal) || typeof value.value !== 'boolean') {
      this.stream.fail('autoescape takes true or false', line)
    }
    return new AutoEscape(line, 0, value.value, this.#bodyTo('endautoescape'))
  }
}

function isBlankOutput(node: Node): boolean {
  return (
    node instanceof nodes.Output &&
    node.children.every((child) => child instanceof nodes.TemplateData && child.value.trim() === '')
  )
}
