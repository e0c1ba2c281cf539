/** What is used of nunjucks 3.2.4 below its public interface: its parser, its tree and its code generator. */

declare module 'nunjucks/src/nodes.js' {
  export class Node {
    readonly typename: string
    readonly lineno: number
    readonly colno: number
    readonly fields: readonly string[]
    findAll<T extends Node>(type: abstract new (...given: never[]) => T): T[]
    iterFields(visit: (value: unknown, name: string) => void): void
  }
  export class Value extends Node {
    value: unknown
  }
  export class NodeList extends Node {
    children: Node[]
  }
  class SymbolNode extends Value {}
  export class Literal extends Value {}
  export class TemplateData extends Value {}
  class ArrayNode extends NodeList {}

  export { ArrayNode as Array, SymbolNode as Symbol }
  export class Pair extends Node {
    key: Node
    value: Node
  }
  export class InlineIf extends Node {
    body: Node
    cond: Node
    else_: Node | null
  }
  export class For extends Node {
    arr: Node
    name: Node
    body: Node
    else_: Node | null
  }
  export class Filter extends Node {
    name: Value
    args: NodeList
  }
}

declare module 'nunjucks/src/parser.js' {
  import type { Node } from 'nunjucks/src/nodes.js'

  const parser: { parse(source: string, extensions: readonly [], options: object): Node }
  export default parser
}

declare module 'nunjucks/src/transformer.js' {
  import type { Node } from 'nunjucks/src/nodes.js'

  const transformer: { transform(tree: Node, asyncFilters: readonly string[]): Node }
  export default transformer
}

declare module 'nunjucks/src/compiler.js' {
  import type { Node } from 'nunjucks/src/nodes.js'

  export interface CompileFrame {
    set(name: string, value: string | null): void
    lookup(name: string): string | null | undefined
    push(): CompileFrame
  }
  class Compiler {
    init(templateName: string, throwOnUndefined: boolean): void
    buffer: string
    inBlock: boolean
    compile(node: Node, frame?: CompileFrame): void
    getCode(): string
    fail(message: string, lineno?: number, colno?: number): never
    _emit(code: string): void
    _emitLine(code: string): void
    _tmpid(): string
    _templateName(): string
    _closeScopeLevels(): void
    _withScopedSyntax(work: () => void): void
    compileCapture(node: Node, frame: CompileFrame): void
    compileCaller(node: Node, frame: CompileFrame): void
    _compileAggregate(node: Node, frame: CompileFrame, start?: string, end?: string): void
  }
  const compiler: { Compiler: new (templateName: string, throwOnUndefined: boolean) => Compiler }

  export type { Compiler }
  export default compiler
}

declare module 'nunjucks/src/runtime.js' {
  const runtime: {
    makeMacro(
      names: readonly string[],
      keywordNames: readonly string[],
      body: (...given: unknown[]) => unknown,
    ): (...given: unknown[]) => unknown
    makeKeywordArgs(values: object): object
  }
  export default runtime
}
