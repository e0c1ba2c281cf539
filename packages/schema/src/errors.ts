/**
 * Every error the house can answer: its code on the bus, its HTTP status, whether asking again can help, and what a
 * person may read. The documentation page docs/reference/errors.md is made from this table.
 */
export const errors = {
  'invalid-input': { status: 400, retry: 'never', title: 'The request does not have the shape it must have' },
  unauthenticated: { status: 401, retry: 'never', title: 'No valid token was given' },
  forbidden: { status: 403, retry: 'never', title: 'This token may not do that' },
  'not-found': { status: 404, retry: 'never', title: 'There is no such object for this tenant' },
  'method-not-allowed': { status: 405, retry: 'never', title: 'This address does not know this method' },
  conflict: { status: 409, retry: 'never', title: 'Another object already has this identity' },
  'in-use': { status: 409, retry: 'never', title: 'The object is in use by others' },
  'not-deletable': { status: 403, retry: 'never', title: 'The object is marked as not deletable' },
  'undo-conflict': { status: 409, retry: 'never', title: 'What the change set wrote has been changed since' },
  'stale-revision': { status: 412, retry: 'never', title: 'The object has changed since it was read' },
  'too-large': { status: 413, retry: 'never', title: 'The request is larger than is accepted' },
  'unsupported-media-type': { status: 415, retry: 'never', title: 'The body must be application/json' },
  'render-failed': { status: 422, retry: 'never', title: 'The file could not be rendered' },
  'too-many-requests': { status: 429, retry: 'later', title: 'Too many requests from this source' },
  internal: { status: 500, retry: 'never', title: 'Something went wrong inside' },
  unavailable: { status: 503, retry: 'later', title: 'A part of the system is away; ask again' },
  'deadline-exceeded': { status: 504, retry: 'later', title: 'No answer came in time' },
} as const satisfies Record<string, { status: number; retry: 'never' | 'later'; title: string }>

export type ErrorCode = keyof typeof errors

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errors, text)
}

/** One thing wrong with an input: where (as `/device/mac`) and what. */
export interface FieldProblem {
  readonly field: string
  readonly problem: string
}

/**
 * The one error that crosses services. `detail` and `fields` may be read by the person who asked; `internal` and
 * `cause` go to the log only.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly fields: readonly FieldProblem[]
  readonly internal: string | undefined

  constructor(
    code: ErrorCode,
    parts: { detail?: string; fields?: readonly FieldProblem[]; internal?: string; cause?: unknown } = {},
  ) {
    super(parts.detail ?? errors[code].title, parts.cause === undefined ? undefined : { cause: parts.cause })
    this.code = code
    this.detail = parts.detail
    this.fields = parts.fields ?? []
    this.internal = parts.internal
  }
}
