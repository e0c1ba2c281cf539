import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type AgiSession, acceptAgi } from '@strowger/asterisk'
import type { Clock, Log } from '@strowger/service'
import { isInNetwork } from '@strowger/service'

export interface FastAgiServer {
  readonly port: number
  close(): Promise<void>
}

const atOnce = 100
const silenceMs = 10_000

/** Answers AGI() of these Asterisks; connections from elsewhere are closed unread. */
export async function listenFastAgi(parts: {
  readonly host: string
  readonly port: number
  /** Addresses and networks. */
  readonly from: readonly string[]
  readonly answer: (session: AgiSession) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}): Promise<FastAgiServer> {
  const { host, port, from, answer, clock, log } = parts
  const sockets = new Set<Socket>()

  async function serve(socket: Socket): Promise<void> {
    try {
      await answer(await acceptAgi(socket, { clock, timeoutMs: silenceMs }))
    } catch (error) {
      log.debug({ error }, 'a FastAGI connection ended early')
      socket.destroy()
    }
  }

  const server = createServer((socket) => {
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    if (sockets.size > atOnce || !from.some((network) => isInNetwork(address, network))) return void socket.destroy()
    void serve(socket)
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
