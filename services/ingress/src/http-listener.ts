import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Connections } from './connections.ts'

export interface PhoneHttpServer {
  readonly port: number
  /** Ends when the requests in flight have been answered. */
  close(): Promise<void>
}

/** How long a client may take; phones send a few hundred bytes at once. Milliseconds. */
export interface HttpPatience {
  /** Until the last byte of the headers; then 408. */
  readonly headersMs: number
  /** Until the last byte of the request, its body included; then 408. */
  readonly requestMs: number
  /** Without any byte in either direction, as a client that does not read its answer; then the connection is cut. */
  readonly silenceMs: number
}

/** Headers with the line of the request; more is answered 431. */
const maxHeaderBytes = 16_384

/**
 * Connections that wait until the event loop comes to take them; the system takes its own limit (`net.core.somaxconn`)
 * when that is less. Node's 511 are overrun when the phones of a large site start together: the system then answers
 * with SYN cookies, cannot check some of them a moment later, and resets phones that think they are connected.
 */
const waitingConnections = 65_535

/** What every server for phones is made with. No Host header is asked for: phones send none. */
export function httpServerOptions({ headersMs, requestMs, silenceMs }: HttpPatience) {
  return {
    requireHostHeader: false,
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersMs,
    requestTimeout: Math.max(headersMs, requestMs),
    keepAliveTimeout: Math.min(30_000, silenceMs),
    connectionsCheckingInterval: Math.max(50, Math.min(5_000, headersMs / 2)),
  }
}

/** One more port for phones, over HTTP. Rejects when it cannot be taken. */
export function listenHttp(parts: {
  host: string | undefined
  port: number
  listener: RequestListener
  patience: HttpPatience
  connections: Connections
}): Promise<PhoneHttpServer> {
  return openHttp(createServer(httpServerOptions(parts.patience), parts.listener), parts)
}

/** Takes the port for a server that was made with `httpServerOptions`. */
export async function openHttp(
  server: Server,
  parts: {
    host: string | undefined
    port: number
    listener: RequestListener
    patience: HttpPatience
    connections: Connections
  },
): Promise<PhoneHttpServer> {
  parts.connections.guard(server)
  server.maxRequestsPerSocket = 0
  server.timeout = parts.patience.silenceMs
  // Who asks before sending a body (`Expect: 100-continue`) gets our answer instead of a go-ahead.
  server.on('checkContinue', parts.listener)
  const port = await listening(server, parts.port, parts.host)
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

function listening(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const done = () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    }
    server.listen({ port, backlog: waitingConnections, ...(host === undefined ? {} : { host }) }, done)
  })
}
