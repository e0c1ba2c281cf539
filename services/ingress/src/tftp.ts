import type { Log, Metrics } from '@strowger/service'
import { createTftpServer, type TftpAnswer, type TftpRequest, tftpErrorCode } from '@strowger/tftp'
import type { Admission } from './admission.ts'
import type { Answer } from './answer-cache.ts'
import type { Observations } from './observations.ts'
import type { PhoneFiles } from './phone-files.ts'
import { tftpPhoneRequest } from './phone-request.ts'
import { createProvenSources } from './proven-sources.ts'
import { countTftp } from './tftp-counts.ts'

export interface PhoneTftpServer {
  readonly port: number
  close(): Promise<void>
}

const notFound: TftpAnswer = { kind: 'error', code: tftpErrorCode.fileNotFound, message: 'No such file for this phone' }
const tooMany: TftpAnswer = {
  kind: 'error',
  code: tftpErrorCode.diskFull,
  message: 'Too many new phones, come back later',
}
const refused: TftpAnswer = { kind: 'error', code: tftpErrorCode.accessViolation, message: 'Not for this phone' }

/**
 * TFTP for phones: the same files by the same way as HTTP. A source that may not ask, and a moment in which nobody can
 * answer, meet silence: the phone asks again, and a forged source learns nothing.
 */
export async function listenTftp(parts: {
  host: string | undefined
  port: number
  singlePort: boolean
  files: PhoneFiles
  admission: Admission
  observations: Observations
  traced: <T>(work: () => Promise<T>) => Promise<T>
  metrics: Metrics
  log: Log
}): Promise<PhoneTftpServer> {
  const { files, admission, observations, traced, metrics, log } = parts

  const proven = createProvenSources()

  async function handle(request: TftpRequest): Promise<TftpAnswer> {
    const { address } = request.peer
    if (admission.admit(address) !== 'admitted') return { kind: 'silence' }
    const parsed = tftpPhoneRequest(request.filename, address)
    if (typeof parsed === 'string') return notFound
    const answer =
      files.cached(parsed.cacheKey) ??
      (await traced(() => files.get(parsed.cacheKey, parsed.evidence, !proven.has(address))))
    return tftpAnswer(answer, address)
  }

  function tftpAnswer(answer: Answer, address: string): TftpAnswer {
    switch (answer.outcome) {
      case 'unavailable':
        return { kind: 'silence' }
      case 'too-many':
        return tooMany
      case 'absent':
        return notFound
      case 'refused':
        // An error is never acknowledged: the source may be forged, and must not be banned for it.
        if (answer.refusal !== undefined) observations.sensitive(answer, address, () => {}, true)
        return refused
      case 'served':
        return {
          kind: 'file',
          bytes: answer.body,
          // Only the first ACK proves that the source address is not forged: before it nobody is written down.
          onFirstAck: () => {
            proven.add(address)
            if (observations.isSensitive(answer)) observations.sensitive(answer, address, () => {})
          },
          onDone: (outcome) => {
            if (outcome.kind === 'sent') observations.fetched(answer, 'tftp', address)
          },
        }
    }
  }

  const server = await createTftpServer({
    host: parts.host ?? '::',
    port: parts.port,
    singlePort: parts.singlePort,
    stripLeadingSlash: true,
    handle,
    onError: (error) => log.error({ error }, 'a TFTP request could not be handled'),
  })
  countTftp(metrics, server.stats)
  return { port: server.address().port, close: () => server.close({ drainMs: 5_000 }) }
}
