import type { FileAnswer, WithBody } from '@strowger/schema'
import { createOldestFirst } from '@strowger/service'

export type Answer = WithBody<FileAnswer>

/** The revisions that an answer depends on, as the read models hold them at present. */
export interface CurrentRevisions {
  /** Of the device’s files; undefined when nothing has been rendered for it. */
  rendered(device: string): number | undefined
  policy(tenant: string): number
  /** Whose the device is; undefined when it is gone. */
  tenantOf(device: string): string | undefined
}

interface Entry {
  readonly answer: Answer
  readonly bytes: number
  readonly validUntilMs: number
  /** In milliseconds since 1970: when the phone’s right to it ends. */
  readonly rightUntilMs: number
  /** When it was last put behind all others. */
  usedAtMs: number
}

/** How long an answer may be used without asking again, whatever the revisions say. */
const validMs = { 'while-valid': 3_600_000, briefly: 5_000 }
/** How exact "least recently" is: to move an entry at each use would cost more than all else that is done here. */
const moveAfterMs = 1_000
/** What an entry costs beside its body and key: fields, map slots. Measured, rounded up. */
const overheadBytes = { file: 700, absent: 260 }

interface CacheOptions {
  readonly maxBytes: number
  readonly revisions: CurrentRevisions
  readonly monotonicMs: () => number
  readonly now: () => number
}

/**
 * Answers given before, by everything that the request showed. An entry is used while the device’s and the tenant’s
 * revisions stand; one that is stale only because the files changed is kept as the last good bytes, for when nobody can
 * be asked. Least recently used entries go first when `maxBytes` is reached.
 *
 * That a phone has no such file is kept, too: a phone that starts asks for some five files that are not there. But
 * apart, in a quarter of the room: who asks for a million names that do not exist displaces no file.
 */
export function createAnswerCache(options: CacheOptions) {
  const files = createEntries({ ...options, maxBytes: (options.maxBytes / 4) * 3 })
  const absent = createEntries({ ...options, maxBytes: options.maxBytes / 4 })
  const withoutFile = createAbsences()
  return {
    /** The answer, if it may be given without asking. */
    get: (key: string): Answer | undefined => files.get(key) ?? absent.get(key),
    /** The last good answer, even if it may be outdated: only for when nobody can be asked. */
    lastGood: (key: string): Answer | undefined => files.lastGood(key) ?? absent.lastGood(key),
    /** Keeps an answer that says it may be kept. */
    keep(key: string, answer: Answer): void {
      const [kept, other] = answer.outcome === 'absent' ? [absent, files] : [files, absent]
      if (answer.keep !== undefined) other.forget(key)
      kept.keep(key, kept === absent ? withoutFile(answer) : answer)
    },
    forget(key: string): void {
      files.forget(key)
      absent.forget(key)
    },
    get size() {
      return files.size + absent.size
    },
    get bytes() {
      return files.bytes + absent.bytes
    },
  }
}
export type AnswerCache = ReturnType<typeof createAnswerCache>

const maxAbsences = 16_384
const empty = new Uint8Array(0)

/**
 * One answer for all the files that a phone does not have, instead of one each: nothing in it depends on the name,
 * unless the security log is to be told of it.
 */
function createAbsences(): (answer: Answer) => Answer {
  const byDevice = new Map<string, Answer>()
  const oldest = createOldestFirst(byDevice)
  return (answer) => {
    const { device = '', sensitive } = answer
    if (sensitive === true) return answer
    const known = byDevice.get(device)
    const { file: _name, body: _body, ...rest } = answer
    const nameless = { ...rest, body: empty }
    if (known && JSON.stringify(known) === JSON.stringify(nameless)) return known
    if (known === undefined && byDevice.size >= maxAbsences) byDevice.delete(oldest() ?? '')
    byDevice.set(device, nameless)
    return nameless
  }
}

function createEntries(options: CacheOptions) {
  const { maxBytes, revisions, monotonicMs, now } = options
  const entries = new Map<string, Entry>()
  const oldest = createOldestFirst(entries)
  let totalBytes = 0

  function remove(key: string, entry: Entry): void {
    entries.delete(key)
    totalBytes -= entry.bytes
  }

  function stands(entry: Entry, nowMs: number): boolean {
    return (
      nowMs < entry.validUntilMs &&
      revisions.policy(entry.answer.tenant ?? '') === entry.answer.policyRevision &&
      isNewest(entry)
    )
  }

  function isNewest({ answer: { device, revision } }: Entry): boolean {
    return device !== undefined && revisions.rendered(device) === revision
  }

  /** May it be given though nobody can be asked? Never what the policy of today, as far as it is known, might refuse. */
  function mayStillBeGiven(entry: Entry): boolean {
    const { device = '', tenant = '', policyRevision, strict } = entry.answer
    if (now() >= entry.rightUntilMs || revisions.policy(tenant) !== policyRevision) return false
    if (revisions.tenantOf(device) !== tenant) return false
    return strict !== true || isNewest(entry)
  }

  return {
    get(key: string): Answer | undefined {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      const nowMs = monotonicMs()
      if (!stands(entry, nowMs)) return undefined
      if (nowMs - entry.usedAtMs >= moveAfterMs) {
        entry.usedAtMs = nowMs
        entries.delete(key)
        entries.set(key, entry)
      }
      return entry.answer
    },
    lastGood(key: string): Answer | undefined {
      const entry = entries.get(key)
      return entry && mayStillBeGiven(entry) ? entry.answer : undefined
    },
    keep(key: string, answer: Answer): void {
      if (answer.keep === undefined || answer.device === undefined) return
      const before = entries.get(key)
      if (before) remove(key, before)
      const overhead = answer.outcome === 'absent' ? overheadBytes.absent : overheadBytes.file
      const bytes = answer.body.byteLength + key.length + overhead
      if (bytes > maxBytes / 8) return
      // Copied, since it is a view of a larger message.
      const kept = answer.body === empty ? answer : { ...answer, body: new Uint8Array(answer.body) }
      const nowMs = monotonicMs()
      const rightUntilMs = answer.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(answer.until)
      const leftMs = Math.min(validMs[answer.keep], rightUntilMs - now())
      entries.set(key, { answer: kept, bytes, validUntilMs: nowMs + leftMs, rightUntilMs, usedAtMs: nowMs })
      totalBytes += bytes
      while (totalBytes > maxBytes) {
        const oldestKey = oldest()
        const oldestEntry = oldestKey === undefined ? undefined : entries.get(oldestKey)
        if (oldestKey === undefined || oldestEntry === undefined) break
        remove(oldestKey, oldestEntry)
      }
    },
    forget(key: string): void {
      const entry = entries.get(key)
      if (entry) remove(key, entry)
    },
    get size() {
      return entries.size
    },
    get bytes() {
      return totalBytes
    },
  }
}
