import type { PluginManifest } from '@strowger/schema'
import { SaxesParser } from 'saxes'

/** A phone's file as the phone reads it. */
export interface VendorFile {
  /**
   * Values under a name, in their order. Line formats: the key, in INI behind its section, `section/key`. JSON: the path,
   * `a/0/b`. XML: a path of elements, `a/b[idx=1]/c` with a condition on an attribute, `@name` at its end for an
   * attribute; after `//` from anywhere.
   */
  values(name: string): string[]
  /** All names there are, each as often as it stands there: what a value could have brought in shows here. */
  readonly names: readonly string[]
}

/** Throws when the text is not of its format; of lines it says which. */
export function readVendorFile(text: string, format: PluginManifest['format']): VendorFile {
  switch (format) {
    case 'key-value':
      return readLines(text, /^#/)
    case 'ini':
      return readLines(text, /^[#;]/, /^\[([^\]]+)\]$/)
    case 'json':
      return fromPairs(pairsOf(JSON.parse(text), ''))
    case 'xml':
      return readMarkup(text)
  }
}

/** `key = value` or `key: value`, in INI below `[section]`. */
function readLines(text: string, remark: RegExp, section?: RegExp): VendorFile {
  const pairs: [string, string][] = []
  let prefix = ''
  for (const [place, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || remark.test(line)) continue
    const [, name] = section?.exec(line.trim()) ?? []
    const [, key, value] = /^([^#=:][^=:]*?) ?[=:] ?(.*)$/.exec(line) ?? []
    if (name !== undefined) prefix = `${name}/`
    else if (key !== undefined && value !== undefined) pairs.push([prefix + key, value])
    else throw new Error(`line ${place + 1} is no “name = value”: ${JSON.stringify(line.slice(0, 60))}`)
  }
  return fromPairs(pairs)
}

function pairsOf(value: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, value === null ? '' : String(value)]]
  return Object.entries(value).flatMap(([key, each]) => pairsOf(each, path === '' ? key : `${path}/${key}`))
}

function fromPairs(pairs: readonly (readonly [string, string])[]): VendorFile {
  return {
    values: (name) => pairs.filter(([key]) => key === name).map(([, value]) => value),
    names: pairs.map(([key]) => key),
  }
}

/** A file of certificates or a key is no file of parameters. */
function readPem(text: string): VendorFile {
  const blocks = text.replaceAll(/-----BEGIN ([A-Z0-9 ]+)-----\s[A-Za-z0-9+/=\s]*-----END \1-----/g, '')
  if (blocks.trim() !== '') throw new Error(`what stands outside of PEM: ${JSON.stringify(blocks.trim().slice(0, 60))}`)
  return fromPairs([])
}

/** One of a device's files as the phone reads it: certificates by what the manifest calls them, the others in its format. */
export function readFileOf({ format }: Pick<PluginManifest, 'format'>, contentType: string, text: string): VendorFile {
  return /\bx-pem-file\b/.test(contentType) ? readPem(text) : readVendorFile(text, format)
}

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

function readMarkup(text: string): VendorFile {
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const names: string[] = []
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: { ...attributes }, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
    const path = open.map((each) => each.name).join('/')
    names.push(path, ...Object.keys(attributes).map((attribute) => `${path}@${attribute}`))
  })
  parser.on('text', (chunk) => {
    const element = open.at(-1)
    if (element) element.text += chunk
  })
  parser.on('closetag', () => void open.pop())
  parser.write(text).close()
  return { values: (name) => valuesAt(root, name), names }
}

function valuesAt(root: Element, path: string): string[] {
  const isAnywhere = path.startsWith('//')
  const [, elements = '', attribute] = /^(.*?)(?:@([^@\]]+))?$/.exec(isAnywhere ? path.slice(2) : path) ?? []
  const steps = elements === '' ? [] : elements.split('/')
  let found = isAnywhere ? descendants(root) : [root]
  for (const [place, step] of steps.entries()) {
    const candidates = isAnywhere && place === 0 ? found : found.flatMap(({ children }) => children)
    found = candidates.filter((element) => fits(element, step))
  }
  if (attribute === undefined) return found.map(({ text }) => text.trim())
  return found.flatMap(({ attributes }) => (Object.hasOwn(attributes, attribute) ? [attributes[attribute] ?? ''] : []))
}

function fits({ name, attributes }: Element, step: string): boolean {
  const [, wanted, attribute, value] = /^([^[]+)(?:\[([^=]+)=(.*)\])?$/.exec(step) ?? []
  return name === wanted && (attribute === undefined || attributes[attribute] === value)
}

function descendants(element: Element): Element[] {
  return element.children.flatMap((child) => [child, ...descendants(child)])
}
