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
    expect(played.stdout.toString()).toMatch(/account\.1\.auth_name = demo-/)
    expect(played.stdout.toString()).toContain('its file has the background of the lobby now')
    expect(played.stdout.toString()).toMatch(/393471234567 +Italy +73 s, billed 78 s: 0\.0312 EUR/)

    // As often as one likes.
    const again = await runProgram(process.execPath, [demo], { STROWGER_HOME: house.folder })
    expect(again.stderr).toBe('')
    expect(again.code).toBe(0)
    await house.end()
    const without = await runProgram(process.execPath, [demo], { STROWGER_HOME: house.folder })
    expect(without.code).toBe(1)
    expect(without.stdout.toString()).toContain('make run')
  } finally {
    await house.close()
  }
})
