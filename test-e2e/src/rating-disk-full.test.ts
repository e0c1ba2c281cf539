import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, type House, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { warnOfSkipped } from './install-clients.ts'
import { callLines, noCalls, ratingSite } from './rating-site.ts'

const disk = mkdtempSync(join(tmpdir(), 'strowger-disk-'))
const because = mounted()
if (because !== undefined) warnOfSkipped('a full disk under PostgreSQL', because)
const folder = mkdtempSync(join(tmpdir(), 'strowger-disk-cdr-'))
let house: House

/** A small file system of its own; why there is none. */
function mounted(): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600m,mode=0711', 'tmpfs', disk], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `no file system can be mounted here: ${error instanceof Error ? error.message.split('\n')[0] : ''}`
  }
}

beforeAll(async () => {
  if (because !== undefined) return
  house = await startHouse({ folder: join(disk, 'house') })
  await ratingSite(house).prepare(folder)
}, 120_000)
afterAll(async () => {
  await house?.close()
  if (because === undefined) execFileSync('umount', ['-l', disk])
  for (const one of [disk, folder]) rmSync(one, { recursive: true, force: true })
})

it.skipIf(because !== undefined)(
  'while the disk of PostgreSQL is full the source says so; with room again every record counts, once',
  async () => {
    const { rest, stored, expectExactly } = ratingSite(house)
    const file = join(folder, 'Master.csv')
    const expected = noCalls()
    appendFileSync(file, callLines(0, 1_000, expected))
    await eventually(async () => (await stored()) === expected.records, { timeoutMs: 20_000 })

    const ballast = join(disk, 'ballast')
    fill(ballast)
    appendFileSync(file, callLines(1_000, 21_000, expected))
    const problem = await eventually(
      async () => {
        const state = await rest<{ problem: string | null }>('GET', '/sources/pbx/state').catch((error) => ({
          problem: String(error),
        }))
        return state.problem ?? false
      },
      { timeoutMs: 60_000 },
    )
    expect(problem).toMatch(/space|disk|recovery|unavailable|503|connect|terminat/i)

    rmSync(ballast)
    await house.ready(90_000)
    await expectExactly(expected, 120_000)
  },
  300_000,
)

/** Until nothing more can be written. */
function fill(path: string): void {
  const { bavail, bsize } = statfsSync(disk)
  const piece = Buffer.alloc(1_048_576)
  writeFileSync(path, '')
  for (let left = bavail * bsize; left > 0; left -= piece.length) {
    try {
      appendFileSync(path, piece)
    } catch {
      return
    }
  }
}
