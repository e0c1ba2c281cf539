import { createManualClock } from '@strowger/service'
import { expect, it } from 'vitest'
import { createFirstSeen } from './first-seen.ts'

it('a content keeps the moment it was first seen; another one has its own', async () => {
  const clock = createManualClock()
  const firstSeen = createFirstSeen(clock.now)
  const at = firstSeen('a')
  await clock.advance(5_000)
  expect(firstSeen('a')).toBe(at)
  expect(Date.parse(firstSeen('b')) - Date.parse(at)).toBe(5_000)
})
