import { type Bus, isEvent, type Reader } from '@strowger/bus'
import { deviceAutocreated, requestsObserved } from '@strowger/schema'
import type { CounterSeries, Log } from '@strowger/service'
import { linesOfMessage, type SecurityMessage } from '../lines-of-message.ts'
import type { LogFile } from '../log-file.ts'

/** Writes the lines of every security event, from the position beside the log on. */
export function writeSecurityEvents(bus: Bus, parts: { file: LogFile; lines: CounterSeries; log: Log }): Reader {
  const { file, lines: written, log } = parts
  return bus.events.follow(
    [requestsObserved, deviceAutocreated],
    {
      fromSequence: file.position.sequence + 1,
      onLost: (state) => log.error({ ...state }, 'the stream of security events has lost what was to be written next'),
    },
    (message) => {
      const told: SecurityMessage = isEvent(message, requestsObserved)
        ? { kind: 'observed', tenant: message.tenant, ...message.payload }
        : { kind: 'autocreated', id: message.id, ...(message.payload as typeof deviceAutocreated.example) }
      const { lines, seen } = linesOfMessage(told, file.position.seen)
      file.append(lines, { sequence: message.sequence, seen })
      written.add(lines.length)
    },
  )
}
