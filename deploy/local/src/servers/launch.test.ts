import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { end, launch } from './launch.ts'

/** proc(5): field 19 of stat. */
const nicenessOf = (pid: number) => Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[16])

it.runIf(existsSync('/proc/self/stat'))('steps back for others as far as it is told, its session too', async () => {
  const child = await launch({
    command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
    deathSignal: 'SIGKILL',
    niceness: 5,
    onLine: () => {},
  })
  try {
    await expect.poll(() => nicenessOf(child.pid)).toBe(5)
    const session = `/proc/${child.pid}/autogroup`
    if (existsSync(session)) expect(readFileSync(session, 'utf8')).toMatch(/nice 5$/m)
  } finally {
    await end(child, 'SIGKILL', 1_000)
  }
})
