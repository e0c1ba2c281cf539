import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { withNode } from '../calibration.ts'
import type { House } from '../house.ts'
import { type Latencies, latenciesFrom } from '../latencies.ts'
import { openPhoneConnection } from '../phone-connection.ts'

export interface DeviceReads {
  readonly perSecond: number
  readonly latencies: Latencies
}

/** With `everyMs` a connection waits so long between its questions: a few administrators, not as many as there can be. */
interface Pace {
  readonly inFlight: number
  readonly everyMs?: number
  readonly until: () => boolean
}

/** Asks the gateway for one device after the other over `inFlight` connections until told to end. */
export async function readDevices(house: House, pace: Pace): Promise<DeviceReads> {
  const { items } = await house.rest<{ items: { id: string }[] }>('GET', '/devices?limit=500')
  const requests = items.map(({ id }) => house.restRequest(`/devices/${id}`))
  return askAll(house.gatewayPort, requests, pace)
}

/** The same questions, by the same client, of bare node:http, which has one device in memory and looks at nothing. */
export async function readFromNode<Result>(
  house: House,
  work: (read: (pace: Pace) => Promise<DeviceReads>) => Promise<Result>,
): Promise<Result> {
  const { items } = await house.rest<{ items: { id: string }[] }>('GET', '/devices?limit=1')
  const folder = mkdtempSync(join(tmpdir(), 'strowger-bench-'))
  const file = join(folder, 'device.json')
  writeFileSync(file, JSON.stringify(items[0]))
  try {
    const request = house.restRequest(`/devices/${items[0]?.id}`)
    return await withNode(file, ({ port }) => work((pace) => askAll(port, [request], pace)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function askAll(port: number, requests: readonly string[], pace: Pace): Promise<DeviceReads> {
  const { inFlight, everyMs = 0, until } = pace
  const waits: number[] = []
  const begunMs = performance.now()
  let next = 0
  const worker = async () => {
    const connection = await openPhoneConnection({ port, localAddress: '127.0.0.1' })
    while (!until()) {
      const startedMs = performance.now()
      const { status } = await connection.ask(requests[next++ % requests.length] ?? '')
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
