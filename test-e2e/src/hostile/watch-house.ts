import { readFileSync } from 'node:fs'
import type { House } from '@strowger/testkit'

/** Memory of a process at present, in MiB (VmRSS, proc(5)). */
function residentMiB(pid: number): number {
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kib) / 1_024)
}

export const watched = ['ingress', 'identification', 'rendering'] as const
export type Watched = (typeof watched)[number]

export function memoryOf(house: House): Record<Watched, number> {
  const processes = house.processes()
  const entries = watched.map((name) => [name, residentMiB(processes[name] ?? 0)] as const)
  return Object.fromEntries(entries) as Record<Watched, number>
}

/** A metric of a service, summed over its series; 0 while it has none. */
export async function metricOf(house: House, service: Watched, name: string): Promise<number> {
  const lines = (await house.metrics(service)).matchAll(
    new RegExp(`^strowger_${name}(?:\\{[^}]*\\})? ([-+.e\\d]+)$`, 'gm'),
  )
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0)
}
