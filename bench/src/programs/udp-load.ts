import { createSocket, type RemoteInfo } from 'node:dgram'
import { latenciesFrom } from '../latencies.ts'
import { phone } from '../phones.ts'

/** Phones that fetch their file over TFTP in lockstep, or datagrams of the same size that are sent back. */
export interface UdpLoadOptions {
  readonly port: number
  readonly firstPhone: number
  /** At once; each with its own address. */
  readonly phones: number
  readonly seconds: number
  readonly kind: 'tftp' | 'echo'
}

export interface UdpLoadResult {
  /** Files, or echoes. */
  readonly done: number
  /** Begun again because a datagram was lost. */
  readonly again: number
  readonly errors: number
  readonly seconds: number
  readonly bytes: number
  readonly latencies: ReturnType<typeof latenciesFrom>
}

const blockSize = 512
const lostAfterMs = 1_000

const { port, firstPhone, phones, seconds, kind } = JSON.parse(process.argv[2] ?? '{}') as UdpLoadOptions
const waits: number[] = []
let again = 0
let errors = 0
let bytes = 0
const begun = performance.now()
const deadline = begun + seconds * 1_000

/** Fetches one thing after the other until the time is over. */
function runPhone(number: number): Promise<void> {
  const { address, file } = phone(number)
  const request =
    kind === 'tftp' ? Buffer.from(`\0\u0001${file}\0octet\0`, 'latin1') : Buffer.alloc(blockSize + 4, 0x61)
  const socket = createSocket('udp4')
  let startedMs = 0
  let heardMs = 0
  let expected = 1

  function begin(): void {
    expected = 1
    heardMs = performance.now()
    socket.send(request, port, '127.0.0.1')
  }

  function finished(): void {
    waits.push(performance.now() - startedMs)
    next()
  }

  function next(): void {
    startedMs = performance.now()
    if (startedMs > deadline) return socket.close() as unknown as undefined
    begin()
  }

  function onData(message: Buffer, from: RemoteInfo): void {
    heardMs = performance.now()
    if (message[1] !== 3) {
      errors++
      return next()
    }
    if (message.readUInt16BE(2) !== expected) return
    bytes += message.length - 4
    const isLast = message.length < blockSize + 4
    const ack = Buffer.from([0, 4, expected >> 8, expected & 255])
    expected = (expected + 1) & 0xffff
    socket.send(ack, from.port, from.address)
    if (isLast) finished()
  }

  socket.on('message', kind === 'tftp' ? onData : finished)
  const sweep = setInterval(() => {
    const nowMs = performance.now()
    if (nowMs - heardMs < lostAfterMs) return
    if (nowMs > deadline) return socket.close() as unknown as undefined
    again++
    begin()
  }, 100)
  return new Promise((resolve) => {
    socket.once('close', () => {
      clearInterval(sweep)
      resolve()
    })
    socket.bind(0, address, next)
  })
}

await Promise.all(Array.from({ length: phones }, (_, index) => runPhone(firstPhone + index)))
const result: UdpLoadResult = {
  done: waits.length,
  again,
  errors,
  seconds: (performance.now() - begun) / 1_000,
  bytes,
  latencies: latenciesFrom(waits),
}
process.stdout.write(`${JSON.stringify(result)}\n`)
