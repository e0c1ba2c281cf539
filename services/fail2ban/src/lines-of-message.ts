import type { SecurityObservation } from '@strowger/schema'
import { deviceCreatedLine, sensitiveFileLine, wrongKeyLine } from './line.ts'

/** What the stream of security events carries, as this service reads it. */
export type SecurityMessage =
  | {
      readonly kind: 'observed'
      readonly tenant: string
      readonly producer: string
      readonly observations: readonly SecurityObservation[]
    }
  | {
      readonly kind: 'autocreated'
      readonly id: string
      readonly address: string
      readonly device: string
      readonly at: string
    }

/**
 * The lines of a message, without those that were written before: a producer that does not know whether its message
 * arrived sends it again, with the same numbers. Pure.
 */
export function linesOfMessage(
  message: SecurityMessage,
  seen: Readonly<Record<string, number>>,
): { lines: string[]; seen: Readonly<Record<string, number>> } {
  if (message.kind === 'autocreated') {
    const { source, number } = numberedId(message.id)
    if (number <= (seen[source] ?? 0)) return { lines: [], seen }
    return { lines: [deviceCreatedLine(message)], seen: { ...seen, [source]: number } }
  }
  const source = `${message.producer}/${message.tenant}`
  const last = seen[source] ?? 0
  const fresh = message.observations.filter(({ number }) => number > last)
  const newest = fresh.at(-1)
  if (newest === undefined) return { lines: [], seen }
  return { lines: fresh.flatMap(linesOfObservation), seen: { ...seen, [source]: newest.number } }
}

/** None for what a forged source may have sent: nobody may be banned for that. */
function linesOfObservation(observation: SecurityObservation): string[] {
  if (observation.forgeable === true) return []
  return [observation.kind === 'wrong-key' ? wrongKeyLine(observation) : sensitiveFileLine(observation)]
}

/** An outbox numbers its messages `<schema>:<row>`, and publishes its rows in order. */
function numberedId(id: string): { source: string; number: number } {
  const cut = id.lastIndexOf(':')
  const number = Number(id.slice(cut + 1))
  if (cut < 1 || !Number.isSafeInteger(number)) return { source: id, number: 1 }
  return { source: id.slice(0, cut), number }
}
