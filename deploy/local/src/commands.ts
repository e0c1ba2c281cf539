import { spawn } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Home } from './home.ts'
import { shortLine } from './log-lines.ts'
import { findRunning } from './running.ts'
import { askReadiness } from './service-process.ts'
import { services } from './services.ts'

type Print = (text: string) => void

/** Longer than all drains together. */
const stopWithinMs = 90_000

/** Tells the supervisor to stop and waits until it has. */
export async function stop(home: Home, print: Print): Promise<number> {
  const running = findRunning(home)
  if (running === undefined) {
    print('Strowger does not run.\n')
    return 0
  }
  process.kill(running.pid, 'SIGTERM')
  for (let waitedMs = 0; waitedMs < stopWithinMs; waitedMs += 50) {
    if (findRunning(home)?.pid !== running.pid) {
      print('Strowger has stopped.\n')
      return 0
    }
    await delay(50)
  }
  print(`Strowger (process ${running.pid}) has not stopped within ${stopWithinMs / 1_000} s.\n`)
  return 1
}

/** Each process with its number and what it says about itself; exit code 0 when all is well, 3 when nothing runs. */
export async function status(home: Home, print: Print): Promise<number> {
  const running = findRunning(home)
  if (running === undefined) {
    print('Strowger does not run.\n')
    return 3
  }
  let allReady = true
  print(`Strowger runs (process ${running.pid}).\n\n`)
  for (const [name, pid] of Object.entries(running.processes)) {
    const isService = services.some((service) => service.name === name)
    const { ready, reasons } = isService ? await askReadiness(home, name) : { ready: true, reasons: [] }
    allReady &&= ready
    const state = isService ? (ready ? 'ready' : 'not ready') : 'runs'
    print(
      `  ${name.padEnd(16)}${String(pid).padEnd(9)}${state}${reasons.map((reason) => `\n${' '.repeat(27)}${reason}`).join('')}\n`,
    )
  }
  print(`\n${running.addresses.map((line) => `  ${line}\n`).join('')}`)
  return allReady ? 0 : 1
}

/** The last lines of one log or of all, in short; `follow` goes on until Ctrl-C. */
export async function logs(home: Home, wanted: readonly string[], follow: boolean, print: Print): Promise<number> {
  const names = wanted.length > 0 ? wanted : logNames(home)
  const files = names.map((name) => join(home.log, `${name}.log`))
  const missing = names.filter((_, index) => !existsSync(files[index] ?? ''))
  if (missing.length > 0 || names.length === 0) {
    print(`No log of ${missing.join(', ') || 'anything'}; there is: ${logNames(home).join(', ') || 'none'}\n`)
    return 1
  }
  const tail = spawn('tail', ['-n', '100', ...(follow ? ['-F'] : []), ...files], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: tail.stdout })
  lines.on('line', (line) => print(`${shortLine(line)}\n`))
  await new Promise((resolve) => lines.once('close', resolve))
  return 0
}

function logNames(home: Home): string[] {
  return readdirSync(home.log)
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -'.log'.length))
}

/** Removes all data, logs and secrets, when that was said clearly. The fetched nats-server stays. */
export function reset(home: Home, confirmed: boolean, print: Print): number {
  const running = findRunning(home)
  if (running !== undefined) {
    print(`Strowger runs (process ${running.pid}): make stop first.\n`)
    return 1
  }
  if (!confirmed) {
    print(
      `This removes every device, configuration, log and secret in ${home.folder}.\nSay so: make reset CONFIRM=yes\n`,
    )
    return 1
  }
  for (const entry of readdirSync(home.folder)) {
    if (entry !== 'bin') rmSync(join(home.folder, entry), { recursive: true, force: true })
  }
  print('Everything was removed.\n')
  return 0
}
