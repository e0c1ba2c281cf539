import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { type Latencies, latenciesFrom } from '../latencies.ts'
import { openPhoneConnection, type PhoneConnection } from '../phone-connection.ts'

/** One server, and what it is asked in turn. */
export interface Lane {
  readonly port: number
  readonly requests: readonly string[]
}

/** Given as the first line of standard input. */
export interface ReadLoadOptions {
  readonly lanes: readonly Lane[]
  /** Connections of each lane. */
  readonly inFlight: number
  /** So long a connection waits between its questions: a few administrators, not as many as there can be. */
  readonly everyMs?: number
}

export interface Reads {
  readonly perSecond: number
  readonly latencies: Latencies
}

/** Of each connection, before anything counts: what has just been started is slow itself. */
const uncounted = 5

/** Asks all lanes at once until standard input ends, and prints of each what it saw; before it, a line when it counts. */
const lines = createInterface({ input: process.stdin })
const [line] = (await once(lines, 'line')) as [string]
const { lanes, inFlight, everyMs = 0 } = JSON.parse(line) as ReadLoadOptions
let isOver = false
lines.once('close', () => {
  isOver = true
})

async function openLane({ port, requests }: Lane) {
  const connections = await Promise.all(
    Array.from({ length: inFlight }, () => openPhoneConnection({ port, localAddress: '127.0.0.1' })),
  )
  let next = 0

  async function ask({ ask: send }: PhoneConnection): Promise<number> {
    const startedMs = performance.now()
    const { status } = await send(requests[next++ % requests.length] ?? '')
    if (status !== '200') throw new Error(`a question was answered ${status}`)
    const tookMs = performance.now() - startedMs
    if (everyMs > 0) await delay(everyMs)
    return tookMs
  }

  return {
    async warmUp() {
      for (let round = 0; round < uncounted; round += 1) await Promise.all(connections.map(ask))
    },
    async read(): Promise<Reads> {
      const waits: number[] = []
      const begunMs = performance.now()
      const worker = async (connection: PhoneConnection) => {
        while (!isOver) waits.push(await ask(connection))
      }
      await Promise.all(connections.map(worker))
      const perSecond = waits.length / ((performance.now() - begunMs) / 1_000)
      for (const { leave } of connections) leave()
      return { perSecond, latencies: latenciesFrom(waits) }
    },
  }
}

const opened = await Promise.all(lanes.map(openLane))
await Promise.all(opened.map(({ warmUp }) => warmUp()))
process.stdout.write('counting\n')
const results = await Promise.all(opened.map(({ read }) => read()))
process.stdout.write(`${JSON.stringify(results)}\n`)
