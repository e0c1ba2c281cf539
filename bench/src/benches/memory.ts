import { type ServiceName, serviceNames } from '@strowger/schema'
import { below, count, type Figure, megabytes, milliseconds } from '../figure.ts'
import type { House } from '../house.ts'
import { memoryOf } from '../machine.ts'
import { peers } from '../peers.ts'
import type { Section } from '../report.ts'

/** Memory and start of each service, as it has just become ready. */
export type Snapshot = ReadonlyMap<ServiceName, { rss: number; pss: number; startMs: number }>

export function snapshot(house: House): Snapshot {
  return new Map(
    serviceNames.map((name) => [name, { ...memoryOf(house.pid(name)), startMs: house.startMs.get(name) ?? 0 }]),
  )
}

const budgetMb: Partial<Record<ServiceName, number>> = { ingress: 180, rendering: 160 }
const bytesADevice = 1_536

export function memorySection(empty: Snapshot, full: Snapshot, devices: number): Section {
  const figures = serviceNames.flatMap((name): Figure[] => {
    const [before, after] = [empty.get(name), full.get(name)]
    if (before === undefined || after === undefined) return []
    const allowed = (budgetMb[name] ?? 110) * 1e6
    const each = Math.max(0, after.rss - before.rss) / devices
    return [
      {
        what: `${name}: RSS empty → ${count(devices)} devices`,
        ours: `${megabytes(before.rss)} → ${megabytes(after.rss)} (PSS ${megabytes(after.pss)})`,
        budget: below(after.rss, allowed, `< ${megabytes(allowed)}`),
        ...(name === 'ingress' ? { peer: peers.memory } : {}),
      },
      {
        what: '… bytes a device',
        ours: count(each),
        budget: below(each, bytesADevice, '≤ 1.5 KB'),
      },
      { what: '… ready after', ours: `${milliseconds(before.startMs)} → ${milliseconds(after.startMs)}` },
    ]
  })
  const notes = [
    'a house that was just started, before any request; then the same data started again with the devices in it',
    'all services start at once and share the cores; the gateway starts when the others are ready',
  ]
  return { title: 'Memory and start', notes, figures }
}
