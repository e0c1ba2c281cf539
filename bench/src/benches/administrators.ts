import { atLeast, count, type Figure, milliseconds, perSecond } from '../figure.ts'
import type { House } from '../house.ts'
import { peers } from '../peers.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'
import { gatewayLane, readFor, withNodeLane } from './device-reads.ts'
import { ensureDevices } from './phones-of-house.ts'

const inFlight = 64

/** What scripts do most: look at devices one by one, and have their files made again. */
export async function benchAdministrators(house: House, seconds: number, wanted: number): Promise<Section> {
  await ensureDevices(house, wanted)
  const present = await house.countRows('provisioning.rendered')
  const gateway = await gatewayLane(house)
  const reconfigure = async () => house.untilTaskEnds(await house.rest<{ id: string }>('POST', '/reconfigure', {}))
  // A house that has just started is slower until its code is compiled: what counts is one that runs.
  await readFor(seconds, gateway, inFlight)
  for (let round = 0; round < 3; round += 1) await reconfigure()
  const speed = await speedOf('http')
  const bare = await withNodeLane(house, (lane) => readFor(seconds, lane, inFlight))
  const { perSecond: gets, latencies } = await readFor(seconds, gateway, inFlight)

  const reconfigureMs = performance.now()
  await reconfigure()
  const reconfigured = present / ((performance.now() - reconfigureMs) / 1_000)
  const figures: Figure[] = [
    {
      what: `GET of a device through the gateway, ${inFlight} in flight`,
      ours: perSecond(gets),
      budget: atLeast(gets, 4_000, undefined, speed),
      calibration: `bare node:http ${perSecond(bare.perSecond)}`,
      ratio: gets / bare.perSecond,
      peer: peers.getDevice,
    },
    {
      what: '… p50 / p99',
      ours: `${milliseconds(latencies.p50)} / ${milliseconds(latencies.p99)}`,
      calibration: `${milliseconds(bare.latencies.p50)} / ${milliseconds(bare.latencies.p99)}`,
    },
    {
      what: `${count(present)} devices reconfigured by one request`,
      ours: perSecond(reconfigured),
      budget: atLeast(reconfigured, 3_125, '≥ 5 times the peer: 3,125/s', speed),
      peer: peers.reconfigure,
    },
  ]
  return {
    title: 'Administrators',
    figures,
    notes: ['the client runs on the same cores as gateway, NATS, identification and PostgreSQL, which all take part'],
  }
}
