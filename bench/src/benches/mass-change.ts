import { startReads } from '../child.ts'
import { below, count, type Figure, milliseconds, perSecond } from '../figure.ts'
import type { House } from '../house.ts'
import { peers } from '../peers.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'
import { gatewayLane, withNodeLane } from './device-reads.ts'
import { ensureDevices } from './phones-of-house.ts'

const other = 'yealink-v85'

const waitsOf = ({ p50, p99, max }: { p50: number; p99: number; max: number }) =>
  [p50, p99, max].map(milliseconds).join(' / ')

/** All devices of one plugin are given another: written as one change set, rendered again and recorded. */
export async function benchMassChange(house: House, wanted: number): Promise<Section> {
  await ensureDevices(house, wanted)
  const { items } = await house.rest<{ items: { plugin?: string }[] }>('GET', '/devices?limit=1')
  const old = items[0]?.plugin
  if (old === undefined) throw new Error('the first device has no plugin')
  const speed = await speedOf('http')
  const revision = await house.latestRevision()
  const gateway = await gatewayLane(house)
  const { tookMs, deviceCount, ours, bare } = await withNodeLane(house, async (bareLane) => {
    const reads = await startReads({ lanes: [gateway, bareLane], inFlight: 8, everyMs: 50 })
    const begunMs = performance.now()
    const change = { old, new: other }
    const { task, deviceCount } = await house.rest<{ task: { id: string }; deviceCount: number }>(
      'POST',
      '/devices/change-plugin',
      change,
    )
    await house.untilTaskEnds(task)
    const tookMs = performance.now() - begunMs
    const [ours, bare] = await reads.stop()
    if (ours === undefined || bare === undefined) throw new Error('nothing was read')
    return { tookMs, deviceCount, ours, bare }
  })
  const { perSecond: gets, latencies } = ours
  const recorded = await house.countRows(`provisioning.rendered where revision > ${revision} and plugin = '${other}'`)
  if (recorded < deviceCount) throw new Error(`${recorded} of ${deviceCount} devices were recorded with ${other}`)
  const figures: Figure[] = [
    {
      what: `${count(deviceCount)} devices from ${old} to ${other}: written, rendered, committed`,
      ours: `${milliseconds(tookMs)} (${perSecond(deviceCount / (tookMs / 1_000))})`,
      budget: below(tookMs, deviceCount, `< ${count(deviceCount)} ms`, speed),
      peer: peers.massChange,
    },
    {
      what: `… GET of a device meanwhile (${perSecond(gets)}), p50 / p99 / max`,
      ours: waitsOf(latencies),
      budget: below(latencies.p99, 25, 'p99 < 25 ms', speed),
      calibration: `bare node:http meanwhile ${waitsOf(bare.latencies)}`,
    },
  ]
  return { title: 'Plugin of all devices changed', figures, notes: ['as one task and one change that can be undone'] }
}
