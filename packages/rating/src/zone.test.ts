import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayTestOf } from './calendar.ts'
import { civilFrom, dayFrom, easterOf, secondFrom, textOfDay, weekdayOf } from './wall-clock.ts'
import { instantOf, zoneOf } from './zone.ts'

const utc = (text: string) => Date.parse(`${text}Z`)

function rome() {
  const zone = zoneOf('Europe/Rome')
  if (!zone) throw new Error('no tz database')
  return zone
}

describe('a zone', () => {
  it('has the offset of the tz database at every instant', () => {
    for (const name of [
      'Europe/Rome',
      'America/St_Johns',
      'Africa/Casablanca',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'UTC',
    ]) {
      const zone = zoneOf(name)
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' })
      fc.assert(
        fc.property(
          fc.integer({ min: utc('1995-01-01T00:00:00') / 1000, max: utc('2040-01-01T00:00:00') / 1000 }),
          (second) => {
            const wall = new Date(second * 1000 + (zone?.offsetAt(second * 1000) ?? Number.NaN))
              .toISOString()
              .slice(0, 19)
            expect(wall.replace('T', ' ')).toBe(format.format(second * 1000))
          },
        ),
        { numRuns: 200 },
      )
    }
  })

  it('is unknown when the tz database does not know it', () => {
    expect(zoneOf('Europe/Atlantis')).toBeUndefined()
  })

  it('says when the offset changes next', () => {
    expect(rome().nextChange(utc('2025-07-01T00:00:00'))).toBe(utc('2025-10-26T01:00:00'))
    expect(zoneOf('UTC')?.nextChange(0)).toBe(Number.POSITIVE_INFINITY)
  })

  it('takes the earlier instant of a wall clock time that happens twice, and says so', () => {
    expect(instantOf(rome(), utc('2025-10-26T02:30:00'))).toEqual({
      ms: utc('2025-10-26T00:30:00'),
      kind: 'ambiguous',
      laterMs: utc('2025-10-26T01:30:00'),
    })
    expect(instantOf(rome(), utc('2025-10-26T03:00:00')).kind).toBe('plain')
    expect(instantOf(rome(), utc('2025-10-26T01:59:59')).kind).toBe('plain')
  })

  it('moves a wall clock time that does not happen forward, and says so', () => {
    const found = instantOf(rome(), utc('2025-03-30T02:30:00'))
    expect(found.kind).toBe('skipped')
    expect(found.ms).toBe(utc('2025-03-30T01:30:00'))
  })
})

describe('a day', () => {
  it('is counted as the calendar of the runtime counts it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), (day) => {
        const date = new Date(day * 86_400_000)
        expect(civilFrom(day)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        })
        expect(weekdayOf(day) % 7).toBe(date.getUTCDay())
      }),
    )
  })

  it('is none when it does not exist', () => {
    expect(dayFrom('2025-02-29')).toBeUndefined()
    expect(textOfDay(dayFrom('2024-02-29') ?? 0)).toBe('2024-02-29')
    expect(secondFrom('24:00')).toBe(86_400)
    expect(secondFrom('24:01')).toBeUndefined()
    expect(secondFrom('7:30')).toBe(27_000)
  })

  it('is a holiday by date, by day of the year and by distance from Easter', () => {
    expect(textOfDay(easterOf(2025))).toBe('2025-04-20')
    expect(textOfDay(easterOf(2038))).toBe('2038-04-25')
    const isHoliday = dayTestOf({ id: 'it', dates: ['2025-10-10'], yearly: ['12-25', '02-29'], easter: [1] })
    const on = (text: string) => isHoliday(dayFrom(text) ?? 0)
    expect([on('2025-10-10'), on('2026-10-10'), on('2031-12-25'), on('2025-04-21'), on('2025-04-20')]).toEqual([
      true,
      false,
      true,
      true,
      false,
    ])
    expect([on('2024-02-29'), on('2025-03-01')]).toEqual([true, false])
    expect(() => dayTestOf({ id: 'x', dates: ['2025-13-01'] })).toThrow('is not a day')
  })
})
