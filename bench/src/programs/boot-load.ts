import { latenciesFrom } from '../latencies.ts'
import { openPhoneConnection } from '../phone-connection.ts'
import { bootRequests, phone } from '../phones.ts'

/** Power is back: all phones ask for their files, one after the other, having begun within `withinMs`. */
export interface BootLoadOptions {
  readonly port: number
  readonly firstPhone: number
  readonly phones: number
  readonly withinMs: number
}

export interface BootLoadResult {
  /** Phones that got their configuration. */
  readonly booted: number
  readonly answers: number
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>
  /** Connections that failed and were made anew. */
  readonly again: number
  /** Of those, by what they failed. */
  readonly failures: Readonly<Record<string, number>>
  /** From the first request to the last answer. */
  readonly seconds: number
  /** Of a phone, from its first request to its last answer. */
  readonly latencies: ReturnType<typeof latenciesFrom>
}

const { port, firstPhone, phones, withinMs } = JSON.parse(process.argv[2] ?? '{}') as BootLoadOptions
const waits: number[] = []
const statuses: Record<string, number> = {}
let booted = 0
let answers = 0
let again = 0
const failures: Record<string, number> = {}
const attempts = 5

/** Asks for what is left of the boot; a phone that loses its connection goes on from there, as phones do. */
async function boot(number: number): Promise<void> {
  const { address } = phone(number)
  const startedMs = performance.now()
  const requests = bootRequests(phone(number))
  for (let attempt = 0; requests.length > 0 && attempt < attempts; attempt++) {
    try {
      const connection = await openPhoneConnection({ port, localAddress: address })
      for (let next = requests[0]; next !== undefined; next = requests[0]) {
        const { status } = await connection.ask(next.request)
        answers++
        statuses[status] = (statuses[status] ?? 0) + 1
        if (next.isConfiguration && status === '200') booted++
        requests.shift()
      }
      connection.leave()
    } catch (error) {
      again++
      const { code, message } = error as NodeJS.ErrnoException
      failures[code ?? message] = (failures[code ?? message] ?? 0) + 1
      await new Promise((resolve) => setTimeout(resolve, 200 * (attempt + 1)))
    }
  }
  waits.push(performance.now() - startedMs)
}

const begunMs = performance.now()
await Promise.all(
  Array.from({ length: phones }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, (index * withinMs) / phones))
    await boot(firstPhone + index)
  }),
)
const seconds = (performance.now() - begunMs) / 1_000
const result: BootLoadResult = { booted, answers, statuses, again, failures, seconds, latencies: latenciesFrom(waits) }
process.stdout.write(`${JSON.stringify(result)}\n`)
