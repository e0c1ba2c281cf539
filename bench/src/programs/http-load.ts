import { latenciesFrom } from '../latencies.ts'
import { openPhoneConnection, type PhoneConnection } from '../phone-connection.ts'
import { httpRequest, phone } from '../phones.ts'

/**
 * Phones that fetch over HTTP, each over a connection of its own (fewer phones than `inFlight` share so many among
 * them), `inFlight` of them at a time: who has been answered makes room for the next in turn. Time counts from the moment a phone may ask.
 */
export interface HttpLoadOptions {
  readonly port: number
  readonly firstPhone: number
  readonly phones: number
  readonly inFlight: number
  /** Bound of the time; with `once` the number of phones is the other. */
  readonly seconds: number
  /** `same` file over keep-alive; the same with a query never used before; or `once`: connect, ask, leave. */
  readonly asking: 'same' | 'distinct' | 'once'
  /** Of all phones, as behind NAT. Each has its own without it. */
  readonly address?: string
}

export interface HttpLoadResult {
  readonly answers: number
  /** By HTTP status, when it is not 200. */
  readonly refused: Readonly<Record<string, number>>
  readonly seconds: number
  readonly bytes: number
  readonly latencies: ReturnType<typeof latenciesFrom>
}

const options = JSON.parse(process.argv[2] ?? '{}') as HttpLoadOptions
const { port, firstPhone, phones, inFlight, seconds, asking } = options
const waits: number[] = []
const refused: Record<string, number> = {}
let bytes = 0
let asked = 0
let begun = 0
let deadline = Number.POSITIVE_INFINITY

const open = (number: number) => openPhoneConnection({ port, localAddress: options.address ?? phone(number).address })

async function ask(connection: PhoneConnection, request: string): Promise<void> {
  const answer = await connection.ask(request)
  bytes += answer.bytes
  if (answer.status !== '200') refused[answer.status] = (refused[answer.status] ?? 0) + 1
}

async function keptAlive(): Promise<void> {
  const connections: PhoneConnection[] = []
  for (let place = 0; place < Math.max(phones, inFlight); place++)
    connections.push(await open(firstPhone + (place % phones)))
  const free = connections.map((connection, place) => ({ connection, place, rounds: 0 }))
  begin()
  await Promise.all(Array.from({ length: inFlight }, worker))
  for (const { leave } of connections) leave()

  async function worker(): Promise<void> {
    for (let turn = free.shift(); turn; turn = free.shift()) {
      const startedMs = performance.now()
      if (startedMs > deadline) return
      const query = asking === 'distinct' ? `?n=${begun.toString(36)}.${turn.place}.${turn.rounds++}` : ''
      await ask(turn.connection, httpRequest(phone(firstPhone + (turn.place % phones)), query))
      waits.push(performance.now() - startedMs)
      free.push(turn)
    }
  }
}

async function once(): Promise<void> {
  begin()
  await Promise.all(Array.from({ length: inFlight }, worker))

  async function worker(): Promise<void> {
    while (asked < phones && performance.now() < deadline) {
      const number = firstPhone + asked++
      const startedMs = performance.now()
      const connection = await open(number)
      await ask(connection, httpRequest(phone(number)))
      waits.push(performance.now() - startedMs)
      connection.leave()
    }
  }
}

function begin(): void {
  begun = performance.now()
  deadline = begun + seconds * 1_000
}

await (asking === 'once' ? once() : keptAlive())
const result: HttpLoadResult = {
  answers: waits.length,
  refused,
  seconds: (performance.now() - begun) / 1_000,
  bytes,
  latencies: latenciesFrom(waits),
}
process.stdout.write(`${JSON.stringify(result)}\n`)
