import { type DestinationStream, pino, stdSerializers } from 'pino'
import type { Clock } from './clock.ts'

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

const secretFields = ['password', 'secret', 'token', 'authorization', 'cookie', 'key', 'auth_password', 'sip_local_key']

/** Wherever one of these stands, at the top or up to two levels down, its value is replaced. */
const redactedPaths = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`])

/** One JSON line an entry, to stdout unless told otherwise. */
export function createLog(options: { service: string; level?: LogLevel; to?: DestinationStream }): Log {
  const settings = {
    level: options.level ?? 'info',
    base: { service: options.service },
    messageKey: 'message',
    errorKey: 'error',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: stdSerializers.err },
    redact: { paths: redactedPaths, censor: '[secret]' },
  }
  // Synchronous: what was logged last before an exit must not be lost or overtake what was logged before.
  return pino(settings, options.to ?? pino.destination({ fd: 1, sync: true }))
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
