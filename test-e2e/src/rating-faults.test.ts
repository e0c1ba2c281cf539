import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type House, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, it } from 'vitest'
import { callLines, noCalls, ratingSite } from './rating-site.ts'

/** Records of a run in CI; `make drill` gives a million. */
const wanted = Number(process.env['RATING_RECORDS'] ?? 12_000)
const folder = mkdtempSync(join(tmpdir(), 'strowger-drill-cdr-'))
let house: House

beforeAll(async () => {
  house = await startHouse()
  await ratingSite(house).prepare(folder)
}, 120_000)
afterAll(async () => {
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
})

it(
  'whatever is killed while records flow in: nothing is lost, nothing counts twice, sums are exact',
  async () => {
    const expected = noCalls()
    const order = ['rating', 'postgresql', 'rating', 'nats', 'rating'] as const
    const victims = Array.from({ length: wanted > 100_000 ? 4 : 1 }, () => order).flat()
    const part = Math.ceil(wanted / (victims.length + 1))
    for (const [place, victim] of [...victims, undefined].entries()) {
      const from = place * part
      appendFileSync(join(folder, 'Master.csv'), callLines(from, Math.min(from + part, wanted), expected))
      if (victim !== undefined) await house.kill9(victim)
    }
    await house.ready()
    await ratingSite(house).expectExactly(expected, 120_000 + wanted / 2)
  },
  300_000 + wanted,
)
