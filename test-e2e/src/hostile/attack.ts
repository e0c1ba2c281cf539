import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { hostileDatagram } from './datagrams.ts'
import { anyAddress, createRandom, type Random } from './random.ts'
import { hostileRequest } from './requests.ts'

/** Told of how many have been sent, now and then. */
export type Progress = (sent: number) => Promise<void>

const datagramsAtOnce = 200
const sockets = 16

/**
 * Sends hostile datagrams from many addresses. After each couple of hundred it waits for an answer to a packet of its
 * own: so none of them is lost in a full queue of the kernel, and it is seen at once when nobody answers any more.
 */
export async function attackByDatagrams(parts: {
  port: number
  count: number
  seed: number
  progress: Progress
}): Promise<void> {
  const { port, count, seed, progress } = parts
  const random = createRandom(seed)
  const probe = await boundSocket('127.0.0.1')
  let senders: DatagramSocket[] = []
  try {
    for (let sent = 0; sent < count; ) {
      if (random.oneIn(10) || senders.length === 0) {
        for (const sender of senders) sender.close()
        senders = await Promise.all(Array.from({ length: sockets }, () => boundSocket(anyAddress(random))))
      }
      const batch = Math.min(datagramsAtOnce, count - sent)
      for (let index = 0; index < batch; index++) random.pick(senders).send(hostileDatagram(random), port, '127.0.0.1')
      sent += batch
      await answered(probe, port)
      await progress(sent)
    }
  } finally {
    for (const socket of [probe, ...senders]) socket.close()
  }
}

async function boundSocket(address: string): Promise<DatagramSocket> {
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  // A closed port’s answer reaches the sender as an error of its socket.
  socket.on('error', () => {})
  return socket
}

/** An ACK of nothing is answered with an error (RFC 1350 §4). Rejects when there is no answer for ten seconds. */
async function answered(probe: DatagramSocket, port: number): Promise<void> {
  const answer = once(probe, 'message', { signal: AbortSignal.timeout(10_000) })
  const asking = setInterval(() => probe.send(Buffer.from([0, 4, 0, 7]), port, '127.0.0.1'), 200)
  probe.send(Buffer.from([0, 4, 0, 7]), port, '127.0.0.1')
  try {
    await answer
  } finally {
    clearInterval(asking)
  }
}

const requestsAtOnce = 32
const connectionsAtOnce = 64

/** Sends hostile requests, many on each connection, pipelined, from many addresses. Rejects when one stays open. */
export async function attackByRequests(parts: {
  port: number
  count: number
  seed: number
  progress: Progress
}): Promise<void> {
  const { port, count, seed, progress } = parts
  let sent = 0
  async function attacker(index: number): Promise<void> {
    const random = createRandom(seed + index * 7_919)
    while (sent < count) {
      const batch = requestsFor(random, Math.min(requestsAtOnce, count - sent))
      sent += batch.length
      await sendAll(port, anyAddress(random), batch)
      await progress(sent)
    }
  }
  await Promise.all(Array.from({ length: connectionsAtOnce }, (_, index) => attacker(index)))
}

/** Until one ends the connection: behind it nothing would be read. */
function requestsFor(random: Random, most: number): Buffer[] {
  const batch: Buffer[] = []
  while (batch.length < most) {
    const { bytes, ends } = hostileRequest(random)
    batch.push(bytes)
    if (ends) break
  }
  return batch
}

/** The server must end each connection by itself, or when it is told that nothing more comes. */
function sendAll(port: number, localAddress: string, requests: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', localAddress })
    socket.setTimeout(30_000, () => {
      socket.destroy()
      reject(new Error('a connection was neither answered nor ended for 30 s'))
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    socket.resume()
    socket.end(Buffer.concat(requests))
  })
}
