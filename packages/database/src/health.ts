import type { Log } from './log.ts'

export interface DatabaseHealth {
  readonly ok: boolean
  /** Why not, in words for an operator. */
  readonly reason?: string
}

/** Asks the database every two seconds whether it is there, so that `now` can answer at once. */
export function watchHealth({ probe, schema, log }: { probe: () => Promise<unknown>; schema: string; log: Log }): {
  now: () => DatabaseHealth
  stop: () => void
} {
  let health: DatabaseHealth = { ok: false, reason: 'not connected to the database yet' }
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function ask(): Promise<void> {
    const before = health.ok
    try {
      await probe()
      health = { ok: true }
      if (!before && !stopped) log.info({ schema }, 'database connected')
    } catch (error) {
      const reason = error instanceof Error ? error.message || error.name : String(error)
      health = { ok: false, reason: `the database is away: ${reason}` }
      if (before && !stopped) log.warn({ schema, reason }, 'database is away')
    }
    if (!stopped) timer = setTimeout(ask, health.ok ? 2_000 : 500).unref()
  }
  void ask()
  return {
    now: () => health,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
