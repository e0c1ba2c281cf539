import { rootTenantId, type SecurityObservation, withoutKeys } from '@strowger/schema'
import type { Answer } from './answer-cache.ts'
import type { FetchFacts } from './fetch-facts.ts'
import type { Offenders } from './offenders.ts'
import type { SecurityJournal } from './security-journal.ts'

export interface Observations {
  /** Must the answer wait until the security journal has it? */
  isSensitive(answer: Answer): boolean
  /** Journals the request for a file that may hold credentials, served or not; `written` when it cannot be lost. */
  sensitive(answer: Answer, address: string, written: () => void, forgeable?: boolean): void
  /** Somebody who is proven to be at this address asked for what is not theirs. */
  refused(address: string): void
  /** The phone has the whole file. */
  fetched(answer: Answer, transport: 'http' | 'tftp', address: string): void
}

/** What is said about an answer to the rest of the house: a line for the security log, a fact for the device. */
export function createObservations(parts: {
  journal: Pick<SecurityJournal, 'append'>
  facts: FetchFacts
  offenders: Pick<Offenders, 'note'>
  traceparent: () => string | undefined
  now: () => number
}): Observations {
  const { journal, facts, offenders, traceparent, now } = parts
  let atMs = 0
  let at = ''

  /** A busy ingress says the same millisecond many times. */
  function instant(): string {
    const nowMs = now()
    if (nowMs !== atMs) {
      atMs = nowMs
      at = new Date(nowMs).toISOString()
    }
    return at
  }

  return {
    isSensitive({ sensitive, refusal }) {
      // The first request of a phone that will show its password with the next one is not worth a line.
      if (refusal === 'password-needed') return false
      return sensitive === true || refusal !== undefined
    },
    refused: (address) => offenders.note(address, 'refused'),
    sensitive(answer, address, written, forgeable = false) {
      if (answer.outcome !== 'refused' && !forgeable) offenders.note(address, 'sensitive-file')
      const trace = traceparent()
      journal.append(
        answer.tenant ?? rootTenantId,
        {
          kind: kindOf(answer),
          address,
          file: withoutKeys(answer.file ?? ''),
          at: instant(),
          ...(forgeable ? { forgeable } : {}),
          ...(answer.device === undefined ? {} : { device: answer.device }),
          ...(answer.reason === undefined ? {} : { reason: answer.reason }),
          ...(trace === undefined ? {} : { traceparent: trace }),
        },
        written,
      )
    },
    fetched(answer, transport, address) {
      if (answer.outcome !== 'served' || answer.device === undefined || answer.tenant === undefined) return
      facts.add(answer.tenant, {
        device: answer.device,
        file: withoutKeys(answer.file ?? ''),
        transport,
        address,
        revision: answer.revision ?? 0,
        ...(answer.digest === undefined ? {} : { digest: answer.digest }),
        confirms: answer.confirms === true,
        at: instant(),
      })
    },
  }
}

function kindOf({ outcome, refusal }: Answer): SecurityObservation['kind'] {
  if (outcome !== 'refused') return 'sensitive-file'
  return refusal === undefined ? 'refused' : 'wrong-key'
}
