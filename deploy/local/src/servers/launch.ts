import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface LaunchOptions {
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]]
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** How far it steps back for others, as `nice` counts. Default 0. */
  readonly niceness?: number | undefined
  /** What the kernel sends to the child when we die in whatever way, kill -9 included. */
  readonly deathSignal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'
  /** Every line of its standard output and error. */
  readonly onLine: (line: string) => void
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Launched {
  readonly pid: number
  /** Resolves when the process is gone and its last line was given. Never rejects. */
  readonly exited: Promise<Exit>
  hasExited(): boolean
  signal(signal: NodeJS.Signals): void
}

let setpriv: boolean | undefined

/** Wraps a command so that the kernel ends it with its parent; without util-linux the command runs unwrapped. */
function withDeathSignal(
  command: readonly [string, ...string[]],
  signal: LaunchOptions['deathSignal'],
): readonly [string, ...string[]] {
  setpriv ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0
  return setpriv ? ['setpriv', '--pdeathsig', signal.slice(3), ...command] : command
}

/**
 * Starts a child in a session of its own, so that Ctrl-C in the terminal reaches only us and we decide the order
 * in which things stop. Rejects when the program cannot be started at all.
 */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const { niceness = 0 } = options
  const nice: readonly [string, ...string[]] =
    niceness > 0 ? ['nice', '-n', `${niceness}`, ...options.command] : options.command
  const [program, ...args] = withDeathSignal(nice, options.deathSignal)
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  })
  const lines = [child.stdout, child.stderr].map((stream) => readLines(stream, options.onLine))
  let exit: Exit | undefined
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal }
      // A grandchild may hold the pipes open after the child is gone: wait for the last lines, but not for ever.
      const patience = setTimeout(() => resolve({ code, signal }), 500)
      void Promise.all(lines).then(() => {
        clearTimeout(patience)
        resolve({ code, signal })
      })
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const pid = child.pid ?? 0
  if (niceness > 0) stepBack(pid, niceness)
  return {
    pid,
    exited,
    hasExited: () => exit !== undefined,
    signal(signal) {
      if (exit === undefined) child.kill(signal)
    },
  }
}

/**
 * Linux shares the processors out among sessions first (sched(7), autogroup): among the processes of one alone does
 * `nice` count, and each of ours has its own.
 */
function stepBack(pid: number, niceness: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, `${niceness}`)
  } catch {
    // Another system, or one where sessions do not count.
  }
}

/** Asks a process to end, and ends it for good when it has not done so in time. */
export async function end(process: Launched, signal: NodeJS.Signals, graceMs: number): Promise<Exit> {
  process.signal(signal)
  const patience = setTimeout(() => process.signal('SIGKILL'), graceMs)
  const exit = await process.exited
  clearTimeout(patience)
  return exit
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) onLine(line)
  } catch {
    // The pipe broke with the process; its exit tells the story.
  }
}
