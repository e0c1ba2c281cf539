import { type Ban, defaultFloodLimits, type FloodLimits, type Offender } from '@strowger/schema'
import { createManualClock, createMetrics, silentLog } from '@strowger/service'
import { afterEach, describe, expect, it } from 'vitest'
import { createOffenders, type Offence } from './offenders.ts'

const metrics = createMetrics('test')
afterEach(() => metrics.close())

function house(options: Partial<FloodLimits> & { known?: string } = {}) {
  const { known, ...limits } = options
  const clock = createManualClock()
  const bans = new Map<string, Ban>()
  const report = new Map<string, Offender>()
  const asked: string[] = []
  const offenders = createOffenders({
    limits: () => ({ ...defaultFloodLimits, banMaxRefused: 5, banMaxSensitive: 20, ...limits }),
    async isKnown(address) {
      asked.push(address)
      return address === known
    },
    ban: async (ban) => void bans.set(ban.address, ban),
    previous: (address) => report.get(address),
    report: async (offender) => void report.set(offender.address, offender),
    isBanned: (address) => Date.parse(bans.get(address)?.until ?? '') > clock.now(),
    clock,
    log: silentLog(),
    metrics,
  })
  const times = (count: number, address: string, kind: Offence) => {
    for (let index = 0; index < count; index++) offenders.note(address, kind)
  }
  return { clock, bans, report, asked, times }
}

describe('bans that the house makes', () => {
  it('an address that is refused too often is banned, for a time, with what it did', async () => {
    const { clock, bans, report, times } = house()
    times(4, '192.0.2.1', 'refused')
    await clock.advance(1_000)
    expect(bans.size).toBe(0)
    times(1, '192.0.2.1', 'refused')
    await clock.advance(1_000)
    const until = new Date(clock.now() - 1_000 + 3_600_000).toISOString()
    expect([...bans.values()]).toEqual([
      { address: '192.0.2.1', reason: '5 refused requests within 600 s', until, by: 'ingress' },
    ])
    expect(report.get('192.0.2.1')).toMatchObject({ outcome: 'banned', kind: 'refused', count: 5, times: 1 })
  })

  it('what lies further apart than the time within which it counts bans nobody', async () => {
    const { clock, bans, times } = house()
    for (let hour = 0; hour < 10; hour++) {
      times(4, '192.0.2.1', 'refused')
      await clock.advance(1_300_000)
    }
    expect(bans.size).toBe(0)
  })

  it('a site whose known phones start together is not banned, and is asked about once a minute at most', async () => {
    const { clock, bans, report, asked, times } = house({ known: '192.0.2.1' })
    for (let minute = 0; minute < 5; minute++) {
      times(500, '192.0.2.1', 'sensitive-file')
      await clock.advance(60_000)
    }
    expect(bans.size).toBe(0)
    expect(asked.length).toBeLessThanOrEqual(5)
    expect(report.get('192.0.2.1')).toMatchObject({ outcome: 'known-phones' })
    times(20, '192.0.2.2', 'sensitive-file')
    await clock.advance(10_000)
    expect([...bans.keys()]).toEqual(['192.0.2.2'])
  })

  it('who is refused behind the address of known phones is banned all the same', async () => {
    const { clock, bans, times } = house({ known: '192.0.2.1' })
    times(100, '192.0.2.1', 'sensitive-file')
    times(5, '192.0.2.1', 'refused')
    await clock.advance(10_000)
    expect([...bans.keys()]).toEqual(['192.0.2.1'])
  })

  it('while it only observes, it says whom it would have banned, how often, and when', async () => {
    const { clock, bans, report, times } = house({ banMode: 'observe' })
    times(5, '192.0.2.1', 'refused')
    await clock.advance(100_000)
    times(5, '192.0.2.1', 'refused')
    await clock.advance(1_000)
    expect(bans.size).toBe(0)
    const entry = report.get('192.0.2.1')
    expect(entry).toMatchObject({ outcome: 'would-have-banned', times: 2 })
    expect(Date.parse(entry?.at ?? '')).toBeGreaterThan(Date.parse(entry?.firstAt ?? ''))
  })

  it('off, it counts nothing; an address that is never to be banned is reported as that', async () => {
    const off = house({ banMode: 'off' })
    off.times(100, '192.0.2.1', 'refused')
    await off.clock.advance(10_000)
    expect([off.bans.size, off.report.size]).toEqual([0, 0])
    const ignoring = house({ banIgnore: ['192.0.2.0/24'] })
    ignoring.times(100, '192.0.2.1', 'refused')
    ignoring.times(100, '198.51.100.1', 'refused')
    await ignoring.clock.advance(10_000)
    expect([...ignoring.bans.keys()]).toEqual(['198.51.100.1'])
    expect(ignoring.report.get('192.0.2.1')).toMatchObject({ outcome: 'ignored' })
  })
})
