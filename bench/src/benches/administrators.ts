import { atLeast, count, type Figure, milliseconds, perSecond } from '../figure.ts'
import type { House } from '../house.ts'
import { latenciesFrom } from '../latencies.ts'
import { peers } from '../peers.ts'
import { openPhoneConnection } from '../phone-connection.ts'
import type { Section } from '../report.ts'
import { ensureDevices } from './phones-of-house.ts'

const inFlight = 64

/** What scripts do most: look at devices one by one, and have their files made again. */
export async function benchAdministrators(house: House, seconds: number, wanted: number): Promise<Section> {
  await ensureDevices(house, wanted)
  const present = await house.countRows('provisioning.rendered')
  const { items } = await house.rest<{ items: { id: string }[] }>('GET', '/devices?limit=500')
  const waits: number[] = []
  const deadlineMs = performance.now() + seconds * 1_000
  let next = 0
  const begunMs = performance.now()
  const worker = async () => {
    const connection = await openPhoneConnection({ port: house.gatewayPort, localAddress: '127.0.0.1' })
    while (performance.now() < deadlineMs) {
      const startedMs = performance.now()
      const { status } = await connection.ask(house.restRequest(`/devices/${items[next++ % items.length]?.id}`))
      if (status !== '200') throw new Error(`a device was answered ${status}`)
      waits.push(performance.now() - startedMs)
    }
    connection.leave()
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  const gets = waits.length / ((performance.now() - begunMs) / 1_000)
  const { p50, p99 } = latenciesFrom(waits)

  const reconfigureMs = performance.now()
  await house.untilTaskEnds(await house.rest<{ id: string }>('POST', '/reconfigure', {}))
  const reconfigured = present / ((performance.now() - reconfigureMs) / 1_000)
  const figures: Figure[] = [
    {
      what: `GET of a device through the gateway, ${inFlight} in flight`,
      ours: perSecond(gets),
      budget: atLeast(gets, 1_900, '≥ 20 times the peer: 1,900/s'),
      peer: peers.getDevice,
    },
    { what: '… p50 / p99', ours: `${milliseconds(p50)} / ${milliseconds(p99)}` },
    {
      what: `${count(present)} devices reconfigured by one request`,
      ours: perSecond(reconfigured),
      budget: atLeast(reconfigured, 3_125, '≥ 5 times the peer: 3,125/s'),
      peer: peers.reconfigure,
    },
  ]
  return { title: 'Administrators', figures, notes: ['the client runs on the same two cores'] }
}
