import { createHash } from 'node:crypto'
import type { AppliedConfiguration, SipApplied } from '@strowger/schema'
import type { Clock } from '@strowger/service'
import type { ApplyOutcome, ApplyStates } from './desired-object.ts'
import type { Placement } from './desired-state.ts'

export interface KnownStates extends ApplyStates {
  /** How what a configuration is to be stands in each Asterisk; empty: none has told of it. */
  of(configuration: string): SipApplied[]
  /** Resolves to that when nothing is waiting any more, or after this time. */
  untilSettled(configuration: string, timeoutMs: number): Promise<SipApplied[]>
  close(): void
}

/** What all replicas know, and what is there when one starts again. */
export interface SharedStates {
  get(key: string): AppliedConfiguration | undefined
  /** Answers how to stop being told. */
  subscribe(listener: () => void): () => void
  /** Keeps these, in order, as soon as that can be; undefined: none any more. */
  put(states: readonly (readonly [key: string, state: AppliedConfiguration | undefined])[]): Promise<void>
}

const appliedKey = (asteriskId: string, configuration: string) => `${asteriskId}/${configuration}`

const gatherMs = 20
/** Of a mass change so many are written at a time: the change itself goes first. */
const writtenAtOnce = 500

/** How the objects of each configuration were applied, against what they are to be now. */
export function createApplyStates(parts: {
  desired: { placementOf(configuration: string): Placement | undefined }
  shared: SharedStates
  /** Ids of all Asterisks. */
  asterisks: readonly string[]
  clock: Pick<Clock, 'after'>
}): KnownStates {
  const { desired, shared, asterisks, clock } = parts
  const outcomes = new Map<string, Map<string, ApplyOutcome>>()
  const unwritten = new Map<string, readonly [asteriskId: string, configuration: string]>()
  const listeners = new Set<() => void>()
  let isWriting = false
  let isClosed = false

  function of(configuration: string): SipApplied[] {
    const placement = desired.placementOf(configuration)
    if (placement === undefined) return []
    const { asteriskId: named } = placement
    const ids = named === undefined ? asterisks : [named]
    if (named !== undefined && asterisks.length > 0 && !asterisks.includes(named)) {
      const reason = `there is no Asterisk ${named}: the settings name ${asterisks.join(', ')}`
      return [{ asterisk_id: named, state: 'waiting', reason }]
    }
    return ids.flatMap((asteriskId) => stateIn(asteriskId, configuration, placement) ?? [])
  }

  function stateIn(asteriskId: string, configuration: string, placement: Placement): SipApplied | undefined {
    const own = ownState(asteriskId, configuration, placement)
    const told = shared.get(appliedKey(asteriskId, configuration))
    if (own === undefined && told === undefined) return undefined
    const isCurrent = told?.print === printOf(placement)
    // Found to be there already: applied when it was, not when that was found.
    if (isCurrent && (own === undefined || !own.isSettled || own.state.state === told.state)) {
      const { print: _print, objects: _objects, ...state } = told
      return { asterisk_id: asteriskId, ...state }
    }
    return own?.state ?? { asterisk_id: asteriskId, state: 'waiting', reason: 'changed since it was applied' }
  }

  /** By what was recorded here. */
  function ownState(
    asteriskId: string,
    configuration: string,
    { objects }: Placement,
  ): { state: SipApplied; isSettled: boolean } | undefined {
    const known = outcomes.get(appliedKey(asteriskId, configuration))
    if (known === undefined) return undefined
    let at: string | undefined
    let behind: string | undefined
    let waitsFor: string | undefined
    for (const { type, id, digest } of objects) {
      const outcome = known.get(`${type}/${id}`)
      const reason = `${type} ${id}: ${outcome?.reason ?? ''}`
      if (outcome?.object.digest !== digest) behind = `${type} ${id}`
      else if (outcome.state === 'failed')
        return { state: { asterisk_id: asteriskId, state: 'failed', at: outcome.at, reason }, isSettled: true }
      else if (outcome.state === 'waiting') waitsFor = reason
      if (outcome && (at === undefined || outcome.at > at)) at = outcome.at
    }
    const reason = behind ?? waitsFor
    if (reason !== undefined)
      return { state: { asterisk_id: asteriskId, state: 'waiting', reason }, isSettled: behind === undefined }
    return {
      state: { asterisk_id: asteriskId, state: 'applied', ...(at === undefined ? {} : { at }) },
      isSettled: true,
    }
  }

  async function write(): Promise<void> {
    const states: (readonly [string, AppliedConfiguration | undefined])[] = []
    for (const [key, [asteriskId, configuration]] of unwritten) {
      if (states.length === writtenAtOnce) break
      unwritten.delete(key)
      const placement = desired.placementOf(configuration)
      const present = shared.get(key)
      if (placement === undefined || (placement.asteriskId ?? asteriskId) !== asteriskId) {
        outcomes.delete(key)
        if (present) states.push([key, undefined])
        continue
      }
      const own = ownState(asteriskId, configuration, placement)
      if (own === undefined || !own.isSettled) continue
      const { asterisk_id: _id, ...state } = own.state
      const print = printOf(placement)
      if (present?.print === print && present.state === state.state && present.reason === state.reason) continue
      states.push([key, { print, ...state, objects: placement.objects.map(({ type, id }) => `${type}/${id}`) }])
    }
    if (states.length > 0) await shared.put(states)
  }

  function writeSoon(): void {
    if (isWriting || isClosed || unwritten.size === 0) return
    isWriting = true
    clock.after(gatherMs, async () => {
      // The store keeps what it is given until it can be written; it rejects only when the service ends.
      await write().catch(() => unwritten.clear())
      isWriting = false
      writeSoon()
    })
  }

  const tell = () => {
    for (const listener of listeners) listener()
  }
  const unsubscribe = shared.subscribe(tell)

  return {
    of,
    record(recorded) {
      for (const outcome of recorded) {
        const { asteriskId, object } = outcome
        const key = appliedKey(asteriskId, object.configuration)
        const known = outcomes.get(key) ?? new Map<string, ApplyOutcome>()
        outcomes.set(key, known.set(`${object.type}/${object.id}`, outcome))
        unwritten.set(key, [asteriskId, object.configuration])
      }
      writeSoon()
      tell()
    },
    async untilSettled(configuration, timeoutMs) {
      const isSettled = () => {
        const states = of(configuration)
        return states.length === 0 || states.every(({ state }) => state !== 'waiting')
      }
      if (!isSettled())
        await new Promise<void>((resolve) => {
          const patience = clock.after(timeoutMs, done)
          function done(): void {
            patience.cancel()
            listeners.delete(look)
            resolve()
          }
          function look(): void {
            if (isSettled()) done()
          }
          listeners.add(look)
        })
      return of(configuration)
    },
    close() {
      isClosed = true
      unsubscribe()
    },
  }
}

const prints = new WeakMap<Placement, string>()

/** Tells what a configuration is to be from what it was. */
function printOf(placement: Placement): string {
  const known = prints.get(placement)
  if (known !== undefined) return known
  const hash = createHash('sha256')
  for (const { type, id, digest } of placement.objects) hash.update(`${type} ${id} ${digest}\n`)
  const print = hash.digest('base64url').slice(0, 22)
  prints.set(placement, print)
  return print
}
