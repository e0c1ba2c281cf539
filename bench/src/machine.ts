import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** Of what and when the figures are. */
export function machine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor'
  const memoryGb = Math.round(totalmem() / 2 ** 30)
  return `${model}, ${availableParallelism()} cores, ${memoryGb} GB; Node ${process.version}`
}

export function loadAverage(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')
}

const tickMs = 10

/** CPU time that a process has used, in milliseconds; 0 when it is gone. */
export function cpuMs(pid: number): number {
  const fields = statOf(pid)
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickMs
}

/** Likewise of a process and its children, also of those that have ended: PostgreSQL with its sessions. */
export function cpuOfTreeMs(pid: number): number {
  const ticks = (fields: readonly string[], from: number, to: number) =>
    fields.slice(from, to).reduce((sum, field) => sum + Number(field), 0)
  let sum = ticks(statOf(pid), 11, 15)
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = statOf(Number(name))
    if (Number(fields[1]) === pid) sum += ticks(fields, 11, 13)
  }
  return sum * tickMs
}

/**
 * How long the threads of a process were ready to run while others had the CPU, in milliseconds: what no change of ours
 * makes shorter, and no time of the process itself. 0 where the kernel does not count it.
 */
export function waitedForCpuMs(pid: number): number {
  let sum = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[1])
    } catch {
      // It has ended meanwhile, or nothing is counted.
    }
  }
  return sum / 1_000_000
}

/** How long ago a process began, in milliseconds. */
export function ageMs(pid: number): number {
  const upMs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1_000
  return upMs - Number(statOf(pid)[19] ?? 0) * tickMs
}

/** Resident memory in bytes; `shared` is what other processes use, too, counted to its part (PSS). */
export function memoryOf(pid: number): { rss: number; pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1_024
  return { rss: read('Rss'), pss: read('Pss') }
}

/** From field 3 on: the command in field 2 may itself hold blanks and brackets. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
