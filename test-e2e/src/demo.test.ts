import { join } from 'node:path'
import { runProgram, startHouse } from '@strowger/testkit'
import { expect, test } from 'vitest'

const demo = join(import.meta.dirname, '..', 'dist', 'demo.js')

test('make demo plays a site against the running house, and says so when none runs', async () => {
  const house = await startHouse()
  try {
    const played = await runProgram(process.execPath, [demo], { STROWGER_HOME: house.folder })
    console.log(played.stdout.toString())
    expect(played.stderr).toBe('')
    expect(played.code).toBe(0)
    expect(played.stdout.toString()).toMatch(/00:15:65:de:00:01 .* configured, revision \d+, has it/)

    // As often as one likes.
    expect((await runProgram(process.execPath, [demo], { STROWGER_HOME: house.folder })).code).toBe(0)
    await house.end()
    const without = await runProgram(process.execPath, [demo], { STROWGER_HOME: house.folder })
    expect(without.code).toBe(1)
    expect(without.stdout.toString()).toContain('make run')
  } finally {
    await house.close()
  }
})
