import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasWrk, inFlight, type Measured, measureHttp, withNginx, withNode } from '../calibration.ts'
import { atLeast, below, count, type Figure, milliseconds, perSecond, type Speed } from '../figure.ts'
import type { House } from '../house.ts'
import { peers } from '../peers.ts'
import { phone } from '../phones.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'
import { ensureDevices } from './phones-of-house.ts'
import { settledLines } from './settled-lines.ts'

type Load = Parameters<typeof measureHttp>[1]

/** A file that this replica has given before: admission, cache, journal, facts, bytes. */
export async function benchCached(house: House, folder: string, seconds: number): Promise<Section> {
  const phones = 1_000
  await ensureDevices(house, phones)
  const { bytes, file } = await fetchedFile(house, folder)
  const figures: Figure[] = []
  const notes = [`the file has ${count(bytes)} bytes; ${inFlight} requests in flight over keep-alive`]
  if (!hasWrk) notes.push('wrk is missing (apt-get install wrk): the own generator was used in its place')

  for (const load of [
    { firstPhone: 0, phones: 1, seconds, asking: 'same' },
    { firstPhone: 0, phones, seconds, asking: 'same' },
  ] satisfies Load[]) {
    const calibration = await calibrated(file, folder, house, load)
    // Fills the cache and lets the compiler see the way.
    await measureHttp({ port: house.httpPort, pid: house.pid('ingress') }, { ...load, seconds: 3 })
    const linesBefore = await settledLines(house)
    const answersBefore = await house.metric('ingress', 'phone_http_answers_total')
    const speed = await speedOf('http')
    const ours = await measureHttp({ port: house.httpPort, pid: house.pid('ingress') }, load)
    const answers = (await house.metric('ingress', 'phone_http_answers_total')) - answersBefore
    figures.push(...figuresOf(load, ours, calibration, speed))
    const lines = (await settledLines(house)) - linesBefore
    figures.push({
      what: '… lines in the security log for the answers',
      ours: `${count(lines)} for ${count(answers)}`,
      budget: { text: 'as many', met: lines === answers },
    })
    if (ours.errors > 0) notes.push(`${count(ours.errors)} answers were not 200`)
    if (calibration.nginx === undefined) notes.push('nginx is missing (apt-get install nginx-light): not compared')
  }
  return { title: 'Cached phone over HTTP', notes: [...new Set(notes)], figures }
}

interface Calibration {
  readonly node: Measured
  readonly nginx: Measured | undefined
}

async function calibrated(file: string, folder: string, house: House, load: Load): Promise<Calibration> {
  const node = await withNode(file, (target) => measureHttp(target, load))
  const nginx = await withNginx(file, folder, house.sparePort, (target) => measureHttp(target, load))
  return { node, nginx }
}

function figuresOf(load: Load, ours: Measured, { node, nginx }: Calibration, speed: Speed): Figure[] {
  const generator = load.phones === 1 && hasWrk ? 'wrk' : 'own generator'
  const beside = nginx === undefined ? '' : `; nginx ${perSecond(nginx.perSecond)}`
  return [
    {
      what: `${load.phones === 1 ? 'one phone' : `${count(load.phones)} phones`} (${generator})`,
      ours: perSecond(ours.perSecond),
      budget: atLeast(ours.perSecond, 15_000, undefined, speed),
      calibration: `node:http ${perSecond(node.perSecond)}${beside}`,
      ratio: ours.perSecond / node.perSecond,
      peer: peers.cached,
    },
    {
      what: '… p50 / p99',
      ours: `${milliseconds(ours.p50Ms)} / ${milliseconds(ours.p99Ms)}`,
      budget: below(ours.p99Ms, 10, 'p99 < 10 ms', speed),
      calibration: `node:http ${milliseconds(node.p50Ms)} / ${milliseconds(node.p99Ms)}`,
    },
    {
      what: '… CPU of ingress a request',
      ours: milliseconds(ours.cpuMsEach),
      budget: below(ours.cpuMsEach, 0.08, '≤ 0.08 ms', speed),
      calibration: `node:http ${milliseconds(node.cpuMsEach)}${nginx === undefined ? '' : `; nginx ${milliseconds(nginx.cpuMsEach)}`}`,
      ratio: ours.cpuMsEach / node.cpuMsEach,
    },
  ]
}

async function fetchedFile(house: House, folder: string): Promise<{ bytes: number; file: string }> {
  const { file: name, userAgent } = phone(0)
  const answer = await fetch(`http://127.0.0.1:${house.httpPort}/${name}`, { headers: { 'user-agent': userAgent } })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const file = join(folder, 'phone.cfg')
  writeFileSync(file, bytes)
  return { bytes: bytes.byteLength, file }
}
