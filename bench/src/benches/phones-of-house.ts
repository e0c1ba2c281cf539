import { eventually } from '@strowger/testkit'
import { runLoad } from '../child.ts'
import type { House } from '../house.ts'
import type { HttpLoadOptions, HttpLoadResult } from '../programs/http-load.ts'

/** Unknown phones ask once each and become devices. */
export function introduce(
  house: House,
  phones: Pick<HttpLoadOptions, 'firstPhone' | 'phones' | 'seconds'>,
): Promise<HttpLoadResult> {
  return runLoad<HttpLoadResult>('http-load', { ...phones, port: house.httpPort, inFlight: 256, asking: 'once' })
}

/** Ingress knows what was rendered for so many devices: from then on their answers may be kept. */
export async function untilRendered(house: House, devices: number): Promise<void> {
  await eventually(async () => (await house.metric('ingress', 'read_model_rendered_entries')) >= devices, {
    timeoutMs: 120_000 + devices * 5,
    intervalMs: 20,
  })
}

/** The first `wanted` phones are devices, and rendered. A slow machine makes 200 a second. */
export async function ensureDevices(house: House, wanted: number): Promise<void> {
  const present = await house.metric('identification', 'read_model_devices_entries')
  if (present < wanted)
    await introduce(house, { firstPhone: present, phones: wanted - present, seconds: 120 + (wanted - present) / 100 })
  await untilRendered(house, wanted)
}
