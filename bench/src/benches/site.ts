import { runLoad } from '../child.ts'
import { type Figure, milliseconds, perSecond } from '../figure.ts'
import type { House } from '../house.ts'
import { peers } from '../peers.ts'
import type { HttpLoadOptions, HttpLoadResult } from '../programs/http-load.ts'
import type { OpenLoadOptions, OpenLoadResult } from '../programs/open-load.ts'
import type { Section } from '../report.ts'
import { ensureDevices } from './phones-of-house.ts'

const phones = 1_000
const address = '127.200.0.1'

/** A thousand known phones behind one address, beside the same phones with an address each. */
export async function benchSite(house: House, seconds: number): Promise<Section> {
  await ensureDevices(house, phones)
  const load = { port: house.httpPort, firstPhone: 0, phones, inFlight: 64, seconds }
  const run = async (options: Pick<HttpLoadOptions, 'asking' | 'address'>) => {
    const { answers, seconds: took, refused } = await runLoad<HttpLoadResult>('http-load', { ...load, ...options })
    const errors = Object.values(refused).reduce((sum, each) => sum + each, 0)
    if (errors > 0) throw new Error(`${errors} phones of the site were refused: ${JSON.stringify(refused)}`)
    return answers / took
  }
  const figures: Figure[] = []
  for (const asking of ['same', 'distinct'] as const) {
    const what = asking === 'same' ? 'cached' : 'known, not cached'
    await house.setPolicy({ nat: false })
    await run({ asking })
    const apart = await run({ asking })
    for (const nat of [false, true]) {
      await house.setPolicy({ nat })
      await run({ asking, address })
      const together = await run({ asking, address })
      figures.push({
        what: `${what}, one address, NAT ${nat ? 'on' : 'off'}`,
        ours: perSecond(together),
        budget: { text: 'within 1.2 of separate addresses', met: apart <= together * 1.2 },
        calibration: `separate addresses ${perSecond(apart)}`,
        ratio: together / apart,
        peer: peers.site,
      })
    }
  }
  await house.setPolicy({ nat: false })
  for (const [asking, rate] of [
    ['same', 2_000],
    ['distinct', 500],
  ] as const) {
    const options: OpenLoadOptions = { port: house.httpPort, firstPhone: 0, phones, perSecond: rate, seconds, asking }
    const { latencies, refused, asked } = await runLoad<OpenLoadResult>('open-load', options)
    figures.push({
      what: `open loop, ${perSecond(rate)} ${asking === 'same' ? 'cached' : 'not cached'}: p50 / p99 / max`,
      ours: [latencies.p50, latencies.p99, latencies.max].map(milliseconds).join(' / '),
      ...(refused > 0 ? { budget: { text: 'no failure', met: false } } : {}),
      calibration: `${asked} asked, ${refused} refused`,
    })
  }
  return {
    title: 'A site of 1,000 phones',
    figures,
    notes: [
      'the agent of each phone names its mac; open loop: asked at that rate however slow the answers, time counts from when a request was due',
    ],
  }
}
