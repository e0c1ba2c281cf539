import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cloneRoot, natsProgram } from '@strowger/local'
import { eventually } from './eventually.ts'

/** A nats-server of a test's own. */
export interface TestNats {
  /** As `nats://127.0.0.1:40123`; the same after a restart. */
  readonly url: string
  readonly port: number
  /** Ends it as a power cut would (SIGKILL). The data stays. */
  kill(): Promise<void>
  /** Starts it again on the same port, with the same data. */
  restart(options?: { withoutData?: boolean }): Promise<void>
  /** Ends it and removes its data. */
  close(): Promise<void>
}

/** nats-server on the PATH, or where `make run` puts it; fetched there when it is nowhere. */
export function natsServerPath(): string {
  return natsProgram(join(cloneRoot, '.strowger', 'bin'), process.env, console.log)
}

/**
 * Starts a nats-server with JetStream on a free port of 127.0.0.1. `configuration` is its configuration file (users
 * and permissions); the port and the store are added. It does not outlive this process.
 */
export async function startNats(options: { configuration?: string; storeDir?: string } = {}): Promise<TestNats> {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-nats-'))
  const storeDir = options.storeDir ?? join(folder, 'store')
  const configurationFile = join(folder, 'nats.conf')
  writeFileSync(configurationFile, options.configuration ?? '')
  let child: ChildProcess | undefined
  let port = -1

  async function start(): Promise<void> {
    const portsBefore = readdirSync(folder).filter((name) => name.endsWith('.ports'))
    for (const name of portsBefore) rmSync(join(folder, name))
    const started = spawn(
      natsServerPath(),
      [
        '-c',
        configurationFile,
        '-a',
        '127.0.0.1',
        '-p',
        String(port),
        '-js',
        '-sd',
        storeDir,
        '--ports_file_dir',
        folder,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let output = ''
    started.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000)
    })
    child = started
    const ports = await eventually(() => {
      if (started.exitCode !== null) throw new Error(`nats-server ended: ${output}`)
      const name = readdirSync(folder).find((file) => file.endsWith(`_${started.pid}.ports`))
      if (name === undefined) throw new Error(`nats-server does not listen yet: ${output}`)
      return JSON.parse(readFileSync(join(folder, name), 'utf8')) as { nats: string[] }
    })
    port = Number(new URL(ports.nats[0] ?? '').port)
  }

  async function kill(): Promise<void> {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill('SIGKILL')
    await ended
  }

  const killAtExit = () => child?.kill('SIGKILL')
  process.on('exit', killAtExit)
  await start()
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    kill,
    async restart({ withoutData = false } = {}) {
      await kill()
      if (withoutData) rmSync(storeDir, { recursive: true, force: true })
      await start()
    },
    async close() {
      process.off('exit', killAtExit)
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
