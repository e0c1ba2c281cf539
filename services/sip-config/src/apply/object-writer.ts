import type { DesiredObject } from '../desired-object.ts'

/** What Asterisk is known to have of an object: that object, none, or nobody knows. */
export type Known = DesiredObject | 'none' | 'unknown'

/** Which object. */
export type Key = Pick<DesiredObject, 'type' | 'id'>

/** What came of a write. */
export interface Written {
  /** What `fingerprint` answers as long as nobody else changes it. */
  readonly fingerprint: string
  /** Asterisk has it, and goes by it only after this. */
  readonly waitsFor?: string
}

/** A way to bring objects into an Asterisk, one at a time. */
export interface ObjectWriter {
  /**
   * Makes the object of this key what is wanted (undefined: that there is none). A fault other than `unavailable` leaves
   * Asterisk with what it had, if that can be.
   */
  write(key: Key, has: Known, wants: DesiredObject | undefined): Promise<Written>
  /** Of the object that is there now; empty when there is none. */
  fingerprint(key: Key): Promise<string>
}

/** One text for a key, as `endpoint/1001`. */
export const keyText = ({ type, id }: Key) => `${type}/${id}`

export function keyFrom(text: string): Key {
  const slash = text.indexOf('/')
  return { type: text.slice(0, slash) as Key['type'], id: text.slice(slash + 1) }
}
