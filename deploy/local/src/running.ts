import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from './home.ts'

/** What a supervisor writes down about itself, for `stop`, `status` and a second `run`. */
export interface Running {
  readonly pid: number
  /** Start time of that process in clock ticks since the boot: its number may be given again. */
  readonly born: string
  readonly processes: Readonly<Record<string, number>>
  /** Lines of the address table. */
  readonly addresses: readonly string[]
}

/** The supervisor of this home, if one is alive. */
export function findRunning(home: Home): Running | undefined {
  try {
    const running = JSON.parse(readFileSync(fileOf(home), 'utf8')) as Running
    return bornOf(running.pid) === running.born ? running : undefined
  } catch {
    return undefined
  }
}

export interface Claim {
  update(changes: Partial<Pick<Running, 'processes' | 'addresses'>>): void
  release(): void
}

/** Writes down that we run here; undefined when another one was quicker. */
export function claimHome(home: Home): Claim | undefined {
  if (findRunning(home) !== undefined) return undefined
  rmSync(fileOf(home), { force: true })
  let running: Running = { pid: process.pid, born: bornOf(process.pid) ?? '', processes: {}, addresses: [] }
  try {
    writeFileSync(fileOf(home), JSON.stringify(running), { flag: 'wx', mode: 0o600 })
  } catch {
    return undefined
  }
  return {
    update(changes) {
      running = { ...running, ...changes }
      writeFileSync(fileOf(home), JSON.stringify(running))
    },
    release: () => rmSync(fileOf(home), { force: true }),
  }
}

function fileOf(home: Home): string {
  return join(home.run, 'supervisor.json')
}

/** Field 22 of /proc/<pid>/stat; the command in field 2 may itself hold blanks and brackets. */
function bornOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
