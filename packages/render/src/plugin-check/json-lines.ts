/** The line of a text at this place, from 1. */
function lineAt(text: string, offset: number): number {
  return text.slice(0, Math.max(0, offset)).split('\n').length
}

/** The line at which a text that is no JSON stops being it, as far as the engine tells. */
export function lineOfSyntaxError(text: string, message: string): number | undefined {
  const [, line] = /\bline (\d+)/.exec(message) ?? []
  if (line !== undefined) return Number(line)
  const [, position] = /position (\d+)/.exec(message) ?? []
  return position === undefined ? undefined : lineAt(text, Number(position))
}

const token = /[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/g

/**
 * The line on which a JSON pointer's value begins in this (valid) JSON text; of a place that is not there, for instance
 * because it is inherited, that of the nearest one around it. From 1.
 */
export function lineOfPointer(text: string, pointer: string): number {
  const wanted = pointer.split('/').slice(1)
  const steps = wanted.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const path: (string | number)[] = []
  let best = { depth: 0, line: 1 }
  let expectsKey = false
  const kinds: ('object' | 'array')[] = []
  for (const { 0: part, index } of text.matchAll(token)) {
    if (part === '}' || part === ']') {
      kinds.pop()
      path.pop()
      expectsKey = false
    } else if (part === ',') {
      const last = path.at(-1)
      if (kinds.at(-1) === 'array' && typeof last === 'number') path[path.length - 1] = last + 1
      else expectsKey = true
    } else if (part === ':') expectsKey = false
    else if (expectsKey && part.startsWith('"')) {
      path[path.length - 1] = JSON.parse(part) as string
      note(index)
    } else if (part === '{' || part === '[') {
      if (kinds.at(-1) === 'array') note(index)
      kinds.push(part === '{' ? 'object' : 'array')
      path.push(part === '{' ? '' : 0)
      expectsKey = part === '{'
    } else if (kinds.at(-1) === 'array') note(index)
  }
  return best.line

  function note(offset: number): void {
    const depth = path.length
    if (depth <= best.depth || depth > steps.length) return
    if (path.every((step, place) => String(step) === steps[place])) best = { depth, line: lineAt(text, offset) }
  }
}
