import { eventually } from '@strowger/testkit'
import type { House } from '../house.ts'

/** The lines once no more are written: what was answered is in the stream, and the log has caught up with it. */
export async function settledLines(house: House): Promise<number> {
  let before = -1
  return eventually(
    () => {
      const lines = house.securityLines()
      if (lines === before) return lines
      before = lines
      throw new Error('lines are still being written')
    },
    { timeoutMs: 180_000, intervalMs: 1_000 },
  )
}
