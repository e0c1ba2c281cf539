import { runLoad } from '../child.ts'
import { below, count, type Figure, milliseconds } from '../figure.ts'
import type { House } from '../house.ts'
import { peers } from '../peers.ts'
import type { BootLoadOptions, BootLoadResult } from '../programs/boot-load.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'
import { ensureDevices } from './phones-of-house.ts'
import { settledLines } from './settled-lines.ts'

const phones = 10_000
const withinMs = 2_000

/** Power is back at a large site: all phones start within two seconds and ask for six files each. */
export async function benchStorm(house: House): Promise<Section> {
  await ensureDevices(house, phones)
  const options: BootLoadOptions = { port: house.httpPort, firstPhone: 0, phones, withinMs }
  const boot = () => runLoad<BootLoadResult>('boot-load', options)
  // What follows from the section before is not part of it.
  await settledLines(house)
  const speed = await speedOf('http')
  await boot()
  await settledLines(house)
  const warm = await boot()
  await settledLines(house)
  await house.restart('ingress')
  const cold = await boot()
  const rows = (
    name: string,
    budgetS: number,
    { seconds, booted, answers, again, failures, latencies }: BootLoadResult,
  ) => [
    {
      what: `${name}: from the first request to the last answer`,
      ours: `${seconds.toFixed(1)} s, ${count(answers / seconds)} answers/s`,
      budget: below(seconds, budgetS, `< ${budgetS} s`, speed),
      peer: peers.storm,
    },
    {
      what: '… phones that have their configuration',
      ours: `${count(booted)} of ${count(phones)}`,
      budget: { text: 'all', met: booted === phones },
    },
    {
      what: '… a phone takes p50 / p99 / max; connections made anew',
      ours: `${[latencies.p50, latencies.p99, latencies.max].map(milliseconds).join(' / ')}; ${count(again)}${again > 0 ? ` ${JSON.stringify(failures)}` : ''}`,
    },
  ]
  const figures: Figure[] = [...rows('warm', 8, warm), ...rows('ingress just started', 20, cold)]
  return {
    title: `${count(phones)} phones start`,
    figures,
    notes: [
      `six files each over one connection, begun within ${withinMs / 1_000} s; statuses ${JSON.stringify(warm.statuses)}, then ${JSON.stringify(cold.statuses)}`,
    ],
  }
}
