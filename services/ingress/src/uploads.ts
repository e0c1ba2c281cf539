import type { IncomingMessage, ServerResponse } from 'node:http'
import type { admitUpload, PhoneEvidence, storeUpload } from '@strowger/schema'
import type { Log } from '@strowger/service'
import type { Answer } from './answer-cache.ts'

type Admitted = typeof admitUpload.example.output
type Stored = typeof storeUpload.example.input

/** The house’s part in what phones send. */
export interface UploadHouse {
  admit(method: 'PUT' | 'POST', evidence: PhoneEvidence): Promise<Admitted>
  store(upload: Stored): Promise<unknown>
}

/** How a request that is no GET was answered: by a word, or refused like one for a file. */
export type UploadAnswer =
  | 'received'
  | 'not-named'
  | 'absent'
  | 'too-many'
  | 'too-large'
  | 'busy'
  | 'away'
  | (Answer & { readonly outcome: 'refused' })

/** Bodies that are read at once. */
const maxReading = 32

/**
 * Logs and settings that phones send. Only what a plugin names, of a known phone, is read at all; the others are
 * answered before their body. What nobody has asked to keep is read up to the limit and dropped.
 */
export function createUploads(parts: { house: UploadHouse; maxBytes: number; log: Pick<Log, 'warn'> }) {
  const { house, maxBytes, log } = parts
  let reading = 0

  async function receive(request: IncomingMessage, response: ServerResponse, admitted: Admitted, address: string) {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too-large'
    if (reading >= maxReading) return 'busy'
    reading += 1
    try {
      if (request.headers.expect !== undefined) response.writeContinue()
      const body = await bodyOf(request, maxBytes, admitted.keep === true)
      if (body === undefined) return 'too-large'
      const { tenant, device, file = '' } = admitted
      if (admitted.keep && tenant !== undefined && device !== undefined) {
        const contentType = request.headers['content-type']?.slice(0, 100)
        const content = body.toString('base64')
        await house.store({ tenant, device, file, address, content, ...(contentType ? { contentType } : {}) })
      }
      return 'received'
    } finally {
      reading -= 1
    }
  }

  return {
    /** Never rejects; undefined when the phone went away meanwhile. */
    async take(
      request: IncomingMessage,
      response: ServerResponse,
      evidence: PhoneEvidence,
    ): Promise<UploadAnswer | undefined> {
      const { method } = request
      if (method !== 'PUT' && method !== 'POST') return 'not-named'
      try {
        const admitted = await house.admit(method, evidence)
        if (admitted.outcome === 'refused') return refusalOf(admitted)
        if (admitted.outcome !== 'accepted') return admitted.outcome
        return await receive(request, response, admitted, evidence.address)
      } catch (error) {
        if (request.destroyed) return undefined
        log.warn({ error, address: evidence.address }, 'what a phone sends could not be taken')
        return 'away'
      }
    },
  }
}
export type Uploads = ReturnType<typeof createUploads>

function refusalOf({ reason, refusal, tenant, device, file }: Admitted): Answer & { readonly outcome: 'refused' } {
  return {
    outcome: 'refused',
    ...(reason === undefined ? {} : { reason }),
    ...(refusal === undefined ? {} : { refusal }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(device === undefined ? {} : { device }),
    ...(file === undefined ? {} : { file }),
    body: nothing,
  }
}

const nothing = new Uint8Array(0)

/** The body, empty when it is not wanted; undefined as soon as it is larger than it may be. Rejects when it breaks off. */
function bodyOf(request: IncomingMessage, maxBytes: number, wanted: boolean): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    // Not by its iterator: to leave that early would end the connection before it is answered.
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) resolve(undefined)
      else if (wanted) chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => reject(new Error('the connection ended before what was sent')))
  })
}
