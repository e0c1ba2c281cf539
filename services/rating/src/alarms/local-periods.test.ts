import { zoneOf } from '@strowger/rating'
import { expect, test } from 'vitest'
import { localHour } from './local-periods.ts'

function hourOf(zone: string, at: string, before: Parameters<typeof localHour>[2] = {}): string[] {
  const found = zoneOf(zone)
  if (found === undefined) throw new Error(`there is no zone ${zone}`)
  return localHour(found, Date.parse(at), before).map((edge) => edge.toISOString().slice(0, 16))
}

test('an hour begins when the clock of the zone says so, also where that is at half past', () => {
  expect(hourOf('Asia/Kolkata', '2026-10-20T10:45:00Z')).toEqual(['2026-10-20T10:30', '2026-10-20T11:30'])
  expect(hourOf('Asia/Kolkata', '2026-10-20T10:20:00Z', { hours: 1 })).toEqual(['2026-10-20T08:30', '2026-10-20T09:30'])
})

test('the hour of a week before is that of the wall clock, also over a change of the clock', () => {
  expect(hourOf('Europe/Rome', '2026-10-27T09:15:00Z')).toEqual(['2026-10-27T09:00', '2026-10-27T10:00'])
  expect(hourOf('Europe/Rome', '2026-10-27T09:15:00Z', { days: 7 })).toEqual(['2026-10-20T08:00', '2026-10-20T09:00'])
})

test('the hour that happens twice is one of two hours, that which does not happen is empty', () => {
  expect(hourOf('Europe/Rome', '2026-10-25T01:30:00Z')).toEqual(['2026-10-25T00:00', '2026-10-25T02:00'])
  const [first, next] = hourOf('Europe/Rome', '2026-03-29T01:30:00Z', { hours: 1 })
  expect(next).toBe(first)
})
