import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { decodePacket, encodePacket } from './packet.ts'
import { createTftpServer } from './server.ts'

const releases: (() => unknown)[] = []
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release()
})

async function serve() {
  const handle = async () => ({ kind: 'file', bytes: Buffer.from('x'.repeat(700)) }) as const
  const server = await createTftpServer({ host: '127.0.0.1', port: 0, handle })
  releases.push(() => server.close())
  return server
}

/** A client with one port, that asks for one thing after the other. */
async function createPhone(serverPort: number) {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  releases.push(() => socket.close())
  const arrivals: { kind: string; from: RemoteInfo }[] = []
  let waiting: (() => void) | undefined
  socket.on('message', (message, from) => {
    const packet = decodePacket(message)
    arrivals.push({ kind: packet.kind === 'data' ? `data ${packet.block}` : packet.kind, from })
    waiting?.()
  })
  async function next() {
    while (arrivals.length === 0) {
      await new Promise<void>((resolve) => {
        waiting = resolve
      })
    }
    return arrivals.shift() ?? { kind: 'nothing', from: { port: 0 } }
  }
  const ask = () => {
    socket.send(encodePacket({ kind: 'read-request', filename: 'f', mode: 'octet', options: [] }), serverPort)
  }
  const ack = (block: number, port: number) => socket.send(encodePacket({ kind: 'ack', block }), port)
  return {
    arrivals,
    ask,
    ack,
    next,
    /** Answers the port that the file came from. */
    async fetchOne(): Promise<number> {
      ask()
      const first = await next()
      ack(1, first.from.port)
      expect((await next()).kind).toBe('data 2')
      ack(2, first.from.port)
      return first.from.port
    },
  }
}

describe('the ports of transfers', () => {
  it('are used again, each after sixteen others at the earliest', async () => {
    const server = await serve()
    const phone = await createPhone(server.address().port)
    const ports: number[] = []
    for (let index = 0; index < 60; index += 1) ports.push(await phone.fetchOne())
    for (let index = 0; index < ports.length; index += 1) {
      expect(new Set(ports.slice(index, index + 17)).size).toBe(Math.min(17, ports.length - index))
    }
    expect(new Set(ports).size).toBeLessThan(25)
    await expect.poll(() => server.stats().ended.sent).toBe(60)
    expect(server.stats()).toMatchObject({ opened: 60, retransmissions: 0, stray: 0 })
  })

  it('say nothing to a packet that comes after the end, at rest and when another has the port', async () => {
    const server = await serve()
    const [late, other] = [await createPhone(server.address().port), await createPhone(server.address().port)]
    const port = await late.fetchOne()
    late.ack(2, port)
    await expect.poll(() => server.stats().stray).toBe(1)
    let theirs = 0
    for (let index = 0; index < 40 && theirs !== port; index += 1) {
      other.ask()
      theirs = (await other.next()).from.port
      if (theirs === port) late.ack(2, port)
      if (theirs === port) await expect.poll(() => server.stats().stray).toBe(2)
      other.ack(1, theirs)
      expect((await other.next()).kind).toBe('data 2')
      other.ack(2, theirs)
    }
    expect(theirs).toBe(port)
    expect(late.arrivals).toEqual([])
    expect(server.stats()).toMatchObject({ unknownTransferId: 0, retransmissions: 0 })
  })

  it('are all given free when the server closes, those at rest as well', async () => {
    const server = await serve()
    const phone = await createPhone(server.address().port)
    const port = await phone.fetchOne()
    await expect.poll(() => server.stats().active).toBe(0)
    await server.close()
    const taken = createSocket('udp4')
    taken.bind({ port, address: '127.0.0.1', exclusive: true })
    await once(taken, 'listening')
    taken.close()
  })
})
