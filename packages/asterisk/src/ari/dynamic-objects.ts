import { Fault } from '@strowger/schema'
import type { HttpAnswer } from './http-answers.ts'
import type { HttpPipeline, HttpRequest } from './http-pipeline.ts'

/** Fields of a Sorcery object in the order in which Asterisk applies them; a name may stand several times. */
export type ObjectFields = readonly (readonly [attribute: string, value: string])[]

/** Which object: type as `endpoint`, and its id. All PJSIP types are in Asterisk’s one class `res_pjsip`. */
export interface ObjectKey {
  readonly type: string
  readonly id: string
}

/**
 * Writing and reading Sorcery objects over ARI. Writing is a merge: Asterisk keeps every option that is not sent, and
 * adds to lists. Faults: `invalid-input` when Asterisk refuses a value (the reason is only in its log), `forbidden`
 * when its sorcery.conf lets nobody write this type, `conflict` when it cannot rebuild the object, `too-large`,
 * `unauthenticated`, `unavailable`.
 */
export interface DynamicObjects {
  /** Resolves to the object as Asterisk has it now, in the same text that `read` answers until somebody changes it. */
  put(key: ObjectKey, fields: ObjectFields): Promise<string>
  /** Resolves to false when there was none. */
  delete(key: ObjectKey): Promise<boolean>
  /** Undefined when there is none. A `set_var` is shown by the name of its variable, `permit` and `deny` not at all. */
  get(key: ObjectKey): Promise<ObjectFields | undefined>
  /** The text of the same. */
  read(key: ObjectKey): Promise<string | undefined>
}

/** Asterisk’s limit of a JSON body (its http.c, MAX_CONTENT_LENGTH); more is answered by closing the connection. */
export const maxObjectBytes = 40_960

export function createDynamicObjects(pipeline: Pick<HttpPipeline, 'request'>): DynamicObjects {
  const ask = async (request: HttpRequest, key: ObjectKey): Promise<HttpAnswer> => {
    const answer = await pipeline.request(request)
    if (answer.status >= 400 && answer.status !== 404) throw faultOf(answer, key)
    return answer
  }
  const read = async (key: ObjectKey) => {
    const { status, body } = await ask({ method: 'GET', path: pathOf(key) }, key)
    return status === 404 ? undefined : body
  }
  return {
    async put(key, fields) {
      const body = bodyOf(fields)
      if (Buffer.byteLength(body) > maxObjectBytes) {
        const detail = `${nameOf(key)} is larger than Asterisk takes over ARI: ${Buffer.byteLength(body)} of ${maxObjectBytes} bytes`
        throw new Fault('too-large', { detail })
      }
      const answer = await ask({ method: 'PUT', path: pathOf(key), body }, key)
      if (answer.status === 404) throw faultOf(answer, key)
      return answer.body
    },
    async delete(key) {
      return (await ask({ method: 'DELETE', path: pathOf(key) }, key)).status !== 404
    },
    async get(key) {
      const text = await read(key)
      return text === undefined ? undefined : fieldsOf(text)
    },
    read,
  }
}

/**
 * The only way by which a value comes into ARI. A value that is no string ends the Asterisk process (measured with
 * 22.10.1), so nothing but strings is let through, whatever the types promised. Throws TypeError.
 */
function bodyOf(fields: ObjectFields): string {
  const list = fields.map(([attribute, value]) => {
    if (typeof attribute !== 'string' || attribute === '') throw new TypeError('a field without a name')
    if (typeof value !== 'string') throw new TypeError(`the value of ${attribute} is no string`)
    if (/[\r\n\0]/.test(attribute + value)) throw new TypeError(`a line break in ${attribute}`)
    return { attribute, value }
  })
  return JSON.stringify({ fields: list })
}

function pathOf({ type, id }: ObjectKey): string {
  if (!/^[a-z_-]+$/.test(type)) throw new TypeError(`${JSON.stringify(type)} is no type of Sorcery`)
  return `/ari/asterisk/config/dynamic/res_pjsip/${type}/${encodeURIComponent(id)}`
}

function fieldsOf(body: string): ObjectFields {
  const list: unknown = JSON.parse(body)
  if (!Array.isArray(list)) throw new Fault('internal', { internal: 'ARI answered no list of fields' })
  return (list as { attribute: string; value: string }[]).map(({ attribute, value }) => [attribute, value])
}

const codes: Readonly<Record<number, ConstructorParameters<typeof Fault>[0]>> = {
  400: 'invalid-input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  413: 'too-large',
  500: 'conflict',
}

function faultOf({ status, body }: HttpAnswer, key: ObjectKey): Fault {
  const words = /"(?:message|error)":\s*"([^"]*)"/.exec(body)?.[1] ?? `HTTP status ${status}`
  return new Fault(codes[status] ?? 'unavailable', { detail: `Asterisk refused ${nameOf(key)}: ${words}` })
}

const nameOf = ({ type, id }: ObjectKey) => `${type} ${id}`
