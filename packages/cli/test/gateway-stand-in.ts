import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { catalogue, type RequestDefinition } from '@strowger/schema'

interface Asked {
  method: string
  path: string
  query: Record<string, string>
  headers: IncomingMessage['headers']
  body: unknown
}

/** A server that answers each operation with its example, unless it is told otherwise. */
export interface GatewayStandIn {
  readonly url: string
  readonly asked: Asked[]
  /** What the next requests of this operation are answered, one each. */
  answer(definition: Pick<RequestDefinition<unknown, unknown>, 'subject'>, ...answers: Answer[]): void
  close(): Promise<void>
}

type Answer = { status: number; body: unknown }

export async function startGatewayStandIn(): Promise<GatewayStandIn> {
  const asked: Asked[] = []
  const told = new Map<string, Answer[]>()
  const operations = catalogue.requests.flatMap(({ rest, subject, example }) =>
    rest ? [{ rest, subject, example, pattern: new RegExp(`^${rest.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }] : [],
  )
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://gateway')
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { method = '', headers } = request
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    asked.push({ method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body })
    const found = operations.find(({ rest, pattern }) => rest.method === method && pattern.test(url.pathname))
    const next = (found && told.get(found.subject)?.shift()) ?? {
      status: found?.rest.success ?? 404,
      body: found?.example.output,
    }
    response.writeHead(next.status, { 'content-type': 'application/json' })
    response.end(next.status === 204 ? undefined : JSON.stringify(next.body ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: ({ subject }, ...answers) => void told.set(subject, answers),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
