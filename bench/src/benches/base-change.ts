import { setTimeout as delay } from 'node:timers/promises'
import { runLoad } from '../child.ts'
import { below, count, type Figure, milliseconds } from '../figure.ts'
import type { House } from '../house.ts'
import { peers } from '../peers.ts'
import type { OpenLoadOptions, OpenLoadResult } from '../programs/open-load.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'
import { ensureDevices } from './phones-of-house.ts'

const requestsPerSecond = 500

/** One value of the base config changes, so every device's file does, while phones ask for theirs. */
export async function benchBaseChange(house: House, devices: readonly number[]): Promise<Section> {
  const figures: Figure[] = []
  await warmUp(house, devices[0] ?? 1)
  const speed = await speedOf('http')
  for (const wanted of devices) {
    await ensureDevices(house, wanted)
    const present = await house.countRows('provisioning.rendered')
    const load: OpenLoadOptions = {
      port: house.httpPort,
      firstPhone: 0,
      phones: 500,
      perSecond: requestsPerSecond,
      seconds: 4 + wanted / 1_000,
      asking: 'same',
    }
    const phones = runLoad<OpenLoadResult>('open-load', load)
    await delay(2_000)
    const { acceptedMs, tookMs } = await changeBase(house, `192.0.2.${Math.round(wanted / 1_000)}`, present)
    const { latencies, refused, asked } = await phones
    const budgetMs = (wanted / 1_000) * 400
    figures.push(
      {
        what: `base config changed, ${count(present)} devices, ${requestsPerSecond} requests/s meanwhile: all recorded`,
        ours: milliseconds(tookMs),
        budget: below(tookMs, budgetMs, `< ${budgetMs} ms`, speed),
        peer: peers.baseChange,
      },
      { what: '… the administrator has the answer after', ours: milliseconds(acceptedMs) },
      {
        what: '… phones meanwhile, p50 / p99 / max',
        ours: [latencies.p50, latencies.p99, latencies.max].map(milliseconds).join(' / '),
        budget: below(latencies.p99, 20, 'p99 < 20 ms', speed),
        calibration: `${count(asked)} asked, ${refused} refused`,
      },
    )
  }
  return {
    title: 'Base configuration changed',
    figures,
    notes: ['from the request of the administrator until PostgreSQL has the new files of all devices, committed'],
  }
}

/** A house that has just started is slower until its code is compiled: what counts is one that runs. */
async function warmUp(house: House, devices: number): Promise<void> {
  await ensureDevices(house, devices)
  const present = await house.countRows('provisioning.rendered')
  for (const round of [1, 2, 3]) await changeBase(house, `198.51.100.${round}`, present)
}

/** Until the administrator has the answer, and until the new files of all devices are recorded. */
async function changeBase(house: House, ntpAddress: string, devices: number) {
  const before = await house.latestRevision()
  const begunMs = performance.now()
  await house.rest('PATCH', '/configs/base', { set: { ntp_enabled: true, ntp_ip: ntpAddress } })
  const acceptedMs = performance.now() - begunMs
  await house.untilCount(`provisioning.rendered where revision > ${before}`, devices)
  return { acceptedMs, tookMs: performance.now() - begunMs }
}
