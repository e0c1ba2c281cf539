import * as nodes from 'nunjucks/src/nodes.js'

/** What Jinja2 has and nunjucks has no node for, as nodes of nunjucks. */

export class Tuple extends nodes.Array {
  override get typename() {
    return 'Tuple'
  }
}

/** `a ~ b ~ c`. */
export class Joined extends nodes.NodeList {
  override get typename() {
    return 'Joined'
  }
}

/** `[start:stop:step]` behind a value. */
export class Slice extends nodes.Node {
  declare target: nodes.Node
  declare start: nodes.Node | null
  declare stop: nodes.Node | null
  declare step: nodes.Node | null
  override get typename() {
    return 'Slice'
  }
  override get fields() {
    return ['target', 'start', 'stop', 'step']
  }
}

/** `(1, x, name=2, *more, **names)`. */
export class Arguments extends nodes.Node {
  declare positions: nodes.NodeList
  declare named: nodes.Dict
  declare more: nodes.Node | null
  declare names: nodes.Node | null
  override get typename() {
    return 'Arguments'
  }
  override get fields() {
    return ['positions', 'named', 'more', 'names']
  }
}

/** `x is name(…)`, the test's name being text. */
export class Test extends nodes.Node {
  declare target: nodes.Node
  declare name: string
  declare args: Arguments
  override get typename() {
    return 'Test'
  }
  override get fields() {
    return ['target', 'name', 'args']
  }
}

/** `x|name(…)`; without target for the text of a block. */
export class Filtered extends nodes.Node {
  declare target: nodes.Node | null
  declare name: string
  declare args: Arguments
  override get typename() {
    return 'Filtered'
  }
  override get fields() {
    return ['target', 'name', 'args']
  }
}

/** `{% for … if … recursive %}`. */
export class Loop extends nodes.For {
  declare filter: nodes.Node | null
  declare recursive: boolean
  override get typename() {
    return 'Loop'
  }
  override get fields() {
    return ['arr', 'name', 'body', 'else_', 'filter', 'recursive']
  }
}

/** `ns.name`, where a value is assigned. */
export class NamespaceTarget extends nodes.Node {
  declare name: nodes.Symbol
  declare attribute: string
  override get typename() {
    return 'NamespaceTarget'
  }
  override get fields() {
    return ['name', 'attribute']
  }
}

/** `{% set x %}…{% endset %}`. */
export class SetText extends nodes.Node {
  declare target: nodes.Node
  declare filter: Filtered | null
  declare body: nodes.NodeList
  override get typename() {
    return 'SetText'
  }
  override get fields() {
    return ['target', 'filter', 'body']
  }
}

export class With extends nodes.Node {
  declare targets: nodes.NodeList
  declare values: nodes.NodeList
  declare body: nodes.NodeList
  override get typename() {
    return 'With'
  }
  override get fields() {
    return ['targets', 'values', 'body']
  }
}

export class AutoEscape extends nodes.Node {
  declare on: boolean
  declare body: nodes.NodeList
  override get typename() {
    return 'AutoEscape'
  }
  override get fields() {
    return ['on', 'body']
  }
}

export class FilterBlock extends nodes.Node {
  declare filter: Filtered
  declare body: nodes.NodeList
  override get typename() {
    return 'FilterBlock'
  }
  override get fields() {
    return ['filter', 'body']
  }
}

/** Parameters of a macro, and the values of the last ones. */
export class Definition extends nodes.Macro {
  declare name: nodes.Symbol
  declare args: nodes.NodeList
  declare defaults: nodes.NodeList
  declare body: nodes.NodeList
  override get typename() {
    return 'Definition'
  }
  override get fields() {
    return ['name', 'args', 'defaults', 'body']
  }
}

/** `{% call(x) m() %}…{% endcall %}`. */
export class CallBlock extends nodes.Node {
  declare call: nodes.FunCall
  declare caller: Definition
  override get typename() {
    return 'CallBlock'
  }
  override get fields() {
    return ['call', 'caller']
  }
}

export class NamedBlock extends nodes.Block {
  declare scoped: boolean
  declare required: boolean
  override get typename() {
    return 'NamedBlock'
  }
  override get fields() {
    return ['name', 'body', 'scoped', 'required']
  }
}

export class IncludeFile extends nodes.Include {
  declare withContext: boolean
  override get typename() {
    return 'IncludeFile'
  }
  override get fields() {
    return ['template', 'ignoreMissing', 'withContext']
  }
}

/** The nodes in a node, in the order of its fields. */
export function childrenOf(node: nodes.Node): nodes.Node[] {
  const children: nodes.Node[] = []
  node.iterFields((value) => {
    if (value instanceof nodes.Node) children.push(value)
    else if (Array.isArray(value)) for (const item of value) if (item instanceof nodes.Node) children.push(item)
  })
  return children
}

export function contains(node: nodes.Node, holds: (node: nodes.Node) => boolean): boolean {
  return holds(node) || childrenOf(node).some((child) => contains(child, holds))
}
