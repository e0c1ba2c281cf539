import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { createAdmission, defaultTransferLimits, type TransferLimits } from './admission.ts'
import type { TftpAnswer, TftpFile, TftpRequest } from './answer.ts'
import { defaultOptionLimits, type OptionLimits } from './options.ts'
import { decodePacket, encodePacket, tftpErrorCode } from './packet.ts'
import { peerFrom } from './peer.ts'
import { type Refusal, readableRequestFrom } from './request.ts'
import { createSession, type Session } from './session.ts'
import { createTftpCounters, type TftpStats } from './stats.ts'
import type { RetransmissionPlan } from './transfer.ts'

export interface TftpServerOptions {
  /** An address with a colon makes an IPv6 socket; `::` takes IPv4 too. */
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly handle: (request: TftpRequest) => Promise<TftpAnswer>
  readonly limits?: Partial<TransferLimits & OptionLimits>
  readonly retransmission?: RetransmissionPlan
  /** All packets leave from the listening port: needed behind a Service or a published port. Default false. */
  readonly singlePort?: boolean
  /** Many phones ask for `/name`. Default false. */
  readonly stripLeadingSlash?: boolean
  readonly clock?: { monotonicMs(): number }
  /** A handler that threw, or a socket that failed. */
  readonly onError?: (error: unknown) => void
}

export interface TftpServer {
  address(): AddressInfo
  stats(): TftpStats
  /** Takes no more requests, lets running transfers end for at most `drainMs` (default 0), then ends them. */
  close(options?: { drainMs?: number }): Promise<void>
}

/** 1 + 2 + 4 s before the first answer, so at most two repetitions towards an address that may be forged. */
export const defaultRetransmission: RetransmissionPlan = {
  unansweredMs: [1000, 2000, 4000],
  answeredMs: [1000, 2000, 4000, 8000, 8000],
}

/** One timer for all transfers. Looking over 4,096 of them twenty times a second is less than 1 % of a core. */
const tickMs = 50

/** What one client's TID has with us: a request whose answer is awaited, then a transfer. */
interface Conversation {
  readonly remote: RemoteInfo
  readonly requestText: string
  session: Session | undefined
}

/**
 * A read-only TFTP server (RFC 1350, 2347, 2348, 2349, 7440) on one listening socket and, unless `singlePort`, one
 * more for each transfer. Rejects when the port cannot be taken.
 */
