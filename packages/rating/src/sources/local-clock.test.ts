import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instantFrom } from '../instant.ts'
import { type Zone, zoneOf } from '../zone.ts'
import { createLocalClock } from './local-clock.ts'

const zones = ['Europe/Rome', 'Australia/Lord_Howe', 'UTC', 'America/St_Johns', 'Africa/Casablanca']

describe('times of a local clock', () => {
  test.each(zones)('are those that the reader of instants gives, on every day of %s', (name) => {
    const zone = zoneOf(name) as Zone
    const clock = createLocalClock(zone)
    const wall = fc.integer({ min: Date.UTC(2015, 0, 1) / 1000, max: Date.UTC(2030, 0, 1) / 1000 })
    fc.assert(
      fc.property(wall, (second) => {
        const text = new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ')
        expect(clock.read(text, 'start')).toEqual(instantFrom(text, zone))
      }),
      { numRuns: 300 },
    )
  })

  test('an hour that happens twice, or not at all, is told as such', () => {
    const clock = createLocalClock(zoneOf('Europe/Rome') as Zone)
    expect(clock.read('2025-10-26 02:30:00', 'start')?.kind).toBe('ambiguous')
    expect(clock.read('2025-03-30 02:30:00', 'start')?.kind).toBe('skipped')
    expect(clock.read('2025-10-26 12:30:00', 'start')?.kind).toBe('plain')
  })

  test.each([
    '2025-02-30 10:00:00',
    '2025-01-01 25:00:00',
    '2025-01-01 10:61:00',
    '2025-01-01 10:00:61',
    '2025-01-01x10:00:00',
  ])('%s is no time', (text) => {
    expect(() => createLocalClock(zoneOf('UTC') as Zone).read(text, 'start')).toThrow('is no time')
  })
})
