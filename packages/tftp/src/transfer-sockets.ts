import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'

/** What a transfer does with a socket while it has it. */
export interface SocketUse {
  /** Packets may be sent. */
  onReady(): void
  onMessage(message: Buffer, from: RemoteInfo): void
  /** The socket failed: it is gone. */
  onError(error: unknown): void
}

/** A socket on a port of its own, lent to one transfer. */
export interface TransferSocket {
  readonly socket: Socket
  /** Calls `onReady` at once when the port is taken already. */
  begin(use: SocketUse): void
  /** Is this who had the socket before? What comes late from there is answered by nobody. */
  wasOf(from: RemoteInfo): boolean
  giveBack(): void
}

export interface TransferSockets {
  lend(client: RemoteInfo): TransferSocket
  /** Closes those at rest; those that are lent are closed when they are given back. */
  close(): void
}

/**
 * A socket rests until so many others have been given back after it. A port that was in use a moment ago could
 * otherwise meet a late packet of the same client and take it for one of its next transfer (RFC 1350 §4 has ports
 * chosen at random for the same reason).
 */
const restingAtLeast = 16
const restingAtMost = 256

interface Lent {
  readonly socket: Socket
  state: 'binding' | 'bound' | 'failed'
  isLent: boolean
  use: SocketUse | undefined
  client: RemoteInfo
  previous: RemoteInfo | undefined
}

/** Sockets for transfers: making, binding and closing one costs as much as sending three blocks, so they are used again. */
export function createTransferSockets(options: {
  host: string
  /** A packet for a transfer that has ended. */
  onStray: () => void
}): TransferSockets {
  const { host, onStray } = options
  const resting: Lent[] = []
  let isClosed = false

  function open(client: RemoteInfo): Lent {
    const socket = openSocket(host)
    const lent: Lent = { socket, state: 'binding', isLent: true, use: undefined, client, previous: undefined }
    socket.on('message', (message, from) => {
      if (lent.use === undefined) onStray()
      else lent.use.onMessage(message, from)
    })
    bind(socket, host, 0).then(
      () => {
        lent.state = 'bound'
        socket.on('error', (error) => fail(lent, error))
        if (lent.isLent) lent.use?.onReady()
        else rest(lent)
      },
      (error) => fail(lent, error),
    )
    return lent
  }

  function fail(lent: Lent, error: unknown): void {
    lent.state = 'failed'
    const at = resting.indexOf(lent)
    if (at >= 0) resting.splice(at, 1)
    closeSocket(lent.socket)
    lent.use?.onError(error)
  }

  function rest(lent: Lent): void {
    if (isClosed || resting.length >= restingAtMost) closeSocket(lent.socket)
    else resting.push(lent)
  }

  return {
    lend(client) {
      const rested = resting.length > restingAtLeast ? resting.shift() : undefined
      const lent = rested ?? open(client)
      if (rested) {
        rested.previous = rested.client
        rested.client = client
        rested.isLent = true
      }
      let givenBack = false
      return {
        socket: lent.socket,
        begin(use) {
          lent.use = use
          if (lent.state === 'bound') use.onReady()
        },
        wasOf: ({ port, address }) => lent.previous?.port === port && lent.previous.address === address,
        giveBack() {
          if (givenBack) return
          givenBack = true
          lent.isLent = false
          lent.use = undefined
          if (lent.state === 'bound') rest(lent)
        },
      }
    },
    close() {
      isClosed = true
      for (const { socket } of resting.splice(0)) closeSocket(socket)
    },
  }
}

/** Addresses are always literal here: looking one up would cost a turn of the event loop a packet. */
export function openSocket(host: string): Socket {
  const family = host.includes(':') ? 6 : 4
  return createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    lookup: (address, _options, callback) => callback(null, address, family),
  })
}

/** Rejects, with the socket closed, when the port cannot be taken. */
export function bind(socket: Socket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      closeSocket(socket)
      reject(error)
    }
    socket.once('error', refuse)
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', refuse)
      resolve()
    })
  })
}

/** A socket that failed to bind, or was never bound, may already be closed. */
function closeSocket(socket: Socket): void {
  try {
    socket.close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_DGRAM_NOT_RUNNING') throw error
  }
}
