import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { TftpAnswer, TftpRequest } from './answer.ts'
import { decodePacket, encodePacket, type MalformedPacket, type TftpOption, type TftpPacket } from './packet.ts'
import { createTftpServer, type TftpServerOptions } from './server.ts'
import type { TransferOutcome } from './transfer.ts'

const releases: (() => unknown)[] = []
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release()
})

const fast = { unansweredMs: [60, 60, 60], answeredMs: [60, 120] }

async function serve(options: Partial<TftpServerOptions> & Pick<TftpServerOptions, 'handle'>) {
  const server = await createTftpServer({ host: '127.0.0.1', port: 0, retransmission: fast, ...options })
  releases.push(() => server.close())
  return server
}

interface Received {
  readonly packet: TftpPacket | MalformedPacket
  readonly from: RemoteInfo
}

/** A client whose every packet is under the test's control. */
async function createPhone(host = '127.0.0.1') {
  const socket: Socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  releases.push(() => socket.close())
  const received: Received[] = []
  const waiting: ((value: Received) => void)[] = []
  socket.on('message', (message, from) => {
    const arrived = { packet: decodePacket(message), from }
    const next = waiting.shift()
    if (next) next(arrived)
    else received.push(arrived)
  })
  return {
    received,
    send: (packet: TftpPacket | Buffer, port: number) =>
      socket.send(Buffer.isBuffer(packet) ? packet : encodePacket(packet), port, host),
    read(filename: string, port: number, options: TftpOption[] = [], mode = 'octet') {
      this.send({ kind: 'read-request', filename, mode, options }, port)
    },
    next(): Promise<Received> {
      const ready = received.shift()
      if (ready) return Promise.resolve(ready)
      return new Promise((resolve) => waiting.push(resolve))
    },
  }
}

const ack = (block: number) => ({ kind: 'ack', block }) as const
const file = (bytes: Uint8Array, more: object = {}): TftpAnswer => ({ kind: 'file', bytes, ...more })
const textOf = (packet: TftpPacket | MalformedPacket) =>
  packet.kind === 'data' ? Buffer.from(packet.data).toString() : packet.kind

