import { optionDefaults } from '@strowger/asterisk'
import { createAriWriter } from './ari-writer.ts'
import type { WritersFor } from './asterisk-worker.ts'

/** Everything lives in Asterisk’s memory. */
export const memoryWriters: WritersFor = ({ urgent, bulk }) => ({
  urgent: createAriWriter([urgent], optionDefaults),
  bulk: createAriWriter(bulk, optionDefaults),
})
