import { eventually } from '@strowger/testkit'
import { atLeast, count, type Figure, milliseconds, perSecond } from '../figure.ts'
import type { House } from '../house.ts'
import { cpuMs } from '../machine.ts'
import { peers } from '../peers.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'
import { introduce, untilRendered } from './phones-of-house.ts'

/** Phones nobody has seen, each from its own address over its own connection, become devices and get their file. */
export async function benchUnknown(house: House, phones: number): Promise<Section> {
  const cpuOf = () => cpuMs(house.pid('ingress')) + cpuMs(house.pid('identification')) + cpuMs(house.pid('rendering'))
  const speed = await speedOf('http')
  const [rowsBefore, cpuBefore] = [await house.countRows('devices.device'), cpuOf()]
  const begun = performance.now()
  const result = await introduce(house, { firstPhone: rowsBefore, phones, seconds: 60 })
  const rows = (await house.countRows('devices.device')) - rowsBefore
  const cpuEach = (cpuOf() - cpuBefore) / Math.max(1, rows)
  const heldMs = async (service: 'identification' | 'rendering', name: string) => {
    await eventually(async () => (await house.metric(service, name)) >= rowsBefore + rows, {
      timeoutMs: 60_000,
      intervalMs: 20,
    })
    return performance.now() - begun - result.seconds * 1_000
  }
  const heldByRendering = await heldMs('rendering', 'read_model_devices_entries')
  await untilRendered(house, rowsBefore + rows)
  const rendered = performance.now() - begun - result.seconds * 1_000

  const committed = rows / result.seconds
  const refused = Object.values(result.refused).reduce((sum, number) => sum + number, 0)
  const figures: Figure[] = [
    {
      what: `${count(phones)} unknown phones become devices, 256 at once`,
      ours: `${perSecond(committed)} committed`,
      budget: atLeast(committed, 2_000, undefined, speed),
      peer: peers.unknown,
    },
    {
      what: '… a phone waits, p50 / p99',
      ours: `${milliseconds(result.latencies.p50)} / ${milliseconds(result.latencies.p99)}`,
    },
    { what: '… CPU a phone: ingress, identification, rendering', ours: milliseconds(cpuEach) },
    { what: '… after the last answer: read models have them', ours: milliseconds(Math.max(0, heldByRendering)) },
    { what: '… after the last answer: all files are recorded', ours: milliseconds(Math.max(0, rendered)) },
  ]
  return {
    title: 'Unknown phones',
    notes: [
      `${count(rows)} rows in PostgreSQL for ${count(result.answers)} answers, ${count(refused)} of them not 200; fsync as PostgreSQL has it`,
    ],
    figures,
  }
}
