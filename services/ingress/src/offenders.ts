import type { Ban, FloodLimits, Offender } from '@strowger/schema'
import { type Clock, createSourceCounts, isInNetwork, type Log, type Metrics } from '@strowger/service'

/** Requests that bans are made of: refused ones, and those for files that may hold credentials. */
export type Offence = Offender['kind']

export interface Offenders {
  /** One more of an address that is proven to be there. */
  note(address: string, kind: Offence): void
  readonly sources: number
}

/**
 * A site of known phones that start together asks for many such files at once, and its word of having taken them comes
 * later than the files: so the question is put a while after there were too many.
 */
const verdictAfterMs = 8_000
/** How long an answer of the house stands before it is asked again. */
const knownForMs = 60_000
/** Verdicts that are waited for at once; further ones wait for the next request of their address. */
const maxPending = 1_000

/**
 * Bans by what an address asks for, in the manner of a jail: so many within so long. Refused requests count always;
 * those for files with credentials only where no known phones are.
 */
export function createOffenders(parts: {
  limits: () => FloodLimits
  isKnown: (address: string) => Promise<boolean>
  /** Puts a ban where all replicas see it. */
  ban: (ban: Ban) => Promise<void>
  previous: (address: string) => Offender | undefined
  report: (offender: Offender) => Promise<void>
  isBanned: (address: string) => boolean
  clock: Clock
  log: Log
  metrics: Metrics
}): Offenders {
  const { limits, isKnown, ban, previous, report, isBanned, clock, log, metrics } = parts
  const window = { windowMs: () => limits().banFindTimeS * 1_000, monotonicMs: clock.monotonicMs }
  const counts = { refused: createSourceCounts(window), 'sensitive-file': createSourceCounts(window) }
  const pending = new Set<string>()
  const knownUntilMs = new Map<string, number>()
  const verdicts = metrics.counter({
    name: 'ban_verdicts_total',
    help: 'Addresses that went beyond the limits of bans, by what was done about it',
    labels: ['outcome'],
  })

  async function outcomeFor(address: string, kind: Offence): Promise<Offender['outcome']> {
    const { banIgnore, banMode } = limits()
    if (banIgnore.some((network) => isInNetwork(address, network))) return 'ignored'
    if (kind === 'sensitive-file' && (await isKnown(address))) return 'known-phones'
    return banMode === 'enforce' ? 'banned' : 'would-have-banned'
  }

  async function judge(address: string, kind: Offence): Promise<void> {
    const { banTimeS, banFindTimeS } = limits()
    const count = Math.max(1, counts[kind].count(address))
    const outcome = await outcomeFor(address, kind)
    const nowMs = clock.now()
    const at = new Date(nowMs).toISOString()
    const before = previous(address)
    verdicts.of({ outcome }).add()
    if (outcome === 'known-phones' || outcome === 'ignored') {
      if (knownUntilMs.size >= 10_000) knownUntilMs.clear()
      knownUntilMs.set(address, clock.monotonicMs() + knownForMs)
    } else counts[kind].forget(address)
    if (outcome === 'banned') {
      const what = kind === 'refused' ? 'refused requests' : 'requests for files with credentials'
      const until = new Date(nowMs + banTimeS * 1_000).toISOString()
      await ban({ address, reason: `${count} ${what} within ${banFindTimeS} s`, until, by: 'ingress' })
    }
    if (outcome !== 'known-phones' || before?.outcome !== 'known-phones') {
      log.info({ address, kind, count, outcome }, 'an address went beyond the limits of bans')
    }
    const times = (before?.times ?? 0) + 1
    await report({ address, kind, count, outcome, at, times, firstAt: before?.firstAt ?? at })
  }

  function begin(address: string, kind: Offence): void {
    const key = `${kind} ${address}`
    if (pending.has(key) || pending.size >= maxPending) return
    pending.add(key)
    clock.after(kind === 'refused' ? 0 : verdictAfterMs, () => {
      judge(address, kind)
        .catch((error: unknown) => log.warn({ error, address }, 'it could not be decided whether to ban an address'))
        .finally(() => pending.delete(key))
    })
  }

  return {
    note(address, kind) {
      const { banMode, banMaxRefused, banMaxSensitive } = limits()
      if (banMode === 'off') return
      const most = kind === 'refused' ? banMaxRefused : banMaxSensitive
      if (counts[kind].add(address) < most || isBanned(address)) return
      const spared = knownUntilMs.get(address)
      if (spared !== undefined && kind === 'sensitive-file') {
        if (clock.monotonicMs() < spared) return
        knownUntilMs.delete(address)
      }
      begin(address, kind)
    },
    get sources() {
      return counts.refused.sources + counts['sensitive-file'].sources
    },
  }
}
