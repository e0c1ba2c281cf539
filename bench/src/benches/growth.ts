import { runLoad } from '../child.ts'
import { below, count, type Figure, megabytes, milliseconds } from '../figure.ts'
import type { House } from '../house.ts'
import type { OpenLoadOptions, OpenLoadResult } from '../programs/open-load.ts'
import type { Section } from '../report.ts'
import { readDevices } from './device-reads.ts'
import { type Snapshot, snapshot } from './memory.ts'
import { ensureDevices } from './phones-of-house.ts'

const holding = ['ingress', 'identification', 'rendering'] as const
const bytesADevice = 1_536

interface Size {
  readonly devices: number
  readonly phones: OpenLoadResult
  readonly getMs: number
  readonly restarted: Snapshot
}

/** The same questions to the same house with ever more devices in it: what grows, and how. */
export async function benchGrowth(
  first: House,
  restart: () => Promise<House>,
  sizes: readonly number[],
): Promise<Section> {
  const empty = snapshot(first)
  const measured: Size[] = []
  let house = first
  for (const devices of sizes) {
    await ensureDevices(house, devices)
    house = await restart()
    const restarted = snapshot(house)
    const load: OpenLoadOptions = {
      port: house.httpPort,
      firstPhone: 0,
      phones: 200,
      perSecond: 200,
      seconds: 5,
      asking: 'distinct',
    }
    await runLoad<OpenLoadResult>('open-load', load)
    const phones = await runLoad<OpenLoadResult>('open-load', load)
    const endMs = performance.now() + 2_000
    const reads = await readDevices(house, { inFlight: 1, until: () => performance.now() > endMs })
    measured.push({ devices, phones, getMs: reads.latencies.p50, restarted })
  }
  const figures = measured.flatMap(({ devices, phones, getMs, restarted }): Figure[] => [
    {
      what: `${count(devices)} devices: a known phone that is not cached, p50 / p99 at 200/s`,
      ours: `${milliseconds(phones.latencies.p50)} / ${milliseconds(phones.latencies.p99)}`,
    },
    { what: '… GET of a device, one after the other, p50', ours: milliseconds(getMs) },
    ...holding.map((name): Figure => {
      const [before, after] = [empty.get(name), restarted.get(name)]
      const grown = Math.max(0, (after?.rss ?? 0) - (before?.rss ?? 0))
      return {
        what: `… ${name} after a restart: RSS, bytes a device, ready after`,
        ours: `${megabytes(after?.rss ?? 0)}, ${count(grown / devices)}, ${milliseconds(after?.startMs ?? 0)}`,
        ...(devices >= 10_000 ? { budget: below(grown / devices, bytesADevice, '≤ 1.5 KB a device') } : {}),
      }
    }),
  ])
  return {
    title: 'Growth',
    figures,
    notes: ['each size in the same house, started again before it is measured; bytes a device against the empty house'],
  }
}
