/** Where something stands in the files that were read. */
export interface SourceLine {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly text: string
}

/** `key = value`, or `key => value`. */
export interface ConfEntry {
  readonly key: string
  readonly value: string
  readonly at: SourceLine
  /** The template that it comes from; undefined when it stands in the section itself. */
  readonly template?: string
}

export interface ConfSection {
  readonly name: string
  readonly at: SourceLine
  /** `[name](!)`: only for others to take from. */
  readonly isTemplate: boolean
  /** Templates in the order in which they are named. */
  readonly parents: readonly string[]
  /** Everything that is in force, first what comes from templates. Of a key that stands there twice the later counts. */
  readonly entries: readonly ConfEntry[]
}

/** A line that cannot be what it should be. */
export interface ConfProblem {
  readonly at: SourceLine
  readonly problem: string
}

export interface ConfFile {
  readonly sections: readonly ConfSection[]
  readonly problems: readonly ConfProblem[]
  /** Directives that were followed, for a report of every line. */
  readonly includes: readonly SourceLine[]
}

/** Files by the name that an `#include` gives, which may hold `*`; empty when there is none. */
export type ReadIncluded = (name: string, from: string) => readonly { readonly file: string; readonly text: string }[]

interface OpenSection {
  readonly name: string
  readonly at: SourceLine
  readonly isTemplate: boolean
  readonly parents: readonly string[]
  readonly entries: ConfEntry[]
}

const maxIncludeDepth = 16

/**
 * Reads a configuration file of Asterisk as Asterisk does: comments (`;`, `;-- … --;`), `#include` and `#tryinclude`,
 * templates (`[x](!)`, `[y](x,z)`) and additions (`[x](+)`). `#exec` is never run. Pure but for `read`.
 */
export function readConf(file: string, text: string, read: ReadIncluded = () => []): ConfFile {
  const sections: OpenSection[] = []
  /** Of several of one name the last that was opened. */
  const named = new Map<string, OpenSection>()
  const problems: ConfProblem[] = []
  const includes: SourceLine[] = []
  let current: OpenSection | undefined

  function take(name: string, content: string, depth: number): void {
    for (const { code, at } of codeLines(name, content)) {
      if (code.startsWith('#')) follow(code, at, depth)
      else if (code.startsWith('[')) current = open(code, at)
      else entry(code, at)
    }
  }

  function follow(code: string, at: SourceLine, depth: number): void {
    const [, directive, wanted] = /^#(include|tryinclude|exec)\s+["<]?([^">]+?)[">]?$/i.exec(code) ?? []
    if (directive === undefined || wanted === undefined)
      return void problems.push({ at, problem: 'an unknown directive' })
    if (directive.toLowerCase() === 'exec') return void problems.push({ at, problem: 'programs are not run' })
    if (depth >= maxIncludeDepth) return void problems.push({ at, problem: 'files include each other too deeply' })
    const found = read(wanted, at.file)
    if (found.length === 0 && directive.toLowerCase() === 'include') {
      problems.push({ at, problem: `there is no file ${wanted}` })
    }
    includes.push(at)
    for (const each of found) take(each.file, each.text, depth + 1)
  }

  function open(code: string, at: SourceLine): OpenSection | undefined {
    const [, name, list = ''] = /^\[([^\]]*)\]\s*(?:\(([^)]*)\))?$/.exec(code) ?? []
    if (name === undefined) {
      problems.push({ at, problem: 'no section heading' })
      return undefined
    }
    const marks = list.split(',').map((mark) => mark.trim())
    const parents = marks.filter((mark) => mark !== '' && mark !== '!' && !mark.startsWith('+'))
    if (marks.some((mark) => mark.startsWith('+'))) {
      const known = named.get(name)
      if (known) return known
      problems.push({ at, problem: `there is no section ${name} to add to` })
    }
    const entries: ConfEntry[] = []
    for (const parent of parents) {
      const template = named.get(parent)
      if (template === undefined) problems.push({ at, problem: `there is no template ${parent}` })
      for (const each of template?.entries ?? []) entries.push({ ...each, template: each.template ?? parent })
    }
    const section = { name, at, isTemplate: marks.includes('!'), parents, entries }
    sections.push(section)
    named.set(name, section)
    return section
  }

  function entry(code: string, at: SourceLine): void {
    const equals = code.indexOf('=')
    if (equals < 1) return void problems.push({ at, problem: 'neither a section nor “key = value”' })
    if (current === undefined) return void problems.push({ at, problem: 'stands in no section' })
    const value = code.slice(code[equals + 1] === '>' ? equals + 2 : equals + 1).trim()
    current.entries.push({ key: code.slice(0, equals).trim(), value, at })
  }

  take(file, text, 0)
  return { sections, problems, includes }
}

/** Lines without comments, that are not empty then. `\;` is a semicolon. */
function codeLines(file: string, text: string): { code: string; at: SourceLine }[] {
  const lines: { code: string; at: SourceLine }[] = []
  let isInComment = false
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    let rest = raw
    let code = ''
    while (rest !== '') {
      if (isInComment) {
        const end = rest.indexOf('--;')
        isInComment = end < 0
        rest = end < 0 ? '' : rest.slice(end + 3)
        continue
      }
      const mark = /(?<!\\);/.exec(rest)?.index ?? -1
      code += mark < 0 ? rest : rest.slice(0, mark)
      if (mark < 0) break
      isInComment = /^;--(?!-)/.test(rest.slice(mark))
      rest = isInComment ? rest.slice(mark + 3) : ''
    }
    const trimmed = code.replaceAll('\\;', ';').trim()
    if (trimmed !== '') lines.push({ code: trimmed, at: { file, line: index + 1, text: raw.trim() } })
  }
  return lines
}
