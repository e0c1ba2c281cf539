import type { BucketDefinition } from '@strowger/schema'
import type { HealthState } from '@strowger/service'
import type { BucketChange } from './bucket.ts'
import type { Bus } from './bus.ts'

/** Told of each change with the new and the old value; undefined: there is or was none. */
export type ReadModelListener<Value> = (key: string, value: Value | undefined, old: Value | undefined) => void

/**
 * A bucket held in memory. It is loaded by one watch, follows every change, goes on serving while NATS is away and
 * catches up afterwards. Of two values with a field `revision` the higher one stays (so it is held, too).
 */
export interface ReadModel<Value> {
  /** Resolves when everything that the bucket held at first is here; an empty bucket counts as loaded. */
  readonly ready: Promise<void>
  readonly size: number
  get(key: string): Value | undefined
  has(key: string): boolean
  keys(): IterableIterator<string>
  values(): IterableIterator<Value>
  entries(): IterableIterator<[string, Value]>
  /** Answers how to stop being told. */
  subscribe(listener: ReadModelListener<Value>): () => void
  /** What a writer has just written, so that it reads its own write at once; undefined for a deletion. */
  applyLocal(key: string, value: Value | undefined): void
  /** Not ok until loaded. Stays ok while NATS is away, with the reason: what is held is served. */
  health(): HealthState
  close(): Promise<void>
}

function revisionOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { revision } = value as { revision?: unknown }
  return typeof revision === 'number' ? revision : undefined
}

type IndexOf<Value> = (value: Value) => string | readonly string[] | undefined

export interface ReadModelOptions<Value, IndexName extends string, Held = Value> {
  /** What is kept of a value that comes under a key: what this reader needs. The whole when absent. */
  hold?: (value: Value, key: string) => Held
  onChange?: ReadModelListener<Held>
  /** Further keys by which values are found: `indexes: { mac: (device) => device.mac }`, then `model.by('mac', …)`. */
  indexes?: Record<IndexName, IndexOf<Held>>
}

export interface IndexedReadModel<Value, IndexName extends string> extends ReadModel<Value> {
  /** The values that have this key in that index, in no order. */
  by(index: IndexName, key: string): Value[]
}

const expirySweepMs = 30_000

/** Begins to load a bucket into memory; wait for `ready` where a missing entry would be an error. */
export function readModel<Value, IndexName extends string = never, Held = Value>(
  bus: Bus,
  definition: BucketDefinition<Value>,
  options: ReadModelOptions<Value, IndexName, Held> = {},
): IndexedReadModel<Held, IndexName> {
  const { hold = (value: Value) => value as unknown as Held } = options
  const values = new Map<string, Held>()
  const listeners = new Set<ReadModelListener<Held>>(options.onChange ? [options.onChange] : [])
  const indexes = new Map<string, SecondaryIndex<Held>>()
  for (const [name, keysOf] of Object.entries<IndexOf<Held>>(options.indexes ?? {})) {
    indexes.set(name, createSecondaryIndex(keysOf))
  }
  // Where the server removes old entries it tells nobody, so their age is kept here, too.
  const storedAtMs = definition.maxAgeS > 0 ? new Map<string, number>() : undefined
  let isLoaded = false
  let loaded = () => {}
  const ready = new Promise<void>((resolve) => {
    loaded = resolve
  })
  /** The revisions that `applyLocal` removed: what the bucket still tells of them comes too late. */
  const removedHere = new Map<string, number>()
  /** Keys seen again while everything is read anew after a loss of data. */
  let seenAgain: Set<string> | undefined

  function set(key: string, value: Held | undefined): void {
    const old = values.get(key)
    if (value === undefined) {
      if (!values.delete(key)) return
      storedAtMs?.delete(key)
    } else values.set(key, value)
    for (const index of indexes.values()) index.move(key, old, value)
    for (const listener of listeners) {
      try {
        listener(key, value, old)
      } catch (error) {
        bus.log.error({ error, bucket: definition.name, key }, 'a listener of a read model failed')
      }
    }
  }

  function isOlder(key: string, value: Value | Held): boolean {
    const revision = revisionOf(value)
    if (revision === undefined) return false
    const held = revisionOf(values.get(key))
    const removed = removedHere.get(key)
    return (held !== undefined && revision < held) || (removed !== undefined && revision <= removed)
  }

  function onChange(change: BucketChange<Value>): void {
    const { key, value } = change
    if (value === undefined) {
      removedHere.delete(key)
      set(key, undefined)
      return
    }
    seenAgain?.add(key)
    if (isOlder(key, value)) return
    storedAtMs?.set(key, change.storedAtMs)
    set(key, hold(value, key))
  }

  const watcher = bus.bucket(definition).watch(onChange, {
    onLost() {
      seenAgain = new Set()
    },
    onCaughtUp() {
      if (seenAgain) for (const key of [...values.keys()]) if (!seenAgain.has(key)) set(key, undefined)
      seenAgain = undefined
      isLoaded = true
      loaded()
    },
  })

  const expiry = storedAtMs
    ? bus.clock.every(expirySweepMs, () => {
        const oldest = bus.clock.now() - definition.maxAgeS * 1_000
        for (const [key, atMs] of storedAtMs) if (atMs < oldest) set(key, undefined)
      })
    : undefined

  return {
    ready,
    get size() {
      return values.size
    },
    get: (key) => values.get(key),
    has: (key) => values.has(key),
    keys: () => values.keys(),
    values: () => values.values(),
    entries: () => values.entries(),
    by(name, key) {
      const found: Held[] = []
      for (const primary of indexes.get(name)?.keysAt(key) ?? []) {
        const value = values.get(primary)
        if (value !== undefined) found.push(value)
      }
      return found
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    applyLocal(key, value) {
      if (value !== undefined && isOlder(key, value)) return
      const removed = value === undefined ? revisionOf(values.get(key)) : undefined
      if (removed !== undefined) removedHere.set(key, removed)
      storedAtMs?.set(key, bus.clock.now())
      set(key, value)
    },
    health() {
      const problem = watcher.problem()
      if (!isLoaded) return { ok: false, reason: problem ?? 'loading' }
      return problem === undefined ? { ok: true } : { ok: true, reason: `serving what is held: ${problem}` }
    },
    async close() {
      expiry?.cancel()
      await watcher.close()
    },
  }
}

interface SecondaryIndex<Value> {
  move(primary: string, old: Value | undefined, value: Value | undefined): void
  keysAt(key: string): readonly string[]
}

/** From a further key to the primary ones. Nearly all have one, so a list is made only for the second. */
function createSecondaryIndex<Value>(keysOf: IndexOf<Value>): SecondaryIndex<Value> {
  const primaries = new Map<string, string | string[]>()
  const listOf = (value: Value | undefined): readonly string[] => {
    const keys = value === undefined ? undefined : keysOf(value)
    return keys === undefined ? [] : typeof keys === 'string' ? [keys] : keys
  }
  const keysAt = (key: string): readonly string[] => {
    const held = primaries.get(key)
    return held === undefined ? [] : typeof held === 'string' ? [held] : held
  }
  return {
    keysAt,
    move(primary, old, value) {
      for (const key of listOf(old)) {
        const rest = keysAt(key).filter((other) => other !== primary)
        if (rest.length === 0) primaries.delete(key)
        else primaries.set(key, rest.length === 1 ? (rest[0] as string) : rest)
      }
      for (const key of listOf(value)) {
        const held = keysAt(key)
        if (held.length === 0) primaries.set(key, primary)
        else if (!held.includes(primary)) primaries.set(key, [...held, primary])
      }
    },
  }
}
