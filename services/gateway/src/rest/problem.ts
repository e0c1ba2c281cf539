import { type ErrorCode, errors, Fault } from '@strowger/schema'

/** RFC 9457, with our code and the fields at fault. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail?: string
  readonly fields?: readonly { readonly field: string; readonly problem: string }[]
}

export const problemType = 'application/problem+json'

export function problemFrom(fault: Fault): Problem {
  const { status, title } = errors[fault.code]
  return {
    type: `/api/docs#${fault.code}`,
    title,
    status,
    code: fault.code,
    ...(fault.detail === undefined ? {} : { detail: fault.detail }),
    ...(fault.fields.length === 0 ? {} : { fields: fault.fields }),
  }
}

/** Headers that go with it. */
export function problemHeaders({ code }: Fault): Record<string, string> {
  const headers: Record<string, string> = {}
  if (errors[code].retry === 'later') headers['retry-after'] = code === 'too-many-requests' ? '10' : '2'
  if (code === 'unauthenticated') headers['www-authenticate'] = 'Bearer realm="strowger"'
  return headers
}

/** Errors of fastify itself, by its codes. */
const ofFastify: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-input',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-input',
  FST_ERR_BAD_URL: 'invalid-input',
}

/** Whatever was thrown, as a Fault: what is not known is `internal`, its text for the log only. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  const { code = '', statusCode, message } = error as { code?: string; statusCode?: number; message?: string }
  const known = ofFastify[code]
  if (known !== undefined) {
    return new Fault(known, known === 'invalid-input' && message !== undefined ? { detail: message } : {})
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Fault('invalid-input', { ...(message === undefined ? {} : { detail: message }) })
  }
  return new Fault('internal', { cause: error })
}
