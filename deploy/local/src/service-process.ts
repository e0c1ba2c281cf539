import { existsSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Home } from './home.ts'
import { end, type Launched, launch } from './servers/launch.ts'
import { keepAlive } from './supervise.ts'

export interface Readiness {
  readonly ready: boolean
  /** What is not well, each with its reason. */
  readonly reasons: readonly string[]
}

export interface ServiceProcess {
  readonly name: string
  pid(): number | undefined
  readiness(): Promise<Readiness>
  /** Resolves true when it is ready, false when `timeoutMs` are over or `signal` says not to wait. */
  becomeReady(timeoutMs: number, signal: AbortSignal): Promise<boolean>
  /** Drains (SIGTERM); ends it for good after a bounded time. */
  stop(): Promise<void>
}

export interface ServiceProcessOptions {
  readonly name: string
  /** Script that node runs. */
  readonly script: string
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly niceness?: number | undefined
  readonly home: Home
  readonly onLine: (line: string) => void
  readonly onTrouble: (trouble: string) => void
  readonly onStart?: (pid: number) => void
}

/** Longer than a service takes to drain by itself (SHUTDOWN_DRAIN_MS, 10 s). */
const graceMs = 12_000

/**
 * Threads in which V8 collects garbage and compiles beside a service: 4 by default, whatever the machine. With those of all
 * services a small one has more at work than processors, and whoever asks meanwhile waits behind them.
 */
const poolSize = `--v8-pool-size=${Math.max(1, Math.min(4, availableParallelism() - 1))}`

/** A service as a child of ours, started again whenever it ends. */
export async function startService(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const { name, script, cwd, env, niceness, home, onLine, onTrouble, onStart } = options
  if (!existsSync(script)) throw new Error(`${script} is missing: run make build`)
  const portFile = join(home.run, `${name}.port`)

  async function start(): Promise<Launched> {
    rmSync(portFile, { force: true })
    const started = await launch({
      command: [process.execPath, poolSize, script],
      cwd,
      env,
      niceness,
      deathSignal: 'SIGTERM',
      onLine,
    })
    onStart?.(started.pid)
    return started
  }
  let current = await start()
  const life = keepAlive({
    exited: () => current.exited,
    onTrouble,
    async restart() {
      current = await start()
    },
  })
  const readiness = () => askReadiness(home, name)
  return {
    name,
    pid: () => (current.hasExited() ? undefined : current.pid),
    readiness,
    async becomeReady(timeoutMs, signal) {
      const deadline = performance.now() + timeoutMs
      while (performance.now() < deadline && !signal.aborted) {
        if ((await readiness()).ready) return true
        await delay(30)
      }
      return false
    },
    async stop() {
      life.letGo()
      await end(current, 'SIGTERM', graceMs)
      rmSync(portFile, { force: true })
    },
  }
}

/** What a service says about itself on the port that it wrote down. */
export async function askReadiness(home: Home, name: string): Promise<Readiness> {
  let port: string
  try {
    port = readFileSync(join(home.run, `${name}.port`), 'utf8').trim()
  } catch {
    return { ready: false, reasons: ['not started'] }
  }
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) })
    const { checks } = (await answer.json()) as { checks: { name: string; ok: boolean; reason?: string }[] }
    return {
      ready: answer.ok,
      reasons: checks.flatMap((check) => (check.reason === undefined ? [] : [`${check.name}: ${check.reason}`])),
    }
  } catch (error) {
    return { ready: false, reasons: [`does not answer: ${error instanceof Error ? error.message : String(error)}`] }
  }
}
