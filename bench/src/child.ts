import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AnswerTimes } from '@strowger/testkit'
import type { ReadLoadOptions, Reads } from './programs/read-load.ts'

const programOf = (name: string) => fileURLToPath(new URL(`./programs/${name}.js`, import.meta.url))

/** Runs a load generator to its end and answers what it printed. Rejects with what it said when it failed. */
export async function runLoad<Result>(
  name: 'http-load' | 'open-load' | 'boot-load' | 'udp-load',
  options: object,
): Promise<Result> {
  return JSON.parse(await outputOf(process.execPath, [programOf(name), JSON.stringify(options)])) as Result
}

/** What a command prints. */
export async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let complaint = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (complaint += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${complaint.slice(0, 500)}`)
  return output
}

export interface Server {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** Starts a server that prints its port. */
export async function startServer(
  name: 'http-server' | 'udp-echo' | 'bare-tftp' | 'tftp-server',
  ...args: string[]
): Promise<Server> {
  const child = spawn(process.execPath, [programOf(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const [line] = (await once(lines, 'line')) as [string]
  return { port: Number(line), pid: child.pid ?? 0, stop: () => ended(child) }
}

/**
 * Asks from a process of its own until it is stopped: then says of each lane what it saw. In this one, with all that it
 * holds, a collection of garbage would be taken for a slow answer.
 */
export async function startReads(options: ReadLoadOptions): Promise<{ stop(): Promise<Reads[]> }> {
  const child = spawn(process.execPath, ['--v8-pool-size=1', programOf('read-load')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  const lines = createInterface({ input: child.stdout })
  const closed = once(child, 'close') as Promise<[number | null]>
  child.stdin.write(`${JSON.stringify(options)}\n`)
  await Promise.race([once(lines, 'line'), closed])
  lines.on('line', (line) => (output = line))
  return {
    async stop() {
      child.stdin.end()
      const [code] = await closed
      if (code !== 0) throw new Error(`the reading failed with ${code}`)
      return JSON.parse(output) as Reads[]
    },
  }
}

/** Asks OPTIONS of a SIP server, from a process of its own, until it is stopped: then says how long answers took. */
export async function startSipProbe(sipPort: number): Promise<{ stop(): Promise<AnswerTimes> }> {
  // It ends with us, whatever ends us: its input is closed then.
  const child = spawn(process.execPath, [programOf('sip-probe'), `${sipPort}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => (output = line))
  await once(lines, 'line')
  return {
    async stop() {
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      await closed
      return JSON.parse(output) as AnswerTimes
    },
  }
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
