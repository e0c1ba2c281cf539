/** What is used of nunjucks 3.2.4 below its public interface: its tree and its code generator. */

declare module 'nunjucks/src/nodes.js' {
  /** Fields are given in the order in which the class lists them. Our parser counts lines from 1. */
  export class Node {
    constructor(lineno: number, colno: number, ...fields: readonly unknown[])
    get typename(): string
    get fields(): readonly string[]
    readonly lineno: number
    readonly colno: number
    iterFields(visit: (value: unknown, name: string) => void): void
  }
  export class Value extends Node {
    value: unknown
  }
  export class NodeList extends Node {
    children: Node[]
  }
  class SymbolNode extends Value {
    value: string
  }
  class ArrayNode extends NodeList {}

  export { ArrayNode as Array, SymbolNode as Symbol }
  export class Root extends NodeList {}
  export class Output extends NodeList {}
  export class Dict extends NodeList {
    children: Pair[]
  }
  export class Literal extends Value {}
  export class TemplateData extends Literal {
    value: string
  }
  export class Pair extends Node {
    key: Node
    value: Node
  }
  export class LookupVal extends Node {
    target: Node
    val: Node
  }
  export class If extends Node {
    cond: Node
    body: Node
    else_: Node | null
  }
  export class InlineIf extends Node {
    cond: Node
    body: Node
    else_: Node | null
  }
  export class For extends Node {
    arr: Node
    name: Node
    body: Node
    else_: Node | null
  }
  export class Macro extends Node {
    name: Node
    args: Node
    body: Node
  }
  export class Caller extends Macro {}
  export class Import extends Node {
    template: Node
    target: SymbolNode
    withContext: boolean
  }
  export class FromImport extends Node {
    template: Node
    names: NodeList
    withContext: boolean
  }
  export class FunCall extends Node {
    name: Node
    args: Node
  }
  export class Filter extends FunCall {}
  export class Block extends Node {
    name: SymbolNode
    body: Node
  }
  export class Extends extends Node {
    template: Node
  }
  export class Include extends Node {
    template: Node
    ignoreMissing: boolean
  }
  class SetNode extends Node {
    targets: Node
    value: Node
  }

  export { SetNode as Set }
  export class BinOp extends Node {
    left: Node
    right: Node
  }
  export class Is extends BinOp {}
  export class Or extends BinOp {}
  export class And extends BinOp {}
  export class Add extends BinOp {}
  export class Sub extends BinOp {}
  export class Mul extends BinOp {}
  export class Div extends BinOp {}
  export class FloorDiv extends BinOp {}
  export class Mod extends BinOp {}
  export class Pow extends BinOp {}
  export class UnaryOp extends Node {
    target: Node
  }
  export class Not extends UnaryOp {}
  export class Neg extends UnaryOp {}
  export class Pos extends UnaryOp {}
  export class Compare extends Node {
    expr: Node
    ops: CompareOperand[]
  }
  export class CompareOperand extends Node {
    expr: Node
    type: string
  }
}

declare module 'nunjucks/src/compiler.js' {
  import type { Node } from 'nunjucks/src/nodes.js'

  /** Calls the method `compile<name of the node's class>` for each node; what methods emit is the code. */
  class Compiler {
    codebuf: string[]
    constructor(templateName: string, throwOnUndefined: boolean)
    compile(node: Node, frame: unknown): void
    getCode(): string
    _emit(code: string): void
    _emitLine(code: string): void
    _tmpid(): string
  }
  const compiler: { Compiler: typeof Compiler }
  export default compiler
}
