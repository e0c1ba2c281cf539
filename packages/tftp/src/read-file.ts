import { createSocket } from 'node:dgram'
import { decodePacket, encodePacket } from './packet.ts'

export interface TftpRead {
  readonly host: string
  readonly port: number
  readonly file: string
  /** Of the phone: any of 127.0.0.0/8. */
  readonly localAddress: string
  /** How long the next block may take. Longer than the server takes to say nothing. */
  readonly timeoutMs: number
}

const blockBytes = 512

/**
 * Reads a file from a server, once, from a port of its own, without options (RFC 1350), as the boot loader of a phone makes it.
 * Rejects when the server sends an error, or nothing in time.
 */
export function readTftpFile({ host, port, file, localAddress, timeoutMs }: TftpRead): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const blocks: Uint8Array[] = []
    let transferPort: number | undefined
    let patience = setTimeout(() => settle(new Error('no answer')), timeoutMs)

    function settle(failure?: Error): void {
      clearTimeout(patience)
      socket.close()
      if (failure) reject(failure)
      else resolve(Buffer.concat(blocks))
    }

    socket.on('error', settle)
    socket.on('message', (datagram, from) => {
      const packet = decodePacket(datagram)
      if (packet.kind === 'error') return settle(new Error(`error ${packet.code}: ${packet.message}`))
      transferPort ??= from.port
      if (packet.kind !== 'data' || from.port !== transferPort) return
      const expected = blocks.length + 1
      if (packet.block > expected) return
      const acknowledgement = encodePacket({ kind: 'ack', block: packet.block })
      if (packet.block < expected) return socket.send(acknowledgement, from.port, host)
      blocks.push(packet.data)
      clearTimeout(patience)
      if (packet.data.length < blockBytes) {
        socket.send(acknowledgement, from.port, host, () => settle())
        return
      }
      patience = setTimeout(() => settle(new Error(`silence after block ${packet.block}`)), timeoutMs)
      socket.send(acknowledgement, from.port, host)
    })
    socket.bind(0, localAddress, () => {
      socket.send(encodePacket({ kind: 'read-request', filename: file, mode: 'octet', options: [] }), port, host)
    })
  })
}
