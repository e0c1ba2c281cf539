import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino'
import type { Clock } from './clock.ts'
import { createGatheredLines } from './gathered-lines.ts'
import { withoutSecrets } from './redaction.ts'

type Write = (fields: Readonly<Record<string, unknown>>, phrase: string) => void

/** A log. The phrase is constant; what differs goes into the fields. An error goes into the field `error`. */
export interface Log {
  debug: Write
  info: Write
  warn: Write
  error: Write
  fatal: Write
  child(fields: Readonly<Record<string, unknown>>): Log
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** One JSON line an entry, to stdout unless told otherwise. */
export function createLog(options: { service: string; level?: LogLevel; to?: DestinationStream }): Log {
  const settings = {
    level: options.level ?? 'info',
    base: { service: options.service },
    messageKey: 'message',
    errorKey: 'error',
    timestamp: createTimestamps(),
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => withoutSecrets(fields),
    },
    serializers: { error: stdSerializers.err },
  }
  return guarded(pino(settings, options.to ?? createGatheredLines()))
}

/** Many entries are of the same millisecond. */
function createTimestamps(): () => string {
  let atMs = 0
  let text = ''
  return () => {
    const nowMs = Date.now()
    if (nowMs !== atMs) {
      atMs = nowMs
      text = `,"time":"${new Date(nowMs).toISOString()}"`
    }
    return text
  }
}

/** What children say with every entry is not looked through by the formatter of entries. */
function guarded(log: Logger): Log {
  const { child } = log
  return Object.assign(log, {
    child(this: Logger, fields: Readonly<Record<string, unknown>>) {
      return child.call(this, withoutSecrets({ ...fields }))
    },
  })
}

/** A log that writes nothing. */
export function silentLog(): Log {
  const nothing = () => {}
  const log: Log = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    fatal: nothing,
    child: () => log,
  }
  return log
}

const maxKinds = 1_000

/**
 * Warnings about what anybody can send in any number: of each `kind` the first is written, and then at most one a
 * minute, with how many were left out.
 */
export function createSparseWarnings(log: Log, clock: Clock, intervalMs = 60_000) {
  const kinds = new Map<string, { writtenAtMs: number; leftOut: number }>()
  return {
    warn(kind: string, fields: Readonly<Record<string, unknown>>, phrase: string): void {
      const nowMs = clock.monotonicMs()
      const seen = kinds.get(kind)
      if (seen && nowMs - seen.writtenAtMs < intervalMs) {
        seen.leftOut++
        return
      }
      if (!seen && kinds.size >= maxKinds) kinds.clear()
      kinds.set(kind, { writtenAtMs: nowMs, leftOut: 0 })
      log.warn(seen?.leftOut ? { ...fields, leftOut: seen.leftOut } : fields, phrase)
    },
  }
}
export type SparseWarnings = ReturnType<typeof createSparseWarnings>
