import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { withNode } from '../calibration.ts'
import { startReads } from '../child.ts'
import type { House } from '../house.ts'
import type { Lane, Reads } from '../programs/read-load.ts'

/** The gateway, asked for one device after the other. */
export async function gatewayLane(house: House): Promise<Lane> {
  const { items } = await house.rest<{ items: { id: string }[] }>('GET', '/devices?limit=500')
  return { port: house.gatewayPort, requests: items.map(({ id }) => house.restRequest(`/devices/${id}`)) }
}

/** Bare node:http for as long as `work` takes, which has one device in memory and looks at nothing. */
export async function withNodeLane<Result>(house: House, work: (lane: Lane) => Promise<Result>): Promise<Result> {
  const { items } = await house.rest<{ items: { id: string }[] }>('GET', '/devices?limit=1')
  const folder = mkdtempSync(join(tmpdir(), 'strowger-bench-'))
  const file = join(folder, 'device.json')
  writeFileSync(file, JSON.stringify(items[0]))
  try {
    return await withNode(file, ({ port }) => work({ port, requests: [house.restRequest(`/devices/${items[0]?.id}`)] }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function readFor(seconds: number, lane: Lane, inFlight: number): Promise<Reads> {
  const reads = await startReads({ lanes: [lane], inFlight })
  await delay(seconds * 1_000)
  const [result] = await reads.stop()
  if (result === undefined) throw new Error('nothing was read')
  return result
}
