import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { pjsipText } from '@strowger/asterisk'
import type { Clock, Log, Timer } from '@strowger/service'
import type { ApplyStates, DesiredObject, DesiredObjects } from '../desired-object.ts'
import { createOutcomes } from './outcomes.ts'

/** Profile `files`: keeps a complete pjsip.conf as it is to be. Having Asterisk read it is somebody else’s decision. */
export interface FileWorker {
  /** The problem is undefined while the file is as it is to be. */
  status(): { readonly wanted: number; readonly waiting: number; readonly problem: string | undefined }
  close(): void
}

/** Changes that come within this time are written at once. */
const gatherMs = 100

export function createFileWorker(parts: {
  readonly asteriskId: string
  readonly file: string
  readonly desired: DesiredObjects
  readonly states: ApplyStates
  readonly isKnown: Promise<void>
  readonly clock: Clock
  readonly log: Log
}): FileWorker {
  const { asteriskId, file, desired, states, isKnown, clock, log } = parts
  const outcomes = createOutcomes(states, asteriskId, clock)
  let told = new Map<string, { state: string; object: DesiredObject }>()
  let problem: string | undefined
  let due: Timer | undefined

  function write(): void {
    due = undefined
    const objects = [...desired.desiredObjects(asteriskId).values()].flatMap((ofType) => [...ofType.values()])
    try {
      replaceFile(file, pjsipText(objects))
      problem = undefined
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error)
      log.error({ error, file }, 'the file for Asterisk cannot be written')
      due = clock.after(5_000, write)
    }
    tell(objects)
  }

  function tell(objects: readonly DesiredObject[]): void {
    const now: typeof told = new Map()
    for (const object of objects) {
      const key = `${object.type}/${object.id}`
      const state = problem ?? object.digest
      now.set(key, { state, object })
      if (told.get(key)?.state === state) continue
      outcomes.add(problem === undefined ? { object, state: 'applied' } : { object, state: 'failed', reason: problem })
    }
    // What is not in the file any more: nothing is to be kept of it.
    for (const [key, { object }] of told)
      if (!now.has(key) && problem === undefined) outcomes.add({ object, state: 'applied' })
    told = now
    outcomes.flush()
  }

  let unsubscribe = () => {}
  let isClosed = false
  void isKnown.then(() => {
    if (isClosed) return
    unsubscribe = desired.onChanged((change) => {
      if (change.asteriskId === asteriskId) due ??= clock.after(gatherMs, write)
    })
    write()
  })
  return {
    status: () => ({ wanted: told.size, waiting: problem === undefined ? 0 : told.size, problem }),
    close() {
      isClosed = true
      unsubscribe()
      due?.cancel()
      outcomes.flush()
    },
  }
}

/** Whole or not at all, for the owner’s eyes, and only when it says something else. */
function replaceFile(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  const beside = `${file}.new`
  writeFileSync(beside, text, { mode: 0o640 })
  chmodSync(beside, 0o640)
  renameSync(beside, file)
}
