import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock, silentLog } from '@strowger/service'
import { afterEach, describe, expect, it } from 'vitest'
import { phone } from '../../test/objects.ts'
import type { ApplyOutcome } from '../desired-object.ts'
import { createDesiredState } from '../desired-state.ts'
import { createFileWorker } from './file-worker.ts'

const folder = mkdtempSync(join(tmpdir(), 'strowger-files-'))
const releases: (() => void)[] = []
afterEach(() => {
  for (const release of releases.splice(0)) release()
  rmSync(folder, { recursive: true, force: true })
})

function keep(file: string) {
  const desired = createDesiredState()
  const clock = createManualClock()
  const outcomes: ApplyOutcome[] = []
  const states = { record: (some: readonly ApplyOutcome[]) => void outcomes.push(...some) }
  const worker = createFileWorker({
    asteriskId: 'one',
    file,
    desired,
    states,
    isKnown: Promise.resolve(),
    clock,
    log: silentLog(),
  })
  releases.push(worker.close)
  return { worker, desired, clock, outcomes }
}

describe('the profile files', () => {
  it('keeps one whole pjsip.conf that nobody else may read, and says of each object that it is in it', async () => {
    const file = join(mkdtempSync(folder), 'pjsip.conf')
    const { worker, desired, clock, outcomes } = keep(file)
    desired.update([['2001', { asteriskId: 'one', objects: phone('2001', 'first') }]])
    await clock.advance(100)
    expect(readFileSync(file, 'utf8')).toContain(
      '[2001]\ntype = auth\nauth_type = userpass\nusername = 2001\npassword = first\n',
    )
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(outcomes.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied'])
    desired.update([['2001', undefined]])
    await clock.advance(100)
    expect(readFileSync(file, 'utf8')).not.toContain('[2001]')
    // Told once more, by which what was kept of them is forgotten.
    expect(outcomes).toHaveLength(6)
    expect(readdirSync(join(file, '..'))).toEqual(['pjsip.conf'])
    expect(worker.status().problem).toBeUndefined()
  })

  it('says why it cannot write, on every configuration concerned', async () => {
    const { worker, desired, clock, outcomes } = keep('/proc/none/pjsip.conf')
    desired.update([['2001', { asteriskId: 'one', objects: phone('2001', 'first') }]])
    await clock.advance(100)
    expect(worker.status().problem).toContain('ENOENT')
    expect(outcomes.every(({ state, reason }) => state === 'failed' && reason?.includes('ENOENT'))).toBe(true)
  })
})
