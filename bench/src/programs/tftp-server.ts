import { readFileSync } from 'node:fs'
import { createTftpServer } from '@strowger/tftp'

/** packages/tftp alone, with one file for every name. */
const bytes = readFileSync(process.argv[2] ?? '')
const server = await createTftpServer({
  host: '127.0.0.1',
  port: 0,
  handle: () => Promise.resolve({ kind: 'file', bytes }),
})
process.stdout.write(`${server.address().port}\n`)
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)))
