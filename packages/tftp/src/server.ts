import type { RemoteInfo, Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { createAdmission, defaultTransferLimits, type TransferLimits } from './admission.ts'
import { createAlertness } from './alertness.ts'
import type { TftpAnswer, TftpFile, TftpRequest } from './answer.ts'
import { defaultOptionLimits, type OptionLimits } from './options.ts'
import { decodePacket, encodePacket, tftpErrorCode } from './packet.ts'
import { peerFrom } from './peer.ts'
import { type Refusal, readableRequestFrom } from './request.ts'
import { createSession, type Session } from './session.ts'
import { createTftpCounters, type TftpStats } from './stats.ts'
import type { RetransmissionPlan } from './transfer.ts'
import { bind, createTransferSockets, openSocket, type TransferSocket } from './transfer-sockets.ts'
import { createUnprovenTransfers, type Unproven } from './unproven.ts'

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
  /** Given up before its answer came. */
  isDropped: boolean
}

/** What the server is told of a request that it has let in. */
interface TransferUse {
  /** It is over, in whatever way. Called once. */
  end(): void
  onFirstAck(): void
}

/**
 * A read-only TFTP server (RFC 1350, 2347, 2348, 2349, 7440) on one listening socket and, unless `singlePort`, another
 * for each transfer. Rejects when the port cannot be taken.
 */
export async function createTftpServer(options: TftpServerOptions): Promise<TftpServer> {
  const { host, handle, singlePort = false, stripLeadingSlash = false, onError = () => {} } = options
  const limits = { ...defaultTransferLimits, ...defaultOptionLimits, ...options.limits }
  const retransmission = options.retransmission ?? defaultRetransmission
  const clock = options.clock ?? { monotonicMs: () => performance.now() }
  const nowMs = () => clock.monotonicMs()
  const admission = createAdmission(limits)
  const sessions = new Set<Session>()
  const alertness = createAlertness(nowMs, () => sessions.size === 1)
  const unproven = createUnprovenTransfers()
  const conversations = new Map<string, Conversation>()
  const counters = createTftpCounters()
  const transferSockets = createTransferSockets({ host, onStray: () => counters.stray++ })
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
    if (phase !== 'open' || !enters(peer.address)) {
      counters.overLimit++
      return
    }
    const begun: Conversation = { remote, requestText, session: undefined, isDropped: false }
    const held: Unproven = {
      source: peer.address,
      stop() {
        begun.isDropped = true
        if (begun.session) begun.session.stop()
        else end()
      },
    }
    conversations.set(key, begun)
    unproven.add(held)
    const end = () => {
      unproven.remove(held)
      if (conversations.get(key) === begun) conversations.delete(key)
      admission.leave(peer.address)
      if (admission.count === 0) onIdle()
    }
    void answer(begun, { ...asked, peer }, { end, onFirstAck: () => unproven.remove(held) })
  }

  /** Takes a place, if need be that of the oldest transfer that nobody has acknowledged. */
  function enters(source: string): boolean {
    const entered = admission.enter(source)
    if (entered === 'entered') return true
    const oldest = unproven.oldest(entered === 'source-full' ? source : undefined)
    if (oldest === undefined) return false
    counters.displaced++
    oldest.stop()
    return admission.enter(source) === 'entered'
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

  async function answer(conversation: Conversation, request: TftpRequest, use: TransferUse): Promise<void> {
    const { remote } = conversation
    try {
      const result = await handle(request)
      if (conversation.isDropped) return
      if (result.kind === 'file' && phase !== 'closed') {
        open(conversation, request, result, use)
        return
      }
      use.end()
      if (result.kind === 'silence') counters.silent++
      if (result.kind !== 'error') return
      counters.refused++
      refuse(listening, remote, result)
    } catch (error) {
      counters.failed++
      onError(error)
      if (conversation.isDropped) return
      use.end()
      refuse(listening, remote, { code: tftpErrorCode.notDefined, message: 'Internal processing error' })
    }
  }

  function open(conversation: Conversation, request: TftpRequest, file: TftpFile, use: TransferUse): void {
    const { remote } = conversation
    const own = singlePort ? undefined : transferSockets.lend(remote)
    const socket = own?.socket ?? listening
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
      onAck: alertness.answered,
      onFirstAck: use.onFirstAck,
      onEnd: () => {
        sessions.delete(session)
        own?.giveBack()
        use.end()
      },
    })
    conversation.session = session
    sessions.add(session)
    counters.opened++
    if (own === undefined) session.start()
    else beginOnOwnSocket(own, session, remote)
  }

  function beginOnOwnSocket(own: TransferSocket, session: Session, remote: RemoteInfo): void {
    own.begin({
      onReady: session.start,
      onMessage(message, from) {
        const packet = decodePacket(message)
        if (from.port === remote.port && from.address === remote.address) {
          if (packet.kind === 'malformed') counters.malformed++
          else session.receive(packet)
        } else if (own.wasOf(from)) {
          // An error would reach a client that may be waiting for its next file on that port.
          counters.stray++
        } else {
          counters.unknownTransferId++
          if (packet.kind !== 'error') refuse(own.socket, from, unknownTransferId)
        }
      },
      onError(error) {
        onError(error)
        session.stop()
      },
    })
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
    transferSockets.close()
    await new Promise<void>((resolve) => listening.close(() => resolve()))
  }

  return {
    address: () => listening.address(),
    stats: () => ({ ...counters, ended: { ...counters.ended }, active: admission.count }),
    close,
  }
}

const unknownTransferId = { code: tftpErrorCode.unknownTransferId, message: 'Unknown transfer ID' }