export async function createTftpServer(options: TftpServerOptions): Promise<TftpServer> {
  const { host, handle, singlePort = false, stripLeadingSlash = false, onError = () => {} } = options
  const limits = { ...defaultTransferLimits, ...defaultOptionLimits, ...options.limits }
  const retransmission = options.retransmission ?? defaultRetransmission
  const clock = options.clock ?? { monotonicMs: () => performance.now() }
  const nowMs = () => clock.monotonicMs()
  const admission = createAdmission(limits)
  const sessions = new Set<Session>()
  const conversations = new Map<string, Conversation>()
  const counters = createTftpCounters()
  let phase: 'open' | 'draining' | 'closed' = 'open'
  let onIdle = () => {}

  const listening = openSocket(host)
  listening.on('message', receive)
  await bind(listening, host, options.port)
  listening.on('error', onError)
  const ticking = setInterval(() => {
    const atMs = nowMs()
    for (const session of sessions) session.tick(atMs)
  }, tickMs)
  ticking.unref()

  function receive(message: Buffer, remote: RemoteInfo): void {
    const packet = decodePacket(message)
    const key = `${remote.address} ${remote.port}`
    const conversation = conversations.get(key)
    const isRequest = packet.kind === 'read-request' || packet.kind === 'write-request' || packet.kind === 'malformed'
    if (singlePort && !isRequest && conversation?.session) {
      conversation.session.receive(packet)
      return
    }
    const asked = readableRequestFrom(packet, stripLeadingSlash)
    if (asked.kind === 'refuse') {
      counters[packet.kind === 'malformed' ? 'malformed' : isRequest ? 'refused' : 'stray']++
      // An ERROR is never answered, so two servers cannot keep each other busy.
      if (packet.kind !== 'error') refuse(listening, remote, asked)
      return
    }
    if (packet.kind !== 'read-request') return
    counters.requests++
    const request = { filename: asked.filename, mode: asked.mode, options: packet.options }
    const begin = () => accept(key, message.toString('latin1'), request, remote)
    // A client may ask for its next file from the same port, right behind its last ACK, which lies in another socket.
    // The second turn is the first that is sure to have looked there.
    if (conversation?.session) setImmediate(() => setImmediate(begin))
    else begin()
  }

  function accept(key: string, requestText: string, asked: Omit<TftpRequest, 'peer'>, remote: RemoteInfo): void {
    const conversation = conversations.get(key)
    if (conversation !== undefined && isRepetition(conversation, requestText)) {
      counters.repeated++
      return
    }
    const peer = peerFrom(remote.address, remote.port)
    if (phase !== 'open' || !admission.enter(peer.address)) {
      counters.overLimit++
      return
    }
    const begun: Conversation = { remote, requestText, session: undefined }
    conversations.set(key, begun)
    const end = () => {
      if (conversations.get(key) === begun) conversations.delete(key)
      admission.leave(peer.address)
      if (admission.count === 0) onIdle()
    }
    void answer(begun, { ...asked, peer }, end)
  }

  /**
   * A client that asks again from the same port has not heard us yet: our own repetition will reach it. Only when it
   * had answered and fallen silent, or wants something else, has it begun anew.
   */
  function isRepetition({ session, requestText }: Conversation, newText: string): boolean {
    if (session === undefined) return true
    if (requestText === newText && !session.hasFallenSilent) return true
    session.stop()
    return false
  }

  async function answer(conversation: Conversation, request: TftpRequest, end: () => void): Promise<void> {
    const { remote } = conversation
    try {
      const result = await handle(request)
      if (result.kind === 'file' && phase !== 'closed') {
        open(conversation, request, result, end)
        return
      }
      end()
      if (result.kind === 'silence') counters.silent++
      if (result.kind !== 'error') return
      counters.refused++
      refuse(listening, remote, result)
    } catch (error) {
      end()
      counters.failed++
      onError(error)
      refuse(listening, remote, { code: tftpErrorCode.notDefined, message: 'Internal processing error' })
    }
  }

  function open(conversation: Conversation, request: TftpRequest, file: TftpFile, end: () => void): void {
    const { remote } = conversation
    const socket = singlePort ? listening : openSocket(host)
    const session = createSession({
      file,
      mode: request.mode,
      options: request.options,
      limits,
      retransmission,
      counters,
      nowMs,
      onError,
      send: (packet) => socket.send(packet, remote.port, remote.address),
      onEnd: () => {
        sessions.delete(session)
        if (socket !== listening) closeSocket(socket)
        end()
      },
    })
    conversation.session = session
    sessions.add(session)
    counters.opened++
    if (socket === listening) session.start()
    else startOnOwnSocket(socket, session, remote)
  }

  function startOnOwnSocket(socket: Socket, session: Session, remote: RemoteInfo): void {
    const fail = (error: unknown) => {
      onError(error)
      session.stop()
    }
    socket.on('message', (message, from) => {
      const packet = decodePacket(message)
      if (from.port !== remote.port || from.address !== remote.address) {
        counters.unknownTransferId++
        if (packet.kind !== 'error') refuse(socket, from, unknownTransferId)
      } else if (packet.kind === 'malformed') counters.malformed++
      else session.receive(packet)
    })
    bind(socket, host, 0).then(() => {
      socket.on('error', fail)
      session.start()
    }, fail)
  }

  function refuse(socket: Socket, remote: RemoteInfo, { code, message }: Omit<Refusal, 'kind'>): void {
    if (phase !== 'closed') socket.send(encodePacket({ kind: 'error', code, message }), remote.port, remote.address)
  }

  async function close({ drainMs = 0 } = {}): Promise<void> {
    if (phase !== 'open') return
    phase = 'draining'
    if (drainMs > 0 && admission.count > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, drainMs)
        onIdle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    phase = 'closed'
    clearInterval(ticking)
    for (const session of sessions) session.stop()
    await new Promise<void>((resolve) => listening.close(() => resolve()))
  }

  return {
    address: () => listening.address(),
    stats: () => ({ ...counters, ended: { ...counters.ended }, active: admission.count }),
    close,
  }
}

const unknownTransferId = { code: tftpErrorCode.unknownTransferId, message: 'Unknown transfer ID' }

/** Addresses are always literal here: looking one up would cost a turn of the event loop a packet. */
function openSocket(host: string): Socket {
  const family = host.includes(':') ? 6 : 4
  return createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    lookup: (address, _options, callback) => callback(null, address, family),
  })
}

function bind(socket: Socket, address: string, port: number): Promise<void> {
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