describe.each([false, true])('a server with singlePort %s', (singlePort) => {
  it('sends a file and tells when the client first answered and when it has everything', async () => {
    const news: (string | TransferOutcome)[] = []
    const server = await serve({
      singlePort,
      handle: async () =>
        file(Buffer.from('hello'), {
          onFirstAck: () => news.push('first'),
          onDone: (end: TransferOutcome) => news.push(end),
        }),
    })
    const { port } = server.address()
    const phone = await createPhone()
    phone.read('a.cfg', port)
    const { packet, from } = await phone.next()
    expect(textOf(packet)).toBe('hello')
    expect(from.port === port).toBe(singlePort)
    phone.send(ack(1), from.port)
    await expect.poll(() => news).toEqual(['first', { kind: 'sent' }])
    expect(server.stats()).toMatchObject({ active: 0, opened: 1, ended: { sent: 1 }, retransmissions: 0 })
  })

  it('opens no second transfer for a request repeated from the same port', async () => {
    let calls = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const server = await serve({
      singlePort,
      retransmission: { unansweredMs: [5000], answeredMs: [5000] },
      handle: async () => {
        calls++
        await held
        return file(Buffer.from('x'))
      },
    })
    const { port } = server.address()
    const phone = await createPhone()
    for (let repeat = 0; repeat < 3; repeat++) phone.read('a.cfg', port)
    await expect.poll(() => server.stats().repeated).toBe(2)
    release()
    await phone.next()
    phone.read('a.cfg', port)
    await expect.poll(() => server.stats().repeated).toBe(3)
    expect(phone.received).toEqual([])
    expect(calls).toBe(1)
    expect(server.stats()).toMatchObject({ opened: 1, active: 1 })
  })

  it('repeats an unanswered packet twice and no more', async () => {
    const server = await serve({ singlePort, handle: async () => file(Buffer.from('x')) })
    const phone = await createPhone()
    phone.read('a.cfg', server.address().port)
    await expect.poll(() => server.stats().ended['timed-out'], { timeout: 3000 }).toBe(1)
    expect(phone.received).toHaveLength(3)
    expect(server.stats().retransmissions).toBe(2)
  })

  it('begins anew for a client that asks from the same port for something else', async () => {
    const server = await serve({ singlePort, handle: async ({ filename }) => file(Buffer.from(filename)) })
    const { port } = server.address()
    const phone = await createPhone()
    phone.read('first', port)
    expect(textOf((await phone.next()).packet)).toBe('first')
    phone.read('second', port)
    const { packet, from } = await phone.next()
    expect(textOf(packet)).toBe('second')
    phone.send(ack(1), from.port)
    await expect.poll(() => server.stats().ended).toMatchObject({ sent: 1, stopped: 1 })
  })

  it('serves the next file to the same port right behind the last ACK', async () => {
    const server = await serve({ singlePort, handle: async () => file(Buffer.from('x')) })
    const { port } = server.address()
    const phone = await createPhone()
    phone.read('a.cfg', port)
    for (let turn = 0; turn < 200; turn++) {
      const { from } = await phone.next()
      phone.send(ack(1), from.port)
      phone.read('a.cfg', port)
    }
    await phone.next()
    expect(server.stats()).toMatchObject({ ended: { sent: 200 }, repeated: 0 })
  })

  it('acknowledges only the options it was asked for and understands', async () => {
    const server = await serve({ singlePort, handle: async () => file(Buffer.alloc(3000)) })
    const phone = await createPhone()
    const options = [
      { name: 'blksize', value: '1024' },
      { name: 'multicast', value: '' },
    ]
    phone.read('a.cfg', server.address().port, options)
    const { packet, from } = await phone.next()
    expect(packet).toEqual({ kind: 'option-ack', options: [{ name: 'blksize', value: '1024' }] })
    phone.send(ack(0), from.port)
    const block = (await phone.next()).packet
    expect(block).toMatchObject({ kind: 'data', block: 1 })
    expect(block.kind === 'data' && block.data.length).toBe(1024)
  })

  it('sends blocks that are too large to be copied, byte for byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 40_000 }, (_, index) => index % 251))
    const server = await serve({ singlePort, handle: async () => file(bytes) })
    const phone = await createPhone()
    phone.read('a.rom', server.address().port, [{ name: 'blksize', value: '20000' }])
    const { port } = (await phone.next()).from
    const got: Uint8Array[] = []
    for (let block = 0; block < 3; block++) {
      phone.send(ack(block), port)
      const { packet } = await phone.next()
      if (packet.kind === 'data') got.push(packet.data)
    }
    phone.send(ack(3), port)
    expect(got.map(({ length }) => length)).toEqual([20_000, 20_000, 0])
    expect(Buffer.concat(got).equals(bytes)).toBe(true)
    await expect.poll(() => server.stats().ended.sent).toBe(1)
  })

  it('ends every transfer when it is closed', async () => {
    const ends: TransferOutcome[] = []
    const onDone = (end: TransferOutcome) => ends.push(end)
    const server = await serve({ singlePort, handle: async () => file(Buffer.alloc(3000), { onDone }) })
    const phone = await createPhone()
    phone.read('a.cfg', server.address().port)
    await phone.next()
    await server.close()
    expect(ends).toEqual([{ kind: 'stopped' }])
  })
})

