import { connect, type Socket } from 'node:net'
import { Fault } from '@strowger/schema'
import type { Clock, Log, Timer } from '@strowger/service'
import { type AmiMessage, amiValue, createAmiDecoder, encodeAmiMessage } from './ami-message.ts'

export interface AmiOptions {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly secret: string
  /** How long an action may take; default 5 s. */
  readonly timeoutMs?: number
  readonly clock: Clock
  readonly log: Log
  /** Every event of the interface. Without it none are asked for. */
  readonly onEvent?: (event: AmiMessage) => void
  /** Logged in, also again after the connection was lost. */
  readonly onReady?: () => void
}

/** A connection to the Asterisk Manager Interface that comes back by itself. */
export interface AmiClient {
  /**
   * Sends an action; resolves with its response. Fault `unavailable` when there is no connection or no response in
   * time, `conflict` with Asterisk's words when it answers `Error`.
   */
  action(name: string, fields?: AmiMessage): Promise<AmiMessage>
  /** Sends an action that is answered with a list (`EventList: start`); resolves with its events. Faults likewise. */
  list(name: string, fields?: AmiMessage): Promise<readonly AmiMessage[]>
  readonly connected: boolean
  /** Why there is no connection at present. */
  readonly problem: string | undefined
  close(): void
}

const retryMs = { first: 500, most: 30_000 }

interface Pending {
  /** Of an action that is answered with a list: what has come of it. */
  readonly events?: AmiMessage[]
  settle(response: AmiMessage): void
  fail(fault: Fault): void
  readonly timer: Timer
}

/** Connects at once and again, with growing pauses, whenever the connection is lost; never rejects by itself. */
export function createAmiClient(options: AmiOptions): AmiClient {
  const { host, port, username, secret, timeoutMs = 5_000, clock, log, onEvent, onReady } = options
  const pending = new Map<string, Pending>()
  let socket: Socket | undefined
  let isReady = false
  let problem: string | undefined = 'not connected yet'
  let isClosed = false
  let pauseMs = retryMs.first
  let number = 0
  let retry: Timer | undefined

  function open(): void {
    const decode = createAmiDecoder()
    const opened = connect({ host, port })
    socket = opened
    opened.setEncoding('utf8').setNoDelay(true).setKeepAlive(true, 10_000)
    opened.once('connect', () => void logIn(opened))
    opened.on('data', (chunk: string) => {
      try {
        for (const message of decode(chunk)) receive(message)
      } catch (error) {
        opened.destroy(error as Error)
      }
    })
    opened.on('error', (error) => {
      problem = error.message
    })
    opened.once('close', () => lost(opened))
  }

  async function logIn(opened: Socket): Promise<void> {
    try {
      const fields = [['Username', username] as const, ['Secret', secret] as const]
      await send('Login', [...fields, ['Events', onEvent === undefined ? 'off' : 'on']])
    } catch (error) {
      problem = `log-in: ${(error as Error).message}`
      opened.destroy()
      return
    }
    isReady = true
    problem = undefined
    pauseMs = retryMs.first
    onReady?.()
  }

  function lost(closed: Socket): void {
    if (socket !== closed) return
    if (isReady) log.warn({ host, port }, 'the connection to the manager interface was lost')
    isReady = false
    problem ??= 'the connection was closed'
    for (const { fail } of [...pending.values()]) fail(unavailable(problem))
    if (isClosed) return
    retry = clock.after(pauseMs, open)
    pauseMs = Math.min(retryMs.most, pauseMs * 2)
  }

  function receive(message: AmiMessage): void {
    const waiting = pending.get(amiValue(message, 'ActionID') ?? '')
    const response = amiValue(message, 'Response')
    if (response !== undefined) {
      if (waiting?.events === undefined || response === 'Error') waiting?.settle(message)
    } else if (waiting?.events) {
      if (amiValue(message, 'EventList') === 'Complete') waiting.settle(message)
      else waiting.events.push(message)
    } else if (amiValue(message, 'Event') !== undefined) onEvent?.(message)
  }

  function send(name: string, fields: AmiMessage, events?: AmiMessage[]): Promise<AmiMessage> {
    const id = `${name}-${++number}`
    const text = encodeAmiMessage([['Action', name], ['ActionID', id], ...fields])
    return new Promise((resolve, reject) => {
      const end = () => {
        entry.timer.cancel()
        pending.delete(id)
      }
      const entry: Pending = {
        ...(events === undefined ? {} : { events }),
        settle(response) {
          end()
          if (amiValue(response, 'Response') !== 'Error') return resolve(response)
          const words = amiValue(response, 'Message') ?? 'no reason given'
          reject(new Fault('conflict', { detail: `Asterisk refused ${name}: ${words}` }))
        },
        fail(fault) {
          end()
          reject(fault)
        },
        timer: clock.after(timeoutMs, () => entry.fail(unavailable(`no response to ${name} in ${timeoutMs} ms`))),
      }
      pending.set(id, entry)
      socket?.write(text)
    })
  }

  open()
  return {
    async action(name, fields = []) {
      if (!isReady) throw unavailable(problem ?? 'not connected')
      return send(name, fields)
    },
    async list(name, fields = []) {
      if (!isReady) throw unavailable(problem ?? 'not connected')
      const events: AmiMessage[] = []
      await send(name, fields, events)
      return events
    },
    get connected() {
      return isReady
    },
    get problem() {
      return problem
    },
    close() {
      isClosed = true
      retry?.cancel()
      socket?.destroy()
    },
  }
}

function unavailable(reason: string): Fault {
  return new Fault('unavailable', { detail: `Asterisk’s manager interface: ${reason}` })
}
