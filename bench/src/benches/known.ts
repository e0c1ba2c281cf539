import { measureHttp } from '../calibration.ts'
import { atLeast, type Figure, milliseconds, perSecond } from '../figure.ts'
import type { House } from '../house.ts'
import { cpuMs } from '../machine.ts'
import { peers } from '../peers.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'
import { ensureDevices } from './phones-of-house.ts'

const onTheWay = ['ingress', 'identification', 'rendering', 'nats', 'fail2ban'] as const

/** Phones that are known, but not to this cache: ingress asks identification, rendering answers. */
export async function benchKnown(house: House, seconds: number): Promise<Section> {
  const phones = 1_000
  await ensureDevices(house, phones)
  const target = { port: house.httpPort, pid: house.pid('ingress') }
  const load = { firstPhone: 0, phones, asking: 'distinct' } as const
  // The compiler needs some ten thousand requests: before that, three times the CPU time was measured.
  await measureHttp(target, { ...load, seconds: 10 })
  const speed = await speedOf('http')
  const before = onTheWay.map((name) => cpuMs(house.pid(name)))
  const ours = await measureHttp(target, { ...load, seconds })
  const answers = ours.perSecond * seconds
  const spent = onTheWay.map(
    (name, index) => `${name} ${milliseconds((cpuMs(house.pid(name)) - (before[index] ?? 0)) / answers)}`,
  )
  const figures: Figure[] = [
    {
      what: '1,000 known phones, nothing cached',
      ours: perSecond(ours.perSecond),
      budget: atLeast(ours.perSecond, 6_000, undefined, speed),
      peer: peers.known,
    },
    { what: '… p50 / p99', ours: `${milliseconds(ours.p50Ms)} / ${milliseconds(ours.p99Ms)}` },
    { what: '… CPU a request', ours: spent.join(', ') },
  ]
  const notes = ['every request has a query that was never asked, 64 in flight over keep-alive']
  if (ours.errors > 0) notes.push(`${ours.errors} answers were not 200`)
  return { title: 'Known phone, not cached', notes, figures }
}