describe('a server', () => {
  const never = async () => expect.unreachable() as never

  it('answers a packet from an unknown TID with error 5 and goes on', async () => {
    const server = await serve({ handle: async () => file(Buffer.alloc(600, 'a')) })
    const phone = await createPhone()
    const stranger = await createPhone()
    phone.read('a.cfg', server.address().port)
    const { from } = await phone.next()
    stranger.send(ack(1), from.port)
    expect((await stranger.next()).packet).toMatchObject({ kind: 'error', code: 5 })
    stranger.send({ kind: 'error', code: 0, message: 'stop' }, from.port)
    phone.send(ack(1), from.port)
    expect((await phone.next()).packet).toMatchObject({ kind: 'data', block: 2 })
    phone.send(ack(2), from.port)
    await expect.poll(() => server.stats().ended.sent).toBe(1)
    expect(stranger.received).toEqual([])
  })

  it.each([
    ['a write', { kind: 'write-request', filename: 'a', mode: 'octet', options: [] } as const, 2],
    ['the mode mail', { kind: 'read-request', filename: 'a', mode: 'mail', options: [] } as const, 4],
    ['an empty name', { kind: 'read-request', filename: '', mode: 'octet', options: [] } as const, 1],
    ['a name that is not ASCII', { kind: 'read-request', filename: 'é.cfg', mode: 'octet', options: [] } as const, 1],
    ['a name with a line break', { kind: 'read-request', filename: 'a\n.cfg', mode: 'octet', options: [] } as const, 1],
    ['an overlong name', { kind: 'read-request', filename: 'a'.repeat(600), mode: 'octet', options: [] } as const, 4],
    ['an unknown opcode', Buffer.from([0, 9, 0, 0]), 4],
    ['an ACK for nothing', ack(7), 5],
  ])('answers %s with an error and does not ask the handler', async (_what, packet, code) => {
    const server = await serve({ handle: never })
    const phone = await createPhone()
    phone.send(packet, server.address().port)
    expect((await phone.next()).packet).toMatchObject({ kind: 'error', code })
  })

  it('never answers an error', async () => {
    const server = await serve({ handle: never })
    const phone = await createPhone()
    phone.send({ kind: 'error', code: 5, message: 'who?' }, server.address().port)
    await expect.poll(() => server.stats().stray).toBe(1)
    phone.send(ack(1), server.address().port)
    expect((await phone.next()).packet).toMatchObject({ kind: 'error', code: 5 })
    expect(phone.received).toEqual([])
  })

  it('passes the handler’s error on, keeps its silence, and survives its failure', async () => {
    const errors: unknown[] = []
    const server = await serve({
      onError: (error) => errors.push(error),
      handle: async ({ filename }): Promise<TftpAnswer> => {
        if (filename === 'boom') throw new Error('boom')
        return filename === 'hush' ? { kind: 'silence' } : { kind: 'error', code: 2, message: 'Not yours' }
      },
    })
    const { port } = server.address()
    const phone = await createPhone()
    phone.read('other', port)
    expect((await phone.next()).packet).toEqual({ kind: 'error', code: 2, message: 'Not yours' })
    phone.read('hush', port)
    await expect.poll(() => server.stats().silent).toBe(1)
    phone.read('boom', port)
    expect((await phone.next()).packet).toMatchObject({ kind: 'error', code: 0 })
    expect(errors).toHaveLength(1)
    expect(server.stats().active).toBe(0)
  })

  it('leaves requests over the caps unanswered', async () => {
    const limits = { maxTransfers: 3, maxTransfersPerSource: 2 }
    const server = await serve({ limits, handle: async () => file(Buffer.alloc(2_000)) })
    const phones = await Promise.all([createPhone(), createPhone(), createPhone()])
    for (const phone of phones.slice(0, 2)) {
      phone.read('a.cfg', server.address().port)
      const { from } = await phone.next()
      phone.send(ack(1), from.port)
    }
    await expect.poll(() => phones.map(({ received }) => received.length)).toEqual([1, 1, 0])
    phones[2]?.read('a.cfg', server.address().port)
    await expect.poll(() => server.stats()).toMatchObject({ opened: 2, overLimit: 1, displaced: 0 })
  })

  it('gives the oldest transfer up that nobody has acknowledged, before it leaves a request unanswered', async () => {
    const limits = { maxTransfers: 3, maxTransfersPerSource: 2 }
    const server = await serve({ limits, handle: async () => file(Buffer.alloc(2_000)) })
    const [proven, silent, later] = await Promise.all([createPhone(), createPhone(), createPhone()])
    proven?.read('a.cfg', server.address().port)
    const { from } = (await proven?.next()) ?? { from: { port: 0 } }
    proven?.send(ack(1), from.port)
    await proven?.next()
    silent?.read('a.cfg', server.address().port)
    await silent?.next()
    later?.read('a.cfg', server.address().port)
    await later?.next()
    expect(server.stats()).toMatchObject({ opened: 3, displaced: 1, overLimit: 0, active: 2 })
    proven?.send(ack(2), from.port)
    expect((await proven?.next())?.packet).toMatchObject({ kind: 'data', block: 3 })
  })

  it('drops the oldest request that waits for its answer when too many do, and its answer later', async () => {
    const releases: (() => void)[] = []
    const server = await serve({
      limits: { maxTransfers: 2, maxTransfersPerSource: 2 },
      handle: async ({ filename }) => {
        if (filename === 'quick') return file(Buffer.from('quick'))
        await new Promise<void>((resolve) => releases.push(resolve))
        return file(Buffer.from('slow'))
      },
    })
    const [first, second, third] = await Promise.all([createPhone(), createPhone(), createPhone()])
    for (const phone of [first, second]) phone?.read('slow', server.address().port)
    await expect.poll(() => releases.length).toBe(2)
    third?.read('quick', server.address().port)
    const { from, packet } = (await third?.next()) ?? { from: { port: 0 }, packet: { kind: 'malformed' } }
    expect(packet).toMatchObject({ kind: 'data', block: 1 })
    third?.send(ack(1), from.port)
    for (const release of releases) release()
    expect(textOf((await second?.next())?.packet ?? { kind: 'malformed', problem: '' })).toBe('slow')
    expect(server.stats()).toMatchObject({ displaced: 1, opened: 2 })
    expect(first?.received).toEqual([])
  })

  it('strips leading slashes when it is told to', async () => {
    const asked: TftpRequest[] = []
    const server = await serve({
      stripLeadingSlash: true,
      handle: async (request) => {
        asked.push(request)
        return { kind: 'silence' }
      },
    })
    const phone = await createPhone()
    phone.read('//dir/a.cfg', server.address().port, [], 'OCTET')
    await expect.poll(() => asked).toMatchObject([{ filename: 'dir/a.cfg', mode: 'octet', peer: { family: 'IPv4' } }])
  })

  it('shows an IPv4 phone on a dual-stack socket under its IPv4 address', async () => {
    const asked: TftpRequest[] = []
    const server = await serve({
      host: '::',
      handle: async (request) => {
        asked.push(request)
        return file(Buffer.from('x'))
      },
    })
    const phone = await createPhone()
    phone.read('a.cfg', server.address().port)
    const { from } = await phone.next()
    phone.send(ack(1), from.port)
    await expect.poll(() => server.stats().ended.sent).toBe(1)
    expect(asked).toMatchObject([{ peer: { address: '127.0.0.1', family: 'IPv4' } }])
  })

  it('finishes what is under way before it closes, when given time', async () => {
    const ends: TransferOutcome[] = []
    const onDone = (end: TransferOutcome) => ends.push(end)
    const server = await serve({ handle: async () => file(Buffer.from('x'), { onDone }) })
    const phone = await createPhone()
    phone.read('a.cfg', server.address().port)
    const { from } = await phone.next()
    const closed = server.close({ drainMs: 5000 })
    phone.send(ack(1), from.port)
    await closed
    expect(ends).toEqual([{ kind: 'sent' }])
  })

  it('says that a port is taken', async () => {
    const first = await serve({ handle: never })
    const { port } = first.address()
    await expect(serve({ port, handle: never })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
