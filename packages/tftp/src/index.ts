export type { TransferLimits } from './admission.ts'
export type { TftpAnswer, TftpFile, TftpRequest } from './answer.ts'
export type { OptionLimits } from './options.ts'
export {
  decodePacket,
  encodePacket,
  type MalformedPacket,
  type TftpOption,
  type TftpPacket,
  tftpErrorCode,
} from './packet.ts'
export { peerFrom, type TftpPeer } from './peer.ts'
export { readTftpFile, type TftpRead } from './read-file.ts'
export { createTftpServer, defaultRetransmission, type TftpServer, type TftpServerOptions } from './server.ts'
export type { TftpStats } from './stats.ts'
export type { RetransmissionPlan, TransferOutcome } from './transfer.ts'
