import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Clock, Log } from '@strowger/service'
import { verifiedMac } from './client-certificate.ts'
import type { Connections } from './connections.ts'
import { type HttpPatience, httpServerOptions, openHttp, type PhoneHttpServer } from './http-listener.ts'
import type { TlsFiles, TlsMaterial } from './tls-material.ts'
import { watchTls } from './tls-watch.ts'

export interface PhoneHttpsServer {
  /** Undefined while there is no certificate. */
  readonly port: number | undefined
  close(): Promise<void>
}

/** The MAC address of the verified certificate that the other end of a socket has shown. */
export type CertificateMac = (socket: Socket) => string | undefined

/**
 * HTTPS for phones, as soon and as long as there is a certificate; a changed one is used for new connections without a
 * restart. While there are roots of vendors each phone is asked for its own certificate, and may have none.
 */
export async function listenHttps(parts: {
  host: string | undefined
  port: number
  files: TlsFiles
  /** Also what phones of 2010 speak. */
  oldPhones: boolean
  /** Makes what answers requests, given how to know a phone by its certificate. */
  listener: (certificateMac: CertificateMac) => RequestListener
  patience: HttpPatience
  connections: Connections
  clock: Pick<Clock, 'after' | 'every'>
  log: Pick<Log, 'info' | 'warn'>
}): Promise<PhoneHttpsServer> {
  const { host, patience, connections } = parts
  const macs = new WeakMap<Socket, string>()
  const listener = parts.listener((socket) => macs.get(socket))
  let server: Server | undefined
  let opened: PhoneHttpServer | undefined
  let asksForCertificates = false

  async function take({ options, roots }: TlsMaterial): Promise<void> {
    const asks = roots.length > 0
    if (server !== undefined && opened !== undefined) {
      if (asks === asksForCertificates) return server.setSecureContext(options)
      // Whether it asks is settled when a server is made: another one takes its place, and its connections end by
      // themselves.
      void opened.close()
    }
    const made = createServer(
      {
        ...httpServerOptions(patience),
        ...options,
        handshakeTimeout: patience.headersMs,
        requestCert: asks,
        rejectUnauthorized: false,
      },
      listener,
    )
    made.prependListener('secureConnection', (socket: TLSSocket) => {
      const mac = asks ? verifiedMac(socket) : undefined
      if (mac !== undefined) macs.set(socket, mac)
    })
    opened = await openHttp(made, { host, port: opened?.port ?? parts.port, listener, patience, connections })
    server = made
    asksForCertificates = asks
  }

  const watching = watchTls({ ...parts, take })
  await watching.ready
  return {
    get port() {
      return opened?.port
    },
    async close() {
      watching.close()
      await opened?.close()
    },
  }
}
