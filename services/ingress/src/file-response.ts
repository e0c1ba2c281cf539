import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from './answer-cache.ts'
import { byteRangeFrom } from './byte-range.ts'

/** What leaves for a file that is served: a status, headers as node:http takes them in a row, and bytes for a GET. */
export interface FileResponse {
  readonly status: 200 | 206 | 304 | 416
  readonly headers: string[]
  readonly body: Uint8Array | undefined
  /** After this answer the phone has every byte of this version. */
  readonly isComplete: boolean
}

/**
 * Answers GET or HEAD for a file with the conditions of RFC 9110 §13.2.2: If-None-Match, without it If-Modified-Since,
 * then Range (GET only) if If-Range does not speak against it.
 *
 * @param nowMs wall clock: a file that changed within this second is sent without its date, as it may change again
 *   within it and the date could not tell
 */
export function fileResponse(
  method: 'GET' | 'HEAD',
  headers: IncomingHttpHeaders,
  answer: Answer,
  nowMs: number,
): FileResponse {
  const { body } = answer
  const etag = answer.digest === undefined ? undefined : `"${answer.digest}"`
  const modified = modifiedText(answer, nowMs)
  const validators = [...(etag === undefined ? [] : ['etag', etag]), ...(modified ? ['last-modified', modified] : [])]
  const isGet = method === 'GET'
  if (isUnchanged(headers, etag, modified)) {
    return { status: 304, headers: validators, body: undefined, isComplete: isGet }
  }
  const range = isGet && headers.range !== undefined ? byteRangeFrom(headers.range, body.byteLength) : 'whole'
  if (range === 'whole' || !isSameVersion(headers['if-range'], etag, modified)) {
    const described = ['content-type', answer.contentType ?? 'application/octet-stream']
    described.push('content-length', String(body.byteLength), 'accept-ranges', 'bytes', ...validators)
    return { status: 200, headers: described, body: isGet ? body : undefined, isComplete: isGet }
  }
  if (range === 'unsatisfiable') {
    const described = ['content-range', `bytes */${body.byteLength}`, 'content-length', '0', ...validators]
    return { status: 416, headers: described, body: undefined, isComplete: false }
  }
  const { first, last } = range
  const described = ['content-type', answer.contentType ?? 'application/octet-stream']
  described.push('content-length', String(last - first + 1), ...validators)
  described.push('content-range', `bytes ${first}-${last}/${body.byteLength}`)
  // The end of what began earlier: with If-Range it is the end of the same version.
  const endsIt = last === body.byteLength - 1 && (first === 0 || headers['if-range'] !== undefined)
  return { status: 206, headers: described, body: body.subarray(first, last + 1), isComplete: endsIt }
}

/** By the second as it stands in an instant: to read and write a date costs as much as all other headers of an answer. */
const dates = new Map<string, { second: number; text: string }>()
const datesHeld = 10_000
const lengthOfSecond = '2026-11-21T09:09:24'.length

/** IMF-fixdate (RFC 9110 §5.6.7), whole seconds. */
function modifiedText(answer: Answer, nowMs: number): string | undefined {
  if (answer.modifiedAt === undefined) return undefined
  const instant = answer.modifiedAt.slice(0, lengthOfSecond)
  let date = dates.get(instant)
  if (date === undefined) {
    const second = Math.floor(Date.parse(answer.modifiedAt) / 1000)
    date = { second, text: new Date(second * 1000).toUTCString() }
    if (dates.size >= datesHeld) dates.clear()
    dates.set(instant, date)
  }
  return Math.floor(nowMs / 1000) > date.second ? date.text : undefined
}

/**
 * If-Modified-Since is compared for the same second, not for an earlier one: a phone whose plugin is exchanged for one
 * that was installed earlier must get the other file although its date is older.
 */
function isUnchanged(headers: IncomingHttpHeaders, etag: string | undefined, modified: string | undefined): boolean {
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined) {
    if (noneMatch.trim() === '*') return true
    // Weak comparison (§8.8.3.2): our digests have no comma in them.
    return etag !== undefined && noneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
  }
  const since = headers['if-modified-since']
  if (since === undefined || modified === undefined) return false
  return since === modified || Date.parse(since) === Date.parse(modified)
}

/** §13.1.5: strong comparison, so a weak tag never matches; a date must be exactly ours. */
function isSameVersion(
  ifRange: string | string[] | undefined,
  etag: string | undefined,
  modified: string | undefined,
): boolean {
  return ifRange === undefined || ifRange === etag || (modified !== undefined && ifRange === modified)
}
