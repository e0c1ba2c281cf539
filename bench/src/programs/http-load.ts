import { connect, type Socket } from 'node:net'
import { latenciesFrom } from '../latencies.ts'
import { httpRequest, phone } from '../phones.ts'

/**
 * Phones that fetch over HTTP, each over a connection of its own from its own address, `inFlight` of them at a time:
 * who has been answered makes room for the next in turn. Time counts from the moment a phone may ask.
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

/** One phone's connection: sends and resolves when the whole answer is there. */
function openConnection(number: number): Promise<{ ask(request: string): Promise<void>; leave(): void }> {
  const socket: Socket = connect({ host: '127.0.0.1', port, localAddress: phone(number).address, noDelay: true })
  let answered: (status: string) => void = () => {}
  let failed: (error: Error) => void = () => {}
  let missing = 0
  let status = ''
  let head = ''
  socket.on('data', (chunk) => {
    bytes += chunk.length
    if (missing === 0) {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      status = head.slice(9, 12)
      missing = end + 4 + Number(/content-length: (\d+)/i.exec(head.slice(0, end))?.[1]) - head.length
      head = ''
    } else missing -= chunk.length
    if (missing === 0) answered(status)
  })
  return new Promise((resolve, reject) => {
    failed = reject
    socket.on('error', (error) => failed(error))
    socket.on('close', () => failed(new Error('the connection was closed')))
    socket.once('connect', () => {
      resolve({
        ask: (request) =>
          new Promise((done, broken) => {
            failed = broken
            answered = (received) => {
              if (received !== '200') refused[received] = (refused[received] ?? 0) + 1
              done()
            }
            socket.write(request)
          }),
        leave: () => socket.destroy(),
      })
    })
  })
}

async function keptAlive(): Promise<void> {
  const connections: Awaited<ReturnType<typeof openConnection>>[] = []
  for (let number = 0; number < phones; number++) connections.push(await openConnection(firstPhone + number))
  const free = connections.map((connection, number) => ({ connection, number, rounds: 0 }))
  begin()
  await Promise.all(Array.from({ length: Math.min(inFlight, phones) }, worker))
  for (const { leave } of connections) leave()

  async function worker(): Promise<void> {
    for (let turn = free.shift(); turn; turn = free.shift()) {
      const startedMs = performance.now()
      if (startedMs > deadline) return
      const query = asking === 'distinct' ? `?n=${begun.toString(36)}.${turn.rounds++}` : ''
      await turn.connection.ask(httpRequest(phone(firstPhone + turn.number), query))
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
      const { ask, leave } = await openConnection(number)
      await ask(httpRequest(phone(number)))
      waits.push(performance.now() - startedMs)
      leave()
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
