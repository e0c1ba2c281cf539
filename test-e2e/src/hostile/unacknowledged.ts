import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Phone } from '@strowger/testkit'
import { anyAddress, createRandom } from './random.ts'

/** Requests for a file of which not one block is ever acknowledged, each from an address and port of its own. */
export async function askAndFallSilent(parts: {
  port: number
  file: string
  count: number
  perSecond: number
  seed: number
}): Promise<void> {
  const { port, file, count, perSecond, seed } = parts
  const random = createRandom(seed)
  const datagram = Buffer.from(`\0\u0001${file}\0octet\0`, 'latin1')
  for (let sent = 0; sent < count; sent++) {
    const socket = createSocket('udp4')
    socket.bind(0, anyAddress(random))
    await once(socket, 'listening')
    socket.on('error', () => {})
    socket.send(datagram, port, '127.0.0.1', () => socket.close())
    // Never in bursts to catch up: the phone whose time is taken lives in this process, too.
    if (sent % 10 === 9) await delay(10_000 / perSecond)
  }
}

/** How long a phone waits for its file over TFTP, in milliseconds, from the shortest to the longest. */
export async function timesOf(phone: Phone, fetches: number): Promise<number[]> {
  const times: number[] = []
  for (let fetch = 0; fetch < fetches; fetch++) {
    const begun = performance.now()
    await phone.fetchTftp()
    times.push(performance.now() - begun)
  }
  return times.sort((a, b) => a - b)
}

export const middle = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0
