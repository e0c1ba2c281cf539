import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import type { Database } from '@strowger/database'
import { Fault } from '@strowger/schema'
import type { Log } from '@strowger/service'
import { keepAnswer, releaseKey, takeKey } from '../store/idempotency.ts'
import type { AccessSchema } from '../store/tables.ts'
import type { Answer } from './answer.ts'

/** Longer than any operation may take. */
const abandonedS = 180
const maxKeyLength = 255

/** One request that carries a key. */
export interface KeyedRequest {
  readonly key: string
  readonly tenant: string
  readonly actorId: string
  /** The token or the password as it was sent: only who has it can open the answer again. */
  readonly credential: string
  /** Everything that makes it this request: method, address, body. */
  readonly asked: readonly string[]
}

export interface Idempotency {
  /**
   * Does the work once for a key: asked again with the same, it answers what was answered, without doing it again.
   * What ended with a fault of the house (5xx) or a refusal for now (429) is not kept.
   * @throws Fault `conflict` for a key of another request, or one that is still being answered
   */
  once(request: KeyedRequest, work: () => Promise<Answer>): Promise<Answer>
}

/** The header `Idempotency-Key`. @throws Fault `invalid-input` when it is no usable key */
export function idempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const key = String(header)
  if (key.length <= maxKeyLength && /^[\x21-\x7e]+$/.test(key)) return key
  const problem = `must be 1 to ${maxKeyLength} visible ASCII characters`
  throw new Fault('invalid-input', {
    detail: `Idempotency-Key ${problem}`,
    fields: [{ field: 'Idempotency-Key', problem }],
  })
}

/** Answers are kept sealed with a key of who asked: the text of a token that was made lies nowhere in clear. */
export function createIdempotency(parts: { database: Database<AccessSchema>; keptS: number; log: Log }): Idempotency {
  const { database, keptS, log } = parts
  return {
    async once({ key, tenant, actorId, credential, asked }, work) {
      const held = { tenant, hash: digestOf(actorId, tenant, key), digest: digestOf(...asked) }
      const sealKey = createHmac('sha256', credential).update(`idempotency ${key}`).digest()
      const state = await takeKey(database, held, { keptS, abandonedS })
      if (state.kind === 'answered') return replayed(state.status, opened(state.answer, sealKey))
      if (state.kind === 'busy') {
        throw new Fault('conflict', { detail: 'The first request with this Idempotency-Key is still being answered' })
      }
      if (state.kind === 'other') {
        throw new Fault('conflict', { detail: 'This Idempotency-Key was used for another request' })
      }
      const forget = () =>
        releaseKey(database, held).catch((error: unknown) => log.warn({ error }, 'a key could not be released'))
      try {
        const answer = await work()
        if (answer.status >= 500 || answer.status === 429) await forget()
        else {
          await keepAnswer(database, held, { status: answer.status, answer: sealed(answer, sealKey) }).catch(
            (error: unknown) => log.warn({ error }, 'an answer could not be kept for its Idempotency-Key'),
          )
        }
        return answer
      } catch (error) {
        await forget()
        throw error
      }
    },
  }
}

/** Lengths stand before the parts, so that no two lists of parts are one text. */
function digestOf(...parts: readonly string[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest()
}

/** AES-256-GCM: 12 bytes nonce, 16 bytes tag, then headers as JSON, a line feed, and the body as it was. */
function sealed({ headers, body }: Answer, key: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const plain = Buffer.concat([Buffer.from(`${JSON.stringify(headers)}\n`), body ?? Buffer.alloc(0)])
  const hidden = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), hidden])
}

function opened(bytes: Buffer, key: Buffer): Pick<Answer, 'headers' | 'body'> {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  let plain: Buffer
  try {
    plain = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
  } catch {
    throw new Fault('conflict', { detail: 'This Idempotency-Key was used with another token of the same user' })
  }
  const end = plain.indexOf('\n')
  const headers = JSON.parse(plain.subarray(0, end).toString('utf8')) as Record<string, string>
  const body = plain.subarray(end + 1)
  return { headers, ...(body.length === 0 ? { body: undefined } : { body }) }
}

function replayed(status: number, { headers, body }: Pick<Answer, 'headers' | 'body'>): Answer {
  return { status, headers: { ...headers, 'idempotency-replayed': 'true' }, body }
}
