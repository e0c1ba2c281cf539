import { readFileSync } from 'node:fs'

/**
 * What a script said and was answered, as text:
 *
 *     # what it does
 *     > POST /api/provd/0.2/dev_mgr/devices
 *     > content-type: application/json
 *     > {"device":{"mac":"00:08:5d:2e:ec:fb"}}
 *     < 201
 *     < location: /0.2/dev_mgr/devices/{id}
 *     < {"id":"{id}"}
 *
 * `{name}` in an answer takes what stands there, and is that from then on. `<~ {…}` is a part of the JSON answered:
 * fields that it does not name may be there. `<? 5` asks again, for 5 seconds at most, until the answer is that.
 */
export interface Exchange {
  readonly title: string
  readonly line: number
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: Record<string, string>
    readonly body?: string
  }
  readonly answer: {
    readonly status: number
    readonly headers: Record<string, string>
    readonly body?: string
    readonly isPart: boolean
    readonly withinS: number
  }
}

export function readTranscript(file: URL): Exchange[] {
  const exchanges: Exchange[] = []
  let title = ''
  for (const block of readFileSync(file, 'utf8').split(/\n\s*\n/)) {
    const lines = block.split('\n')
    const comments = lines.filter((line) => line.startsWith('#')).map((line) => line.slice(1).trim())
    if (comments.length > 0) title = comments.join(' ')
    const sent = lines.filter((line) => line.startsWith('> ')).map((line) => line.slice(2))
    const got = lines.filter((line) => /^<[~?]? /.test(line))
    const [head = ''] = sent
    const [method = '', path = ''] = head.split(' ')
    if (method === '') continue
    const [status = '0'] = got.map((line) => /^< (\d{3})$/.exec(line)?.[1]).filter((text) => text !== undefined)
    const { headers, body } = split(sent.slice(1))
    const part = got.find((line) => line.startsWith('<~ '))?.slice(3)
    const answered = split(
      got.filter((line) => line.startsWith('< ') && !/^< \d{3}$/.test(line)).map((line) => line.slice(2)),
    )
    const whole = part ?? answered.body
    exchanges.push({
      title,
      line: exchanges.length + 1,
      request: { method, path, headers, ...(body === undefined ? {} : { body }) },
      answer: {
        status: Number(status),
        headers: answered.headers,
        ...(whole === undefined ? {} : { body: whole }),
        isPart: part !== undefined,
        withinS: Number(got.find((line) => line.startsWith('<? '))?.slice(3) ?? 0),
      },
    })
  }
  return exchanges
}

function split(lines: readonly string[]): { headers: Record<string, string>; body?: string } {
  const headers: Record<string, string> = {}
  let body: string | undefined
  for (const line of lines) {
    const [, name, value] = /^([a-z][a-z-]*): (.*)$/.exec(line) ?? []
    if (body === undefined && name !== undefined && value !== undefined) headers[name] = value
    else body = body === undefined ? line : `${body}\n${line}`
  }
  return { headers, ...(body === undefined ? {} : { body }) }
}

export class TranscriptMismatch extends Error {
  override readonly name = 'TranscriptMismatch'
}

/** Plays a transcript against a server; `known` are the names that are known at the start. */
export async function playTranscript(
  exchanges: readonly Exchange[],
  server: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
  known: Map<string, string>,
): Promise<void> {
  for (const exchange of exchanges) {
    const endMs = performance.now() + exchange.answer.withinS * 1_000
    for (;;) {
      const names = new Map(known)
      const differences = await playOne(exchange, server, names)
      if (differences.length === 0) {
        for (const [name, value] of names) known.set(name, value)
        break
      }
      if (performance.now() > endMs) {
        throw new TranscriptMismatch(`${exchange.title} (${exchange.line}): ${differences.join('\n')}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

async function playOne(
  { request, answer }: Exchange,
  server: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
  names: Map<string, string>,
): Promise<string[]> {
  const filled = (text: string) => text.replaceAll(/\{([a-z_]+)\}/g, (all, name: string) => names.get(name) ?? all)
  const headers = new Headers({ ...server.headers })
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === '-') headers.delete(name)
    else headers.set(name, filled(value))
  }
  const response = await fetch(server.url + filled(request.path), {
    method: request.method,
    headers,
    // As bytes: a text would bring a type of its own.
    ...(request.body === undefined ? {} : { body: Buffer.from(filled(request.body)) }),
  })
  const text = await response.text()
  const differences: string[] = []
  if (response.status !== answer.status) {
    differences.push(`${request.method} ${filled(request.path)}: ${response.status}, not ${answer.status}: ${text}`)
  }
  for (const [name, wanted] of Object.entries(answer.headers)) {
    const found = response.headers.get(name) ?? ''
    if (!matches(wanted, found, names)) differences.push(`${name}: ${found}, not ${wanted}`)
  }
  if (answer.body === undefined) return differences
  if (!answer.isPart) {
    if (!matches(answer.body, text, names)) differences.push(`${text}\nnot\n${answer.body}`)
    return differences
  }
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return [...differences, `no JSON: ${text}`]
  }
  if (!contains(found, JSON.parse(answer.body), names)) differences.push(`${text}\nhas not\n${answer.body}`)
  return differences
}

/** Whether a text is as wanted, where `{name}` stands for what is known by that name, or takes what is there. */
function matches(wanted: string, found: string, names: Map<string, string>): boolean {
  const open: string[] = []
  const pattern = wanted.split(/(\{[a-z_]+\})/).map((piece) => {
    const name = /^\{([a-z_]+)\}$/.exec(piece)?.[1]
    if (name === undefined) return escaped(piece)
    const value = names.get(name)
    if (value !== undefined) return escaped(value)
    open.push(name)
    return '([^"/]+)'
  })
  const match = new RegExp(`^${pattern.join('')}$`, 's').exec(found)
  if (match === null) return false
  for (const [index, name] of open.entries()) names.set(name, match[index + 1] ?? '')
  return true
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether all of `part` is in `value`; of a list each item in its place. */
function contains(value: unknown, part: unknown, names: Map<string, string>): boolean {
  if (typeof part === 'string' && typeof value === 'string') return matches(part, value, names)
  if (Array.isArray(part)) {
    return (
      Array.isArray(value) &&
      value.length === part.length &&
      part.every((item, index) => contains(value[index], item, names))
    )
  }
  if (typeof part === 'object' && part !== null) {
    if (typeof value !== 'object' || value === null) return false
    const record = value as Record<string, unknown>
    return Object.entries(part).every(([name, inner]) => contains(record[name], inner, names))
  }
  return value === part
}
