import { type MalformedPacket, type TftpPacket, tftpErrorCode } from './packet.ts'

export interface Refusal {
  readonly kind: 'refuse'
  readonly code: number
  readonly message: string
}

export interface ReadableRequest {
  readonly kind: 'read'
  readonly filename: string
  readonly mode: 'octet' | 'netascii'
}

/** What a packet on the listening port asks for, or the error it gets. */
export function readableRequestFrom(
  packet: TftpPacket | MalformedPacket,
  stripLeadingSlash: boolean,
): ReadableRequest | Refusal {
  switch (packet.kind) {
    case 'read-request': {
      const mode = packet.mode.toLowerCase()
      if (mode !== 'octet' && mode !== 'netascii') {
        return refuse(tftpErrorCode.illegalOperation, 'The mode must be octet or netascii')
      }
      const filename = stripLeadingSlash ? packet.filename.replace(/^\/+/, '') : packet.filename
      if (!/^[ -~]+$/.test(filename)) return refuse(tftpErrorCode.fileNotFound, 'File not found')
      return { kind: 'read', filename, mode }
    }
    case 'write-request':
      return refuse(tftpErrorCode.accessViolation, 'This server is read-only')
    case 'malformed':
      return refuse(tftpErrorCode.illegalOperation, `Illegal TFTP operation: ${packet.problem}`)
    default:
      return refuse(tftpErrorCode.unknownTransferId, 'Unknown transfer ID')
  }
}

function refuse(code: number, message: string): Refusal {
  return { kind: 'refuse', code, message }
}
