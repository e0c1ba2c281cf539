import { connect } from 'node:net'

/** A phone's connection over HTTP: one request at a time, each answered before the next. */
export interface PhoneConnection {
  /** Sends, and resolves with the status and length of the answer when all of it is there. */
  ask(request: string): Promise<{ status: string; bytes: number }>
  leave(): void
}

/** Rejects, as does a question, when the connection fails or is closed. */
export function openPhoneConnection(target: { port: number; localAddress: string }): Promise<PhoneConnection> {
  const socket = connect({ host: '127.0.0.1', ...target, noDelay: true })
  let answered: (answer: { status: string; bytes: number }) => void = () => {}
  let failed: (error: Error) => void = () => {}
  let missing = 0
  let bytes = 0
  let status = ''
  let head = ''
  socket.on('data', (chunk) => {
    bytes += chunk.length
    if (missing === 0) {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      status = head.slice(9, 12)
      missing = end + 4 + Number(/content-length: (\d+)/i.exec(head.slice(0, end))?.[1] ?? 0) - head.length
      head = ''
    } else missing -= chunk.length
    if (missing === 0) answered({ status, bytes })
  })
  return new Promise((resolve, reject) => {
    failed = reject
    socket.on('error', (error) => failed(error))
    socket.on('close', () => failed(new Error('the connection was closed')))
    socket.once('connect', () => {
      resolve({
        ask: (request) =>
          new Promise((done, broken) => {
            bytes = 0
            failed = broken
            answered = done
            socket.write(request)
          }),
        leave: () => socket.destroy(),
      })
    })
  })
}
