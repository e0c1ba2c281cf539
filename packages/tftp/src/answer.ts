import type { TftpOption } from './packet.ts'
import type { TftpPeer } from './peer.ts'
import type { TransferOutcome } from './transfer.ts'

export interface TftpRequest {
  /** Printable ASCII: other names never reach the handler. */
  readonly filename: string
  readonly mode: 'octet' | 'netascii'
  readonly options: readonly TftpOption[]
  readonly peer: TftpPeer
}

export interface TftpFile {
  readonly kind: 'file'
  /** Must not change until `onDone`. */
  readonly bytes: Uint8Array
  /** The client has answered for the first time: its address is not forged. */
  readonly onFirstAck?: () => void
  readonly onDone?: (outcome: TransferOutcome) => void
}

export type TftpAnswer =
  | TftpFile
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  /** Say nothing: the client will ask again. */
  | { readonly kind: 'silence' }
