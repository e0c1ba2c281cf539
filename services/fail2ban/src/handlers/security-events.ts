import { type Bus, isEvent, type Reader } from '@strowger/bus'
import { deviceAutocreated, requestsObserved } from '@strowger/schema'
import type { CounterSeries, Log, Telemetry } from '@strowger/service'
import { linesOfMessage, type SecurityMessage } from '../lines-of-message.ts'
import type { LogFile } from '../log-file.ts'

/** Writes the lines of every security event, from the position beside the log on. */
export function writeSecurityEvents(
  bus: Bus,
  parts: { file: LogFile; lines: CounterSeries; telemetry: Telemetry; log: Log },
): Reader {
  const { file, lines: written, telemetry, log } = parts

  /** A message is of many phones' requests, each in a trace of its own: the message's span belongs to none of them. */
  async function endTraces(observations: readonly { readonly traceparent?: string }[]): Promise<void> {
    for (const { traceparent } of observations) {
      if (traceparent === undefined) continue
      await telemetry.span('security line written', { kind: 'consumer', traceparent }, async () => {})
    }
  }

  return bus.events.follow(
    [requestsObserved, deviceAutocreated],
    {
      fromSequence: file.position.sequence + 1,
      onLost: (state) => log.error({ ...state }, 'the stream of security events has lost what was to be written next'),
    },
    async (message) => {
      const told: SecurityMessage = isEvent(message, requestsObserved)
        ? { kind: 'observed', tenant: message.tenant, ...message.payload }
        : { kind: 'autocreated', id: message.id, ...(message.payload as typeof deviceAutocreated.example) }
      const { lines, seen } = linesOfMessage(told, file.position.seen)
      file.append(lines, { sequence: message.sequence, seen })
      written.add(lines.length)
      if (telemetry.enabled && isEvent(message, requestsObserved)) await endTraces(message.payload.observations)
    },
  )
}
