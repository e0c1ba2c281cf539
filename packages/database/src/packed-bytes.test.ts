import { expect, test } from 'vitest'
import { packBytes } from './packed-bytes.ts'

test('each value is found again by its start and length, also an empty one, and one that is none has no length', () => {
  const values = [[Buffer.from('ab'), Buffer.from('c')], undefined, [], [Buffer.from('defg')]]
  const { bytes, starts, lengths } = packBytes(values)
  const found = starts.map((start, place) => {
    const length = lengths[place]
    return length === null || length === undefined ? undefined : bytes.toString('utf8', start - 1, start - 1 + length)
  })
  expect(found).toEqual(['abc', undefined, '', 'defg'])
})
