import { connect, type Socket } from 'node:net'

/**
 * Clients that hold connections as long as they are let: they send a header byte by byte, or ask for much and read
 * nothing. Resolves with what closes them; `openNow` counts those the server has not ended yet.
 */
export async function openSlowClients(parts: {
  port: number
  count: number
  addressOf: (index: number) => string
}): Promise<{ openNow(): number; close(): void }> {
  const { port, count, addressOf } = parts
  const open = new Set<Socket>()
  const opened = Array.from(
    { length: count },
    (_, index) =>
      new Promise<void>((resolve) => {
        const socket = connect({ port, host: '127.0.0.1', localAddress: addressOf(index) }, () => {
          open.add(socket)
          socket.write(index % 2 === 0 ? 'GET /a.cfg HTTP/1.1\r\nX-Slow: ' : 'GET /')
          resolve()
        })
        socket.on('error', () => resolve())
        socket.on('close', () => open.delete(socket))
        socket.resume()
      }),
  )
  await Promise.all(opened)
  const dripping = setInterval(() => {
    for (const socket of open) socket.write('x')
  }, 200)
  return {
    openNow: () => open.size,
    close() {
      clearInterval(dripping)
      for (const socket of open) socket.destroy()
    },
  }
}
