import type { Tenants } from '@strowger/schema'
import { tenantsFrom } from '@strowger/schema'
import type { Clock } from '@strowger/service'
import type { News, NewsSource } from './news.ts'

/** What is listened to, by its name in `?topics=`. */
export type Topics = Readonly<Record<string, NewsSource>>

/** Where the bytes go: the answer of a request. */
export interface Sink {
  write(text: string): void
  /** Bytes that the other side has not taken yet. */
  waiting(): number
  end(): void
}

interface Listening {
  readonly topics: Topics
  readonly tenant: string
  readonly recurse: boolean
  /** What the browser sends when it comes back: the positions of the topics, in their order, as `12.34`. */
  readonly lastEventId: string | undefined
  /** False ends the stream: the token has ended, or may not any more. */
  readonly stillAllowed: () => Promise<boolean>
}

const heartbeatMs = 15_000
/** Who takes so little is dropped; it comes back with its last number. */
const maxWaitingBytes = 1_048_576

/**
 * Server-sent events (HTML Standard §9.2) of the topics, of the asking tenant and, with `recurse`, of those below it.
 * Each event has as its id the positions of all topics, so that one header tells where to go on. Answers how to end it.
 */
export function openStream(sink: Sink, listening: Listening, parts: { tenants: Tenants; clock: Clock }): () => void {
  const { topics, tenant, recurse, stillAllowed } = listening
  const { tenants, clock } = parts
  const names = Object.keys(topics)
  const sources = Object.values(topics)
  const positions = positionsFrom(listening.lastEventId, sources)
  let scope = scopeNow()
  let isOpen = true

  function scopeNow(): ReadonlySet<string> {
    return new Set(recurse ? tenantsFrom(tenants, tenant) : [tenant])
  }

  function send(type: string, data: string): void {
    sink.write(`id: ${positions.join('.')}\nevent: ${type}\ndata: ${data}\n\n`)
    if (sink.waiting() > maxWaitingBytes) end()
  }

  function tell(index: number, news: News): void {
    if (!isOpen || news.sequence <= (positions[index] ?? 0)) return
    positions[index] = news.sequence
    if (scope.has(news.tenant)) send(news.type, news.data)
  }

  // How long the browser waits before it comes back.
  sink.write('retry: 2000\n\n')
  const stops: (() => void)[] = []
  for (const [index, source] of sources.entries()) {
    const { news, lost } = source.since(positions[index] ?? 0)
    if (lost) {
      positions[index] = source.position()
      send('reset', JSON.stringify({ topic: names[index] }))
    } else for (const one of news) tell(index, one)
    stops.push(source.subscribe((one) => tell(index, one)))
  }
  const heartbeat = clock.every(heartbeatMs, async () => {
    scope = scopeNow()
    if (!(await stillAllowed().catch(() => true))) end()
    else if (isOpen) sink.write(`: ${names.join(' ')}\n\n`)
  })

  function end(): void {
    if (!isOpen) return
    isOpen = false
    heartbeat.cancel()
    for (const stop of stops) stop()
    sink.end()
  }
  return end
}

/** Without an id, or with one that is none, it begins now. */
function positionsFrom(lastEventId: string | undefined, sources: readonly NewsSource[]): number[] {
  const given = lastEventId?.split('.') ?? []
  const isUsable = given.length === sources.length && given.every((text) => /^\d{1,15}$/.test(text))
  return sources.map((source, index) => (isUsable ? Number(given[index]) : source.position()))
}
