import type { DesiredObject } from '../desired-object.ts'
import { type Key, type Known, keyFrom, keyText } from './object-writer.ts'

/** What one Asterisk is to have, and what it is known to have. */
export interface ObjectStates {
  readonly wanted: ReadonlyMap<string, DesiredObject>
  want(changed: readonly DesiredObject[], removed: readonly Key[]): void
  known(key: string): Known
  /** What it has now; the text is what reading it answers as long as nobody else changes it. */
  learn(key: string, has: Known, fingerprint?: string): void
  fingerprint(key: string): string | undefined
  /** Forgets all; of what is not learnt from now on this is true. */
  forget(otherwise: 'none' | 'unknown'): void
  /** Is as it should be. */
  isSettled(key: string): boolean
  /** Of those that are not. */
  readonly unsettledCount: number
  unsettled(): { changed: DesiredObject[]; removed: Key[] }
}

interface Learnt {
  readonly has: Known
  readonly fingerprint: string | undefined
}

export function createObjectStates(initial: Iterable<DesiredObject>): ObjectStates {
  const wanted = new Map<string, DesiredObject>()
  const learnt = new Map<string, Learnt>()
  /** Kept with each change: asked for often, and there are many objects. */
  const open = new Set<string>()
  let otherwise: 'none' | 'unknown' = 'unknown'
  for (const object of initial) wanted.set(keyText(object), object)
  for (const key of wanted.keys()) open.add(key)

  const known = (key: string): Known => learnt.get(key)?.has ?? otherwise

  function isSettled(key: string): boolean {
    const has = known(key)
    const wants = wanted.get(key)
    // What is unknown and not wanted is looked for, not presumed.
    if (wants === undefined) return has === 'none' || !learnt.has(key)
    return typeof has === 'object' && has.digest === wants.digest
  }

  function note(key: string): void {
    if (isSettled(key)) open.delete(key)
    else open.add(key)
  }

  return {
    wanted,
    want(changed, removed) {
      for (const object of removed) wanted.delete(keyText(object))
      for (const object of changed) wanted.set(keyText(object), object)
      for (const object of [...removed, ...changed]) note(keyText(object))
    },
    known,
    learn(key, has, fingerprint) {
      if (has === 'none' && otherwise === 'none') learnt.delete(key)
      else learnt.set(key, { has, fingerprint })
      note(key)
    },
    fingerprint: (key) => learnt.get(key)?.fingerprint,
    forget(assumed) {
      learnt.clear()
      otherwise = assumed
      open.clear()
      for (const key of wanted.keys()) note(key)
    },
    isSettled,
    get unsettledCount() {
      return open.size
    },
    unsettled() {
      const changed: DesiredObject[] = []
      const removed: Key[] = []
      for (const key of open) {
        const object = wanted.get(key)
        if (object) changed.push(object)
        else removed.push(keyFrom(key))
      }
      return { changed, removed }
    },
  }
}
