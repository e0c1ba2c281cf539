import type { Database } from '@strowger/database'
import type { Clock, Log } from '@strowger/service'
import type { AccessSchema } from '../store/tables.ts'
import { findToken, type KnownToken, noteUse } from '../store/tokens.ts'
import { mayBeValid, tokenHash } from './token-text.ts'

/** How long another replica may still accept a token that was deleted here. */
const keptMs = 2_000
const maxKept = 10_000
const useNotedEveryMs = 60_000

export interface TokenCheck {
  /** The token with this text; undefined when there is none or it has expired. Fault `unavailable` without database. */
  check(text: string): Promise<KnownToken | undefined>
  /** What was deleted opens nothing from now on. */
  forget(ids: Iterable<string>): void
  forgetAll(): void
  /** Resolves when the last uses are written. */
  close(): Promise<void>
}

interface Kept {
  readonly token: Promise<KnownToken | undefined>
  readonly untilMs: number
}

/** Looks tokens and sessions up by their hash, keeps the answer for a moment, and notes the last use at most once a minute. */
export function createTokenCheck(parts: {
  database: Database<AccessSchema>
  /** After which a session that is not used has ended. */
  sessionIdleMs: number
  clock: Clock
  log: Log
}): TokenCheck {
  const { database, sessionIdleMs, clock, log } = parts
  /** By the text itself, which a process that is asked with it holds anyway; its hash costs more than the look-up. */
  const kept = new Map<string, Kept>()
  const notedAtMs = new Map<string, number>()
  const writing = new Set<Promise<void>>()

  function lookUp(text: string): Promise<KnownToken | undefined> {
    const nowMs = clock.monotonicMs()
    const held = kept.get(text)
    if (held && held.untilMs > nowMs) return held.token
    if (kept.size >= maxKept) kept.clear()
    const token = findToken(database, tokenHash(text), sessionIdleMs)
    kept.set(text, { token, untilMs: nowMs + keptMs })
    // Only answers are kept, not failures.
    token.catch(() => kept.delete(text))
    return token
  }

  function note(token: KnownToken): void {
    const nowMs = clock.monotonicMs()
    const lastMs = notedAtMs.get(token.id)
    if (lastMs !== undefined && nowMs - lastMs < useNotedEveryMs) return
    if (notedAtMs.size >= maxKept) notedAtMs.clear()
    notedAtMs.set(token.id, nowMs)
    const written: Promise<void> = noteUse(database, token, new Date(clock.now()))
      .catch((error: unknown) => log.warn({ error, tokenId: token.id }, 'the use of a token was not noted'))
      .finally(() => writing.delete(written))
    writing.add(written)
  }

  return {
    async check(text) {
      if (!mayBeValid(text)) return undefined
      const token = await lookUp(text)
      if (token === undefined) return undefined
      if (token.expiresAtMs !== undefined && token.expiresAtMs <= clock.now()) return undefined
      note(token)
      return token
    },
    forget(ids) {
      const gone = new Set(ids)
      for (const [key, { token }] of kept) {
        void token.then(
          (found) => {
            if (found && gone.has(found.id)) kept.delete(key)
          },
          () => {},
        )
      }
    },
    forgetAll: () => kept.clear(),
    async close() {
      await Promise.all(writing)
    },
  }
}
