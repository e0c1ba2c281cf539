import type { DesiredChange, DesiredObject, DesiredObjects, ObjectsByType, ObjectType } from './desired-object.ts'

/** The objects of one configuration, and which Asterisk has them; undefined: every one. */
export interface Placement {
  readonly asteriskId: string | undefined
  readonly objects: readonly DesiredObject[]
}

type Held = Map<ObjectType, Map<string, DesiredObject>>

/** Holds what each Asterisk is to have, and tells what an update of some configurations changes of it. */
export interface DesiredState extends DesiredObjects {
  /** Puts these in the place of what the configurations had; undefined: there is none any more. */
  update(
    placements: Iterable<readonly [configuration: string, placement: Placement | undefined]>,
    options?: { isMass: boolean; hasMore: boolean },
  ): void
  placementOf(configuration: string): Placement | undefined
}

export function createDesiredState(): DesiredState {
  const placed = new Map<string, Placement>()
  const everywhere: Held = new Map()
  const assigned = new Map<string, Held>()
  const listeners = new Set<(change: DesiredChange) => void>()

  function heldBy(asteriskId: string | undefined): Held {
    if (asteriskId === undefined) return everywhere
    const present = assigned.get(asteriskId)
    if (present) return present
    const held: Held = new Map()
    assigned.set(asteriskId, held)
    return held
  }

  function desiredObjects(asteriskId: string): ObjectsByType {
    const own = heldBy(asteriskId)
    const types = new Set([...everywhere.keys(), ...own.keys()])
    return new Map(
      [...types].map((type) => [type, new Map([...(everywhere.get(type) ?? []), ...(own.get(type) ?? [])])]),
    )
  }

  return {
    desiredObjects,
    placementOf: (configuration) => placed.get(configuration),
    onChanged(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    update(placements, how = { isMass: false, hasMore: false }) {
      const touched = new Map<string | undefined, Map<string, [DesiredObject | undefined, DesiredObject]>>()
      const touch = (asteriskId: string | undefined, object: DesiredObject) => {
        const objects = touched.get(asteriskId) ?? new Map()
        touched.set(asteriskId, objects)
        const key = `${object.type}/${object.id}`
        if (!objects.has(key)) objects.set(key, [heldBy(asteriskId).get(object.type)?.get(object.id), object])
      }
      const incoming = [...placements]
      // First all that goes, then all that comes: a name may pass from one configuration to another.
      for (const [configuration] of incoming) {
        const before = placed.get(configuration)
        for (const object of before?.objects ?? []) {
          touch(before?.asteriskId, object)
          heldBy(before?.asteriskId).get(object.type)?.delete(object.id)
        }
        placed.delete(configuration)
      }
      for (const [configuration, after] of incoming) {
        if (after === undefined) continue
        placed.set(configuration, after)
        const held = heldBy(after.asteriskId)
        for (const object of after.objects) {
          touch(after.asteriskId, object)
          const ofType = held.get(object.type) ?? new Map<string, DesiredObject>()
          held.set(object.type, ofType.set(object.id, object))
        }
      }
      for (const [asteriskId, objects] of touched) {
        const changed: DesiredObject[] = []
        const removed: DesiredObject[] = []
        for (const [before, { type, id }] of objects.values()) {
          const now = heldBy(asteriskId).get(type)?.get(id)
          if (now === undefined) {
            if (before) removed.push(before)
          } else if (now.digest !== before?.digest) changed.push(now)
        }
        if (changed.length + removed.length === 0) continue
        for (const to of asteriskId === undefined ? assigned.keys() : [asteriskId])
          for (const listener of listeners) listener({ asteriskId: to, changed, removed, ...how })
      }
      if (how.isMass && !how.hasMore)
        for (const to of assigned.keys())
          for (const listener of listeners) listener({ asteriskId: to, changed: [], removed: [], ...how })
    },
  }
}
