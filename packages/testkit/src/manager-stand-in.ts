import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

/** What it was told of one NOTIFY. */
export interface Notify {
  readonly endpoint?: string
  readonly uri?: string
  readonly variables: readonly string[]
  readonly atMs: number
}

/** Answers Login and PJSIPNotify as Asterisk’s manager interface does; knows the endpoints it is told to know. */
export interface ManagerStandIn {
  readonly port: number
  readonly notifies: Notify[]
  readonly endpoints: Set<string>
  /** Called with each NOTIFY it has taken: here phones come back. */
  onNotify(listener: (notify: Notify) => void): void
  close(): Promise<void>
}

export async function startManagerStandIn(secret: string): Promise<ManagerStandIn> {
  const notifies: Notify[] = []
  const endpoints = new Set<string>()
  const sockets = new Set<Socket>()
  let listener: (notify: Notify) => void = () => {}

  function answer(lines: readonly (readonly [string, string])[]): string {
    const value = (key: string) => lines.find(([name]) => name === key)?.[1]
    const reply = (response: string, message: string) =>
      `Response: ${response}\r\nActionID: ${value('ActionID')}\r\nMessage: ${message}\r\n\r\n`
    if (value('Action') === 'Login') {
      return value('Secret') === secret
        ? reply('Success', 'Authentication accepted')
        : reply('Error', 'Authentication failed')
    }
    const [endpoint, uri] = [value('Endpoint'), value('URI')]
    if (endpoint !== undefined && !endpoints.has(endpoint)) {
      return reply('Error', `Unable to retrieve endpoint ${endpoint}`)
    }
    const notify: Notify = {
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(uri === undefined ? {} : { uri }),
      variables: lines.filter(([name]) => name === 'Variable').map(([, text]) => text),
      atMs: performance.now(),
    }
    notifies.push(notify)
    listener(notify)
    return reply('Success', 'NOTIFY sent')
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.write('Asterisk Call Manager/7.0.3\r\n')
    let rest = ''
    socket.on('data', (bytes) => {
      const messages = (rest + String(bytes)).split('\r\n\r\n')
      rest = messages.pop() ?? ''
      for (const message of messages) {
        const lines = message.split('\r\n').map((line) => {
          const colon = line.indexOf(': ')
          return [line.slice(0, colon), line.slice(colon + 2)] as const
        })
        socket.write(answer(lines))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    notifies,
    endpoints,
    onNotify: (given) => {
      listener = given
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
