import { setTimeout as delay } from 'node:timers/promises'
import type { House } from '../house.ts'
import { type Latencies, latenciesFrom } from '../latencies.ts'
import { openPhoneConnection } from '../phone-connection.ts'

export interface DeviceReads {
  readonly perSecond: number
  readonly latencies: Latencies
}

/**
 * Asks the gateway for one device after the other over `inFlight` connections until told to end. With `everyMs` a
 * connection waits so long between its questions: a few administrators instead of as many as there can be.
 */
export async function readDevices(
  house: House,
  options: { inFlight: number; everyMs?: number; until: () => boolean },
): Promise<DeviceReads> {
  const { inFlight, everyMs = 0, until } = options
  const { items } = await house.rest<{ items: { id: string }[] }>('GET', '/devices?limit=500')
  const waits: number[] = []
  const begunMs = performance.now()
  let next = 0
  const worker = async () => {
    const connection = await openPhoneConnection({ port: house.gatewayPort, localAddress: '127.0.0.1' })
    while (!until()) {
      const startedMs = performance.now()
      const { status } = await connection.ask(house.restRequest(`/devices/${items[next++ % items.length]?.id}`))
      if (status !== '200') throw new Error(`a device was answered ${status}`)
      waits.push(performance.now() - startedMs)
      if (everyMs > 0) await delay(everyMs)
    }
    connection.leave()
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return {
    perSecond: waits.length / ((performance.now() - begunMs) / 1_000),
    latencies: latenciesFrom(waits),
  }
}
