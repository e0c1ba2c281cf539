import { readVariable, writeVariable } from '@strowger/asterisk'
import { Fault } from '@strowger/schema'
import { type Clock, type Log, newUuid, type Timer } from '@strowger/service'
import type { ApplyStates, DesiredChange, DesiredObject, DesiredObjects } from '../desired-object.ts'
import { endpointRank, inOrder, isWritable } from './apply-order.ts'
import { type AsteriskAddress, type AsteriskLink, connectAsterisk } from './asterisk-link.ts'
import { type DriftReport, findDrift } from './drift.ts'
import { createLane } from './lane.ts'
import { lookOver } from './look-over.ts'
import { createObjectStates } from './object-states.ts'
import { type Key, keyFrom, keyText, type ObjectWriter } from './object-writer.ts'
import { createOutcomes } from './outcomes.ts'
import { createRetries } from './retries.ts'

/** What a worker says about its Asterisk. */
export interface AsteriskStatus {
  readonly id: string
  readonly connected: boolean
  /** Why it is not, or what goes wrong. */
  readonly problem?: string
  readonly wanted: number
  /** Not yet as they should be. */
  readonly waiting: number
  readonly failed: number
  /** Since the worker began; a restart of Asterisk is followed by one. */
  readonly fullPushes: number
  readonly lastFullPush?: { readonly at: string; readonly durationMs: number; readonly objects: number }
  readonly lastCheck?: DriftReport
}

/** Keeps one Asterisk as it is to be. */
export interface AsteriskWorker {
  status(): AsteriskStatus
  /**
   * Compares every object with what was written, repairs what differs, and says what that was. Never rejects: what
   * stands in the way is in the report.
   */
  check(task?: string): Promise<DriftReport>
  close(): void
}

/** Writers that reach an Asterisk by its two connections. */
export type WritersFor = (link: AsteriskLink) => {
  readonly urgent: ObjectWriter
  readonly bulk: ObjectWriter
  /** Where objects outlive Asterisk: what is there, of the types that do. */
  readonly stored?: (
    wanted: ReadonlyMap<string, DesiredObject>,
  ) => Promise<{ readonly same: readonly DesiredObject[]; readonly orphans: readonly Key[] }>
}

export interface AsteriskWorkerParts {
  readonly address: AsteriskAddress
  readonly desired: DesiredObjects
  readonly states: ApplyStates
  /** Objects that this Asterisk was once given, as far as that was kept. */
  readonly former: () => Iterable<Key>
  /** Resolves when what is desired is all that there is. */
  readonly isKnown: Promise<void>
  readonly writersFor: WritersFor
  readonly driftCheckMs: number
  readonly clock: Clock
  readonly log: Log
}

/** Objects that are written at once. */
const lanes = { urgent: { depth: 4 }, bulk: { depth: 24, refillAt: 12 } }
const lostPauses = { firstMs: 250, mostMs: 30_000 }
/** Which life of Asterisk this is, and whose: a variable that is gone when Asterisk starts again. */
const lifeVariable = 'STROWGER_LIFE'

