import type { RequestDefinition } from '@strowger/schema'
import { exitCodes, Failure, Refusal } from './failure.ts'
import type { Session } from './session.ts'

export interface Client {
  readonly session: Session
  /** Asks an operation by its definition: address, method and place of each field follow from it. */
  call<Input, Output>(definition: RequestDefinition<Input, Output>, input: Input): Promise<Output>
  /** Asks an address. Resolves to the JSON of the answer, undefined when it has none. */
  ask(method: string, path: string, options?: AskOptions): Promise<unknown>
}

interface AskOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** @throws Refusal what the gateway answers but a success; Failure with exit code 3 when it cannot be reached. */
export function createClient(parts: {
  session: Session
  fetch: typeof fetch
  tenant?: string | undefined
  note?: string | undefined
}): Client {
  const { session, tenant, note } = parts

  async function ask(method: string, path: string, { body, headers = {} }: AskOptions = {}): Promise<unknown> {
    const url = new URL(path, session.url)
    let response: Response
    try {
      response = await parts.fetch(url, {
        method,
        headers: {
          'x-auth-token': session.token,
          ...(tenant === undefined ? {} : { 'strowger-tenant': tenant }),
          // Header values are latin-1 on the wire; the gateway reads them as UTF-8.
          ...(note === undefined ? {} : { 'strowger-note': Buffer.from(note, 'utf8').toString('latin1') }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      throw new Failure(`${url.origin} cannot be reached: ${reasonOf(error)}`, exitCodes.unreachable, { cause: error })
    }
    const text = await response.text()
    if (!response.ok) throw refusalFrom(response, text, session)
    return text === '' ? undefined : parsed(text, url)
  }

  return {
    session,
    ask,
    async call<Input, Output>(definition: RequestDefinition<Input, Output>, input: Input): Promise<Output> {
      const { method, path, body, headers } = restFrom(definition, input as Readonly<Record<string, unknown>>)
      return ((await ask(method, path, { body, headers })) ?? {}) as Output
    },
  }
}

/** A request over REST, as the binding of the definition wants it. Pure. */
export function restFrom(
  definition: Pick<RequestDefinition<unknown, unknown>, 'rest' | 'subject'>,
  input: Readonly<Record<string, unknown>>,
): { method: string; path: string; body?: unknown; headers: Record<string, string> } {
  const { rest, subject } = definition
  if (rest === undefined) throw new Error(`${subject} is not reached over REST`)
  const left = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
  const take = (name: string) => {
    const value = left.get(name)
    left.delete(name)
    return value
  }
  const path = rest.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(String(take(name))))
  const body = rest.body === undefined ? undefined : take(rest.body)
  const revision = take('ifRevision')
  const query = new URLSearchParams(
    [...left].map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return {
    method: rest.method,
    path: query === '' ? path : `${path}?${query}`,
    headers: revision === undefined ? {} : { 'if-match': `"${revision}"` },
    ...(body === undefined ? {} : { body }),
  }
}

interface Problem {
  title?: string
  detail?: string
  code?: string
  fields?: { field: string; problem: string }[]
}

function refusalFrom(response: Response, text: string, { url, token }: Session): Refusal {
  let problem: Problem = {}
  try {
    problem = JSON.parse(text) as Problem
  } catch {
    // Not ours: a proxy on the way.
  }
  const { title = `${response.status} ${response.statusText}`, detail, code = '', fields = [] } = problem
  const first = fields[0]
  const isTold = first !== undefined && detail?.startsWith(`${first.field} `)
  const lines = isTold && fields.length === 1 ? [] : fields.map(({ field, problem: what }) => `  ${field}: ${what}`)
  const head = detail === undefined || (isTold && fields.length > 1) ? title : `${title}: ${detail}`
  // What was kept has ended; a log-in that fails says so itself.
  if (code === 'unauthenticated' && token !== '') lines.push(`  strowger login ${url} opens another session`)
  return new Refusal([head, ...lines].join('\n'), { status: response.status, code })
}

function parsed(text: string, url: URL): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Failure(`${url.href} does not answer as Strowger does`)
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string }
  return cause?.code ?? cause?.message ?? message ?? String(error)
}
