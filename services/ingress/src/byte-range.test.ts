import { describe, expect, it } from 'vitest'
import { byteRangeFrom } from './byte-range.ts'

describe('a Range header', () => {
  it.each([
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=2-5', { first: 2, last: 5 }],
    ['bytes=2-', { first: 2, last: 9 }],
    ['bytes=2-99', { first: 2, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-99', { first: 0, last: 9 }],
    ['Bytes=9-', { first: 9, last: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
  ])('%s of ten bytes is %j', (header, expected) => {
    expect(byteRangeFrom(header, 10)).toEqual(expected)
  })

  it.each(['bytes=5-2', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,4-5', '', `bytes=${'9'.repeat(400)}-`])(
    '%s is ignored',
    (header) => {
      expect(byteRangeFrom(header, 10)).toBe('whole')
    },
  )

  it('of an empty file cannot be satisfied', () => {
    expect(byteRangeFrom('bytes=0-', 0)).toBe('unsatisfiable')
    expect(byteRangeFrom('bytes=-1', 0)).toBe('unsatisfiable')
  })
})
