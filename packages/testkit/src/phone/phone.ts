import { setTimeout as delay } from 'node:timers/promises'
import { readTftpFile } from '@strowger/tftp'
import type { HousePorts } from '../house/start-house.ts'
import { fetchOverHttp } from './fetch-http.ts'

/** A desk phone as the house meets it: it asks, and when nobody answers it asks four times more, a second apart. */
export interface Phone {
  /** With colons. */
  readonly mac: string
  readonly address: string
  /** The file of its configuration. */
  readonly file: string
  readonly counts: PhoneCounts
  /** Rejects with `PhoneGaveUp` when all attempts have failed. `query` is added after a question mark. */
  fetchHttp(options?: { file?: string; query?: string }): Promise<Buffer>
  fetchTftp(options?: { file?: string }): Promise<Buffer>
}

export interface PhoneCounts {
  /** Requests sent. */
  attempts: number
  /** Files it got. */
  fetched: number
  /** Times it gave up. */
  failures: number
  /** The most attempts one file has needed. */
  mostAttempts: number
}

export class PhoneGaveUp extends Error {
  override readonly name = 'PhoneGaveUp'
}

export interface PhoneOptions {
  readonly ports: Pick<HousePorts, 'httpPort' | 'tftpPort'>
  readonly mac: string
  /** Default T46S. */
  readonly model?: string
  readonly version?: string
  /** Any of 127.0.0.0/8. */
  readonly address: string
}

const attemptsOfPhone = 5
const pauseMs = 1_000
/** Longer than the house keeps a phone waiting (PHONE_WAIT_MS, 2 s). */
const attemptTimeoutMs = 3_000

export function createPhone(options: PhoneOptions): Phone {
  const { ports, mac, model = 'T46S', version = '66.86.0.15', address } = options
  const ownFile = `${mac.replaceAll(':', '')}.cfg`
  const counts: PhoneCounts = { attempts: 0, fetched: 0, failures: 0, mostAttempts: 0 }
  const common = { host: '127.0.0.1', localAddress: address, timeoutMs: attemptTimeoutMs }

  async function persist(fetchOnce: () => Promise<Buffer>): Promise<Buffer> {
    const refusals: string[] = []
    for (let attempt = 1; attempt <= attemptsOfPhone; attempt += 1) {
      if (attempt > 1) await delay(pauseMs)
      counts.attempts += 1
      counts.mostAttempts = Math.max(counts.mostAttempts, attempt)
      try {
        const bytes = await fetchOnce()
        counts.fetched += 1
        return bytes
      } catch (error) {
        refusals.push(error instanceof Error ? error.message : String(error))
      }
    }
    counts.failures += 1
    throw new PhoneGaveUp(`${mac} at ${address}: ${refusals.join('; ')}`)
  }

  return {
    mac,
    address,
    file: ownFile,
    counts,
    fetchHttp: ({ file = ownFile, query } = {}) =>
      persist(() =>
        fetchOverHttp({
          ...common,
          port: ports.httpPort,
          path: `/${file}${query === undefined ? '' : `?${query}`}`,
          userAgent: `Yealink SIP-${model} ${version} ${mac}`,
        }),
      ),
    fetchTftp: ({ file = ownFile } = {}) => persist(() => readTftpFile({ ...common, port: ports.tftpPort, file })),
  }
}
