import type { AgiSession } from '@strowger/asterisk'
import { type Device, Fault } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import { type CallingPhone, type DevicesByAttribute, phoneOfCall } from './phone-of-call.ts'

/** What a dialled code does; owned by whoever keeps lines. */
export interface ProvisioningCodes {
  /** Fault `not-found` when no line has this code, others as the association over REST. */
  associate(code: string, device: Device): Promise<void>
  /** The phone has no line any more. */
  reset(device: Device): Promise<void>
}

/** What the dialplan finds in STROWGER_RESULT. */
export type CallResult = 'done' | 'unknown-phone' | 'unknown-code' | 'refused' | 'too-many' | 'failed'

const triesAtMost = 5
const triesWithinMs = 600_000

/** Answers one call: `…/code` with the digits as its first argument, or `…/guest`. Never rejects. */
export function createProvisioningCalls(parts: {
  readonly devices: DevicesByAttribute
  readonly codes: ProvisioningCodes
  readonly clock: Clock
  readonly log: Log
}) {
  const { devices, codes, clock, log } = parts
  const tries = new Map<string, number[]>()

  /** Codes are short: who guesses is stopped, by phone and by address. */
  function mayTry(who: string): boolean {
    const since = clock.monotonicMs() - triesWithinMs
    for (const [name, times] of tries) if ((times.at(-1) ?? 0) < since) tries.delete(name)
    return (tries.get(who) ?? []).filter((at) => at >= since).length < triesAtMost
  }
  const failed = (who: string) => tries.set(who, [...(tries.get(who) ?? []).slice(-triesAtMost), clock.monotonicMs()])

  async function decide(session: AgiSession): Promise<CallResult> {
    const [contact, userAgent, remoteAddress] = [
      await session.read('PJSIP_HEADER(read,Contact)'),
      await session.read('PJSIP_HEADER(read,User-Agent)'),
      await session.read('CHANNEL(pjsip,remote_addr)'),
    ]
    const call: CallingPhone = { contact, userAgent, remoteAddress }
    const found = phoneOfCall(call, devices)
    if ('unknown' in found) {
      log.warn({ ...call, reason: found.unknown }, 'a code was dialled by a phone that is not known')
      return 'unknown-phone'
    }
    const { device } = found
    if (session.about.get('network_script') === 'guest') {
      await codes.reset(device)
      log.info({ device: device.id }, 'a phone was reset by its user')
      return 'done'
    }
    const code = session.about.get('arg_1') ?? ''
    if (!mayTry(device.id)) return 'too-many'
    if (!/^\d{6}$/.test(code)) return 'unknown-code'
    try {
      await codes.associate(code, device)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'not-found') throw error
      failed(device.id)
      return 'unknown-code'
    }
    tries.delete(device.id)
    log.info({ device: device.id }, 'a phone was associated by the code that its user dialled')
    return 'done'
  }

  return async (session: AgiSession): Promise<void> => {
    let result: CallResult
    try {
      result = await decide(session)
    } catch (error) {
      result = error instanceof Fault && error.code !== 'unavailable' ? 'refused' : 'failed'
      log.warn({ error }, 'a dialled code could not be carried out')
    }
    try {
      await session.write('STROWGER_RESULT', result)
    } catch {
      // The caller has hung up.
    }
    session.close()
  }
}
