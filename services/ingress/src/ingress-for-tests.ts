import { request } from 'node:http'
import { connect } from 'node:net'
import { type PhoneEvidence, type Plugin, rootTenantId } from '@strowger/schema'
import { createClock, silentLog } from '@strowger/service'
import { createAdmission } from './admission.ts'
import { type Answer, createAnswerCache } from './answer-cache.ts'
import { createConnections } from './connections.ts'
import { createPhoneListener } from './http.ts'
import { type HttpPatience, listenHttp } from './http-listener.ts'
import { createIdentifyingHeaders } from './identifying-headers.ts'
import { createPhoneFiles } from './phone-files.ts'
import { createQuestionLine } from './question-line.ts'
import { createUploads, type UploadHouse } from './uploads.ts'

const clock = createClock()
export const patience: HttpPatience = { headersMs: 10_000, requestMs: 10_000, silenceMs: 10_000 }

export const file: Answer = {
  outcome: 'served',
  tenant: rootTenantId,
  device: 'd1',
  revision: 1,
  policyRevision: 0,
  keep: 'while-valid',
  contentType: 'text/plain',
  digest: 'abc',
  modifiedAt: '2026-11-21T09:30:00.000Z',
  file: '001565123456.cfg',
  sensitive: true,
  body: Buffer.from('#!version:1.0.0.1\n'),
}

export type Ask = (evidence: PhoneEvidence) => Promise<Answer>

export interface IngressOptions {
  readonly burst?: number
  readonly banned?: string
  readonly waitMs?: number
  readonly trustedProxies?: number
  readonly patience?: Partial<HttpPatience>
  readonly plugins?: readonly Plugin[]
  readonly uploads?: UploadHouse
  readonly connectionsPerSource?: number
  /** Until the journal has a record. */
  readonly journalMs?: number
}

/** What answers phones, with a stand-in for the rest of the house; without a port of its own. */
export function createIngress(ask: Ask, options: IngressOptions = {}) {
  const asked: PhoneEvidence[] = []
  const lines: string[] = []
  const fetched: string[] = []
  const refused: string[] = []
  const revisions = { rendered: () => 1, policy: () => 0, tenantOf: () => rootTenantId }
  const cache = createAnswerCache({ maxBytes: 1_000_000, revisions, monotonicMs: clock.monotonicMs, now: clock.now })
  const files = createPhoneFiles({
    line: createQuestionLine({ maxOpen: 512, patienceMs: 15_000, clock }),
    cache,
    ask(evidence) {
      asked.push(evidence)
      return ask(evidence)
    },
    waitMs: options.waitMs ?? 2_000,
    clock,
    log: silentLog(),
  })
  const admission = createAdmission({
    ratePerS: 0.001,
    burst: options.burst ?? 1_000,
    clock,
    bannedUntilMs: (address) => (address === options.banned ? Number.POSITIVE_INFINITY : undefined),
  })
  const parts = {
    files,
    admission,
    observations: {
      isSensitive: ({ sensitive, refusal }: Answer) =>
        refusal !== 'password-needed' && (sensitive === true || refusal !== undefined),
      sensitive(answer: Answer, address: string, written: () => void) {
        lines.push(`${address} ${answer.file}`)
        setTimeout(written, options.journalMs ?? 0)
      },
      refused: (address: string) => void refused.push(address),
      fetched: (answer: Answer) => void fetched.push(answer.file ?? ''),
    },
    uploads: createUploads({
      house: options.uploads ?? { admit: async () => ({ outcome: 'not-named' }), store: async () => ({}) },
      maxBytes: 10_000,
      log: silentLog(),
    }),
    count: () => {},
    traced: <T>(work: () => Promise<T>) => work(),
    trustedProxies: options.trustedProxies ?? 0,
    now: clock.now,
    identifyingHeaders: createIdentifyingHeaders({ values: () => options.plugins ?? [], subscribe: () => {} }),
  }
  return { parts, asked, lines, fetched, refused }
}

/** The same on a port of its own; `releases` gets its end. */
export async function startIngress(releases: (() => Promise<void>)[], ask: Ask, options: IngressOptions = {}) {
  const { parts, ...seen } = createIngress(ask, options)
  const server = await listenHttp({
    host: '127.0.0.1',
    port: 0,
    listener: createPhoneListener(parts),
    patience: { ...patience, ...options.patience },
    connections: createConnections({ max: 1_000, maxPerSource: options.connectionsPerSource }),
  })
  releases.push(server.close)
  return { port: server.port, ...seen }
}

/** A request as phones make it, byte for byte; resolves with everything that came until the end of the connection. */
export function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString()
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}

export function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const { body: sending, ...rest } = options
    const sent = request({ host: '127.0.0.1', port, path, ...rest }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end(sending)
  })
}
