import type { AmiClient } from '@strowger/asterisk'
import { type Clock, sideBySide } from '@strowger/service'
import { orphansIn } from './look-over.ts'
import type { ObjectStates } from './object-states.ts'
import { type Key, keyText, type ObjectWriter } from './object-writer.ts'

/** An object that is not as it was written. */
export interface Difference {
  readonly object: string
  readonly what: 'missing' | 'changed' | 'not wanted'
}

export interface DriftReport {
  /** UTC. */
  readonly at: string
  /** Who asked for it. */
  readonly task?: string
  readonly compared: number
  readonly differences: readonly Difference[]
  /** Why nothing could be compared. */
  readonly problem?: string
}

const atOnce = 4

/**
 * Reads each object and compares it with what Asterisk answered when it was written. What differs is unknown from then
 * on, so that it is written again. Objects that are being changed at the moment are passed over.
 */
export async function findDrift(parts: {
  ami: AmiClient
  writer: ObjectWriter
  objects: ObjectStates
  former: () => Iterable<Key>
  clock: Clock
}): Promise<DriftReport> {
  const { ami, writer, objects, former, clock } = parts
  const differences: Difference[] = []
  let compared = 0
  const settled = [...objects.wanted].filter(([key]) => objects.isSettled(key))
  await sideBySide(settled, atOnce, async ([key, object]) => {
    const found = await writer.fingerprint(object)
    if (objects.wanted.get(key) !== object || !objects.isSettled(key)) return
    compared++
    const expected = objects.fingerprint(key)
    if (expected === undefined) objects.learn(key, object, found)
    if (found !== '' && (expected === undefined || expected === found)) return
    objects.learn(key, 'unknown')
    differences.push({ object: key, what: found === '' ? 'missing' : 'changed' })
  })
  for (const key of await orphansIn(ami, objects.wanted, former())) {
    objects.learn(keyText(key), 'unknown')
    differences.push({ object: keyText(key), what: 'not wanted' })
  }
  return { at: new Date(clock.now()).toISOString(), compared, differences }
}
