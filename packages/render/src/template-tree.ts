import * as nodes from 'nunjucks/src/nodes.js'
import parser from 'nunjucks/src/parser.js'
import transformer from 'nunjucks/src/transformer.js'
import { conditions, filters } from './filters.ts'

/** A template that cannot be compiled, and the line. */
export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError'
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/** What a template may consist of. */
const known = new Set([
  'Root',
  'NodeList',
  'Output',
  'TemplateData',
  'Literal',
  'Symbol',
  'Group',
  'Array',
  'Pair',
  'Dict',
  'LookupVal',
  'If',
  'InlineIf',
  'For',
  'Macro',
  'Caller',
  'Block',
  'Super',
  'Extends',
  'Include',
  'Set',
  'Capture',
  'Filter',
  'FunCall',
  'KeywordArgs',
  'In',
  'Is',
  'Or',
  'And',
  'Not',
  'Add',
  'Concat',
  'Sub',
  'Mul',
  'Div',
  'FloorDiv',
  'Mod',
  'Pow',
  'Neg',
  'Pos',
  'Compare',
  'CompareOperand',
  'TemplateRef',
])

/**
 * Reads a template. nunjucks writes names into the code it generates as they are, so every name is checked here: no
 * template can write code of its own. Throws TemplateSyntaxError.
 */
export function parseTemplate(source: string): nodes.Node {
  // Jinja2 reads every line break as a line feed and takes one away at the very end.
  const text = source.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replace(/\n$/, '')
  const tree = parsed(text)
  check(tree)
  return transformer.transform(tree, [])
}

function parsed(text: string): nodes.Node {
  try {
    return parser.parse(text, [], {})
  } catch (error) {
    const { message, lineno } = error as Error & { lineno?: number }
    throw new TemplateSyntaxError(message.replace(/^\s*\(unknown path\)\s*(?:\[[^\]]*\]\s*)?/, ''), lineno ?? 1)
  }
}

function check(node: nodes.Node): void {
  const refuse = (problem: string): never => {
    throw new TemplateSyntaxError(problem, node.lineno + 1)
  }
  if (!known.has(node.typename)) refuse(`${node.typename} is not supported here`)
  if (node instanceof nodes.Filter) {
    const name = String(node.name.value)
    if (!Object.hasOwn(filters, name)) refuse(`there is no filter ${name}`)
  } else if (node.typename === 'Is') {
    const name = testName(node)
    if (!Object.hasOwn(conditions, name)) refuse(`there is no test ${name}`)
  } else if (node instanceof nodes.Symbol) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(String(node.value))) refuse('a name may hold letters, digits and _ only')
  } else if (node instanceof nodes.Literal && typeof node.value === 'object' && node.value !== null) {
    refuse('regular expressions are not supported')
  }
  for (const child of childrenOf(node)) check(child)
}

/** The word behind `is`: `defined`, `none`, `divisibleby(3)`. */
export function testName(node: nodes.Node): string {
  const { right } = node as nodes.Node & { right: nodes.Value & { name?: nodes.Value } }
  const value = right.name?.value ?? right.value
  return value === null ? 'none' : String(value)
}

export function childrenOf(node: nodes.Node): nodes.Node[] {
  const children: nodes.Node[] = []
  node.iterFields((value) => {
    if (value instanceof nodes.Node) children.push(value)
    else if (Array.isArray(value)) for (const item of value) if (item instanceof nodes.Node) children.push(item)
  })
  return children
}
