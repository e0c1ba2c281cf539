import { rootTenantId } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import type { Answer } from './answer-cache.ts'
import { fileResponse } from './file-response.ts'

const modifiedAt = '2026-11-21T09:30:00.400Z'
const modified = 'Sat, 21 Nov 2026 09:30:00 GMT'
const laterMs = Date.parse(modifiedAt) + 60_000
const file: Answer = {
  outcome: 'served',
  tenant: rootTenantId,
  contentType: 'text/plain',
  digest: 'abc',
  modifiedAt,
  body: Buffer.from('0123456789'),
}

function respond(headers: Record<string, string>, more: { method?: 'HEAD'; answer?: Answer; nowMs?: number } = {}) {
  const response = fileResponse(more.method ?? 'GET', headers, more.answer ?? file, more.nowMs ?? laterMs)
  const named: Record<string, string> = {}
  for (let at = 0; at < response.headers.length; at += 2)
    named[response.headers[at] ?? ''] = response.headers[at + 1] ?? ''
  const { status, body, isComplete } = response
  return { status, headers: named, body: body === undefined ? undefined : Buffer.from(body).toString(), isComplete }
}

describe('a file over HTTP', () => {
  it('goes with its length, type, tag and date', () => {
    expect(respond({})).toEqual({
      status: 200,
      headers: {
        'content-type': 'text/plain',
        'content-length': '10',
        'accept-ranges': 'bytes',
        etag: '"abc"',
        'last-modified': modified,
      },
      body: '0123456789',
      isComplete: true,
    })
  })

  it('is described, not sent, for HEAD, which knows no ranges', () => {
    const head = respond({ range: 'bytes=0-3' }, { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, body: undefined, isComplete: false })
    expect(head.headers['content-length']).toBe('10')
  })

  it('goes without a date in the second in which it changed, since it may change again within it', () => {
    const nowMs = Date.parse(modifiedAt) + 100
    expect(respond({}, { nowMs }).headers).not.toHaveProperty('last-modified')
    expect(respond({ 'if-modified-since': modified }, { nowMs }).status).toBe(200)
  })

  it.each([
    [{ 'if-none-match': '"abc"' }, 304],
    [{ 'if-none-match': 'W/"x", W/"abc"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-modified-since': modified }, 304],
    [{ 'if-modified-since': 'Saturday, 21-Nov-26 09:30:00 GMT' }, 304],
    [{ 'if-modified-since': 'Sat, 21 Nov 2026 09:31:00 GMT' }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
    [{ 'if-none-match': '"x"', 'if-modified-since': modified }, 200],
    [{ 'if-none-match': '"abc"', 'if-modified-since': 'yesterday' }, 304],
    [{ 'if-none-match': '"abc"', range: 'bytes=0-1' }, 304],
  ] as [Record<string, string>, number][])('%j is answered %d: tags go before dates', (headers, status) => {
    expect(respond(headers).status).toBe(status)
  })

  it('is sent in part, and says which', () => {
    const part = respond({ range: 'bytes=2-4' })
    expect(part).toMatchObject({ status: 206, body: '234', isComplete: false })
    expect(part.headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3', etag: '"abc"' })
    expect(respond({ range: 'bytes=-4' })).toMatchObject({ status: 206, body: '6789' })
  })

  it('answers a range behind its end with 416 and its size', () => {
    const refused = respond({ range: 'bytes=10-' })
    expect(refused).toMatchObject({ status: 416, body: undefined, isComplete: false })
    expect(refused.headers['content-range']).toBe('bytes */10')
  })

  it.each([
    ['"abc"', 206],
    [modified, 206],
    ['"old"', 200],
    ['W/"abc"', 200],
    ['Sat, 21 Nov 2026 09:31:00 GMT', 200],
  ])('goes on from If-Range %s with %d', (ifRange, status) => {
    expect(respond({ range: 'bytes=5-', 'if-range': ifRange }).status).toBe(status)
  })

  it('counts as had in whole when the end of the same version was sent', () => {
    expect(respond({ range: 'bytes=5-', 'if-range': '"abc"' }).isComplete).toBe(true)
    expect(respond({ range: 'bytes=5-' }).isComplete).toBe(false)
    expect(respond({ range: 'bytes=0-' }).isComplete).toBe(true)
    expect(respond({ range: 'bytes=5-', 'if-range': '"old"' }).isComplete).toBe(true)
  })
})