export function createAsteriskWorker(parts: AsteriskWorkerParts): AsteriskWorker {
  const { address, desired, states, former, writersFor, driftCheckMs, clock } = parts
  const log = parts.log.child({ asteriskId: address.id })
  const me = newUuid()
  const outcomes = createOutcomes(states, address.id, clock)
  const all = [...desired.desiredObjects(address.id).values()].flatMap((ofType) => [...ofType.values()])
  const objects = createObjectStates(all.filter(isWritable))
  const busy = new Map<string, Promise<void>>()
  const retries = createRetries(clock, (key) => bulk.add([[0, key]]))
  let isUp = false
  let problem: string | undefined
  let pauseMs = lostPauses.firstMs
  let again: Timer | undefined
  let fullPush = { count: 0, begunMs: 0, isUnderWay: false, last: undefined as AsteriskStatus['lastFullPush'] }
  let lastCheck: DriftReport | undefined
  let attempt = 0

  const link = connectAsterisk(address, { clock, log, onBooted: () => void begin() })
  const writers = writersFor(link)
  const urgent = createLane(lanes.urgent, (key: string) => apply(key, writers.urgent), settled)
  const bulk = createLane(lanes.bulk, (key: string) => apply(key, writers.bulk), settled)
  urgent.stop()
  bulk.stop()
  const unsubscribe = desired.onChanged((change) => {
    if (change.asteriskId === address.id) take(change)
  })
  const checks = clock.every(driftCheckMs, async () => {
    if (isUp && bulk.size === 0) await check()
  })
  tellUnwritable(all)

  function take({ changed, removed, isMass, hasMore }: DesiredChange): void {
    tellUnwritable(changed)
    const [coming, going] = [changed.filter(isWritable), removed.filter(isWritable)]
    objects.want(coming, going)
    if (!isMass) return urgent.add(inOrder(coming, going, { isMass }))
    bulk.add(inOrder(coming, going))
    bulk.hold(hasMore ? endpointRank : 'none')
  }

  /** Asterisk is there: finds out which one it is, and brings it what it lacks. */
  async function begin(): Promise<void> {
    const mine = ++attempt
    again?.cancel()
    // Until then nobody knows what it has; what is to be written meanwhile is found afterwards.
    isUp = false
    try {
      await parts.isKnown
      const life = await readVariable(link.ami, lifeVariable)
      if (mine !== attempt) return
      // One that has just started has nothing of ours in its memory.
      if (life !== me) objects.forget(life === '' ? 'none' : 'unknown')
      if (life !== '' && life !== me) learn(await lookOver(link.ami, objects.wanted, former()))
      if (life !== me && writers.stored) learn(await writers.stored(objects.wanted))
      await writeVariable(link.ami, lifeVariable, me)
      if (mine !== attempt) return
    } catch (error) {
      lost(error)
      return
    }
    isUp = true
    problem = undefined
    retries.clear()
    urgent.resume()
    bulk.resume()
    const { changed, removed } = objects.unsettled()
    fullPush = { ...fullPush, begunMs: clock.monotonicMs(), isUnderWay: true }
    log.info({ objects: changed.length + removed.length }, 'Asterisk is brought what it lacks')
    bulk.add(inOrder(changed, removed))
    if (bulk.size === 0) settled()
  }

  function learn({ same, orphans }: { same: readonly DesiredObject[]; orphans: readonly Key[] }): void {
    for (const object of same) objects.learn(keyText(object), object)
    for (const key of orphans) objects.learn(keyText(key), 'unknown')
    for (const object of same) outcomes.add({ object, state: 'applied' })
  }

  /** Once for every key at a time; the next finds what the last has left. */
  async function apply(key: string, writer: ObjectWriter): Promise<void> {
    const before = busy.get(key)
    const mine = (before ?? Promise.resolve()).then(() => write(key, writer))
    busy.set(key, mine)
    await mine
    if (busy.get(key) === mine) busy.delete(key)
  }

  async function write(key: string, writer: ObjectWriter): Promise<void> {
    const wants = objects.wanted.get(key)
    const has = objects.known(key)
    const object = wants ?? (typeof has === 'object' ? has : undefined)
    if (!isUp || objects.isSettled(key)) return
    try {
      const { fingerprint, waitsFor } = await writer.write(keyFrom(key), has, wants)
      objects.learn(key, wants ?? 'none', fingerprint)
      retries.succeeded(key)
      pauseMs = lostPauses.firstMs
      if (object) outcomes.add(outcomeOf(object, waitsFor))
    } catch (error) {
      if (!(error instanceof Fault)) log.error({ error, object: key }, 'an object could not be written')
      objects.learn(key, 'unknown')
      if (error instanceof Fault && error.code === 'unavailable') return lost(error)
      const attempts = retries.failed(key)
      const reason = error instanceof Error ? error.message : String(error)
      if (object) outcomes.add({ object, state: 'failed', reason: `${reason} (attempt ${attempts})` })
      log.warn({ object: key, reason, attempts }, 'Asterisk does not take an object')
    }
  }

  function settled(): void {
    outcomes.flush()
    if (!isUp || !fullPush.isUnderWay || bulk.size > 0) return
    const durationMs = clock.monotonicMs() - fullPush.begunMs
    const last = { at: new Date(clock.now()).toISOString(), durationMs, objects: objects.wanted.size }
    fullPush = { ...fullPush, count: fullPush.count + 1, isUnderWay: false, last }
    log.info({ durationMs: Math.round(durationMs), objects: objects.wanted.size }, 'Asterisk has everything')
  }

  /** Nothing can be said to Asterisk. When it has gone its manager interface tells of its return; else we look ourselves. */
  function lost(error: unknown): void {
    attempt++
    if (isUp) log.warn({ error }, 'Asterisk cannot be reached')
    isUp = false
    problem = error instanceof Error ? error.message : String(error)
    urgent.stop()
    bulk.stop()
    retries.clear()
    again?.cancel()
    again = clock.after(pauseMs, () => {
      if (link.ami.connected) void begin()
    })
    pauseMs = Math.min(lostPauses.mostMs, pauseMs * 2)
  }

  async function check(task?: string): Promise<DriftReport> {
    const asked = task === undefined ? {} : { task }
    try {
      lastCheck = { ...(await compare()), ...asked }
    } catch (error) {
      log.warn({ error }, 'objects could not be compared')
      const reason = error instanceof Error ? error.message : String(error)
      const at = new Date(clock.now()).toISOString()
      lastCheck = { at, ...asked, compared: 0, differences: [], problem: reason }
    }
    return lastCheck
  }

  async function compare(): Promise<DriftReport> {
    if (!isUp) throw new Fault('unavailable', { detail: `Asterisk ${address.id}: ${problem ?? 'not connected'}` })
    if ((await readVariable(link.ami, lifeVariable)) !== me)
      throw new Fault('conflict', { detail: `Asterisk ${address.id} is kept by somebody else` })
    const report = await findDrift({ ami: link.ami, writer: writers.bulk, objects, former, clock })
    if (report.differences.length === 0) return report
    log.warn(
      { differences: report.differences.length, first: report.differences.slice(0, 5) },
      'Asterisk had been changed by others',
    )
    const { changed, removed } = objects.unsettled()
    bulk.add(inOrder(changed, removed))
    return report
  }

  function tellUnwritable(some: readonly DesiredObject[]): void {
    const reason = 'Asterisk reads it from its pjsip.conf when it starts: write it there (strowger sip export)'
    for (const object of some) if (!isWritable(object)) outcomes.add(outcomeOf(object, reason))
  }

  return {
    status() {
      const trouble = problem ?? link.ami.problem
      return {
        id: address.id,
        connected: isUp && link.ami.connected,
        ...(trouble === undefined ? {} : { problem: trouble }),
        wanted: objects.wanted.size,
        waiting: objects.unsettledCount,
        failed: retries.size,
        fullPushes: fullPush.count,
        ...(fullPush.last === undefined ? {} : { lastFullPush: fullPush.last }),
        ...(lastCheck === undefined ? {} : { lastCheck }),
      }
    },
    check,
    close() {
      attempt++
      isUp = false
      unsubscribe()
      checks.cancel()
      again?.cancel()
      urgent.stop()
      bulk.stop()
      retries.clear()
      outcomes.flush()
      link.close()
    },
  }
}

const outcomeOf = (object: DesiredObject, waitsFor: string | undefined) =>
  waitsFor === undefined
    ? ({ object, state: 'applied' } as const)
    : ({ object, state: 'waiting', reason: waitsFor } as const)
