import { bootstrapToken } from './running-gateway.ts'

export interface HeardEvent {
  readonly id: string
  readonly event: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of any shape
  readonly data: any
}

/** Listens to server-sent events as a client does that reads them by hand. */
export async function listenToEvents(
  address: string,
  options: { query?: string; token?: string; tenant?: string; lastEventId?: string } = {},
): Promise<{ status: number; heard: HeardEvent[]; text(): string; ended: Promise<void>; close(): void }> {
  const { query = '', token = bootstrapToken, tenant, lastEventId } = options
  const abort = new AbortController()
  const response = await fetch(`${address}/api/v1/events${query}`, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(tenant === undefined ? {} : { 'strowger-tenant': tenant }),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: abort.signal,
  })
  const heard: HeardEvent[] = []
  let text = ''
  let rest = ''
  const decoder = new TextDecoder()

  async function read(): Promise<void> {
    try {
      for await (const bytes of response.body ?? []) {
        const piece = decoder.decode(bytes, { stream: true })
        text += piece
        rest += piece
        const blocks = rest.split('\n\n')
        rest = blocks.pop() ?? ''
        heard.push(...blocks.flatMap(eventFrom))
      }
    } catch {
      // Closed by us, or by the gateway.
    }
  }
  const ended = read()
  return { status: response.status, heard, text: () => text, ended, close: () => abort.abort() }
}

function eventFrom(block: string): HeardEvent[] {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  const { id, event, data } = fields
  if (id === undefined || event === undefined || data === undefined) return []
  return [{ id, event, data: JSON.parse(data) }]
}
