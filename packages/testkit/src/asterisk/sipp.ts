import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scratchFolder } from '../postgres.ts'

const scenarios = fileURLToPath(new URL('../../scenarios/', import.meta.url))

export interface SippOptions {
  /** A file of packages/testkit/scenarios, without `.xml`. */
  readonly scenario: 'register' | 'call' | 'answer' | 'registrar' | 'notified'
  readonly sipPort: number
  /** The phone’s own port. */
  readonly port: number
  readonly username?: string
  readonly password?: string
  /** The user or number of the request. */
  readonly service?: string
  /** Values of the scenario’s own variables. */
  readonly variables?: Readonly<Record<string, string>>
  /** How long a caller stays before it hangs up; default 500. */
  readonly talkMs?: number
  readonly timeoutMs?: number
}

export interface SippResult {
  /** The scenario went as it is written. */
  readonly succeeded: boolean
  /** First lines of all requests and responses, in order. */
  readonly lines: readonly string[]
  /** Everything that was sent and received. */
  readonly messages: string
}

/** Runs one call of a scenario with sipp against 127.0.0.1. Resolves when it has ended. */
export function sipp(options: SippOptions): Promise<SippResult> & { end(): void } {
  const {
    scenario,
    sipPort,
    port,
    username,
    password,
    service,
    variables = {},
    talkMs = 500,
    timeoutMs = 8_000,
  } = options
  const folder = scratchFolder('sipp-')
  const messageFile = join(folder, 'messages')
  const args = [
    `127.0.0.1:${sipPort}`,
    ...['-sf', join(scenarios, `${scenario}.xml`), '-i', '127.0.0.1', '-mi', '127.0.0.1', '-p', String(port)],
    ...[
      '-m',
      '1',
      '-nostdin',
      '-d',
      String(talkMs),
      '-trace_msg',
      '-message_file',
      messageFile,
      '-timeout',
      `${timeoutMs}ms`,
    ],
    ...['-timeout_error', '-recv_timeout', String(timeoutMs)],
    ...(username === undefined ? [] : ['-au', username]),
    ...(password === undefined ? [] : ['-ap', password]),
    ...(service === undefined ? [] : ['-s', service]),
    ...Object.entries(variables).flatMap(([name, value]) => ['-set', name, value]),
  ]
  const child: ChildProcess = spawn('sipp', args, { cwd: folder, stdio: 'ignore' })
  const killAtExit = () => child.kill('SIGKILL')
  process.on('exit', killAtExit)
  const patience = setTimeout(() => child.kill('SIGKILL'), timeoutMs + 3_000)
  const result = new Promise<SippResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(patience)
      process.off('exit', killAtExit)
      let messages = ''
      try {
        messages = readFileSync(messageFile, 'latin1')
      } catch {
        // It sent nothing.
      }
      rmSync(folder, { recursive: true, force: true })
      const lines = messages.match(/^(?:[A-Z]+ sips?:\S+ SIP\/2\.0|SIP\/2\.0 \d+ [^\r\n]*)/gm) ?? []
      resolve({ succeeded: code === 0, lines, messages })
    })
  })
  return Object.assign(result, { end: () => void child.kill('SIGTERM') })
}
