import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportStreams } from '@strowger/bus'
import type { Home } from './home.ts'
import { asOperator } from './infrastructure.ts'
import { findRunning } from './running.ts'
import { openSecrets } from './secrets.ts'

/** Prints the streams of the installation that runs here, and how far their readers are; 3 when nothing runs. */
export async function printStreams(home: Home, print: (text: string) => void): Promise<number> {
  const configuration = join(home.nats, 'nats.conf')
  if (findRunning(home) === undefined || !existsSync(configuration)) {
    print('Strowger does not run here with a NATS of its own.\n')
    return 3
  }
  const port = /^port: (\d+)$/m.exec(readFileSync(configuration, 'utf8'))?.[1] ?? '4222'
  const nats = { url: `nats://127.0.0.1:${port}`, hasUsers: true }
  const streams = await asOperator(nats, openSecrets(home.secrets), reportStreams)
  print(`${JSON.stringify(streams, undefined, 2)}\n`)
  return 0
}
