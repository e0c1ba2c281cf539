import { latenciesFrom } from '../latencies.ts'
import { openPhoneConnection } from '../phone-connection.ts'
import { httpRequest, phone } from '../phones.ts'

/**
 * Phones that ask at a rate that does not care how fast they are answered (open loop). Time counts from the moment a
 * request was due, so that a server that stands still for a second is charged with all that would have been asked in it.
 */
export interface OpenLoadOptions {
  readonly port: number
  readonly firstPhone: number
  readonly phones: number
  readonly perSecond: number
  readonly seconds: number
  /** The `same` file, or with a query never used before. */
  readonly asking: 'same' | 'distinct'
}

export interface OpenLoadResult {
  readonly asked: number
  /** Not 200. */
  readonly refused: number
  readonly latencies: ReturnType<typeof latenciesFrom>
}

const { port, firstPhone, phones, perSecond, seconds, asking } = JSON.parse(process.argv[2] ?? '{}') as OpenLoadOptions
const waits: number[] = []
let refused = 0

const lines = await Promise.all(
  Array.from({ length: phones }, async (_, number) => {
    const { address } = phone(firstPhone + number)
    return { connection: await openPhoneConnection({ port, localAddress: address }), last: Promise.resolve() }
  }),
)
const begunMs = performance.now()
const total = Math.round(perSecond * seconds)
let due = 0

/** A phone asks for one thing after the other; the next waits for its turn, and that counts. */
function ask(turn: number): void {
  const line = lines[turn % phones]
  if (line === undefined) return
  const dueMs = begunMs + (turn * 1_000) / perSecond
  const query = asking === 'distinct' ? `?o=${begunMs.toString(36)}.${turn}` : ''
  const request = httpRequest(phone(firstPhone + (turn % phones)), query)
  line.last = line.last.then(async () => {
    const { status } = await line.connection.ask(request)
    waits.push(performance.now() - dueMs)
    if (status !== '200') refused += 1
  })
}

await new Promise<void>((resolve) => {
  const ticking = setInterval(() => {
    const passed = Math.min(total, Math.floor(((performance.now() - begunMs) / 1_000) * perSecond))
    while (due < passed) ask(due++)
    if (due < total) return
    clearInterval(ticking)
    resolve()
  }, 1)
})
await Promise.all(lines.map(({ last }) => last))
for (const { connection } of lines) connection.leave()
const result: OpenLoadResult = { asked: waits.length, refused, latencies: latenciesFrom(waits) }
process.stdout.write(`${JSON.stringify(result)}\n`)
