import { runLoad } from '../child.ts'
import { below, count, type Figure, megabytes, milliseconds } from '../figure.ts'
import type { House } from '../house.ts'
import type { OpenLoadOptions, OpenLoadResult } from '../programs/open-load.ts'
import type { Section } from '../report.ts'
import { gatewayLane, readFor } from './device-reads.ts'
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
    const reads = await readFor(2, await gatewayLane(house), 1)
    measured.push({ devices, phones, getMs: reads.latencies.p50, restarted })
  }
  const smallest = measured[0]
  const figures = measured.flatMap(({ devices, phones, getMs, restarted }): Figure[] => [
    {
      what: `${count(devices)} devices: a known phone that is not cached, p50 / p99 at 200/s`,
      ours: `${milliseconds(phones.latencies.p50)} / ${milliseconds(phones.latencies.p99)}`,
    },
    { what: '… GET of a device, one after the other, p50', ours: milliseconds(getMs) },
    ...holding.map((name): Figure => {
      const [before, after] = [smallest?.restarted.get(name), restarted.get(name)]
      const more = devices - (smallest?.devices ?? 0)
      const grown = more === 0 ? undefined : ((after?.rss ?? 0) - (before?.rss ?? 0)) / more
      const each = grown === undefined ? '' : `${count(Math.max(0, grown))} bytes for each more, `
      return {
        what: `… ${name} after a restart: RSS, ready after`,
        ours: `${megabytes(after?.rss ?? 0)}, ${each}${milliseconds(after?.startMs ?? 0)}`,
        ...(grown === undefined ? {} : { budget: below(grown, bytesADevice, '≤ 1.5 KB a device') }),
      }
    }),
  ])
  return {
    title: 'Growth',
    figures,
    notes: [
      'each size in the same house, started again before it is measured; bytes of growth are those beyond the smallest',
    ],
  }
}
