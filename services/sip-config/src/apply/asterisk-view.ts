import type { Asterisk } from '@strowger/schema'
import type { AsteriskStatus } from './asterisk-worker.ts'
import { checkFrom } from './checks.ts'

/** How an Asterisk stands; what a worker that has just begun does not know is as it was told `before`. Pure. */
export function asteriskView(parts: {
  id: string
  profile: Asterisk['profile']
  status: AsteriskStatus | undefined
  before: Asterisk | undefined
}): Omit<Asterisk, 'keeper' | 'at'> {
  const { id, profile, status, before } = parts
  const push = status?.lastFullPush
  const lastPush = push
    ? { at: push.at, duration_ms: Math.round(push.durationMs), objects: push.objects }
    : before?.last_full_push
  const lastCheck = status?.lastCheck ? checkFrom(status.lastCheck) : before?.last_check
  return {
    id,
    profile,
    connected: status?.connected ?? false,
    ...(status?.problem === undefined ? {} : { problem: status.problem.slice(0, 1_024) }),
    wanted: status?.wanted ?? before?.wanted ?? 0,
    waiting: status?.waiting ?? before?.waiting ?? 0,
    refused: status?.failed ?? before?.refused ?? 0,
    ...(lastPush === undefined ? {} : { last_full_push: lastPush }),
    full_pushes: status?.fullPushes ?? 0,
    ...(lastCheck === undefined ? {} : { last_check: lastCheck }),
  }
}
