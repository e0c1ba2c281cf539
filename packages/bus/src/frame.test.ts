import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeFrame, encodeFrame } from './frame.ts'

test('fields and bytes come back as they were', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ maxLength: 4_096 }), (text, body) => {
      const reply = decodeFrame(encodeFrame({ text, body } as { body: Uint8Array }))
      expect(reply).toEqual({ text, body: new Uint8Array(body) })
    }),
  )
})

test('the layout is a big-endian length, JSON, bytes', () => {
  const frame = encodeFrame({ a: 1, body: new Uint8Array([1, 2]) } as { body: Uint8Array })
  expect(Buffer.from(frame)).toEqual(Buffer.from([0, 0, 0, 7, ...Buffer.from('{"a":1}'), 1, 2]))
})

test('what is no frame is refused', () => {
  for (const junk of [[], [0], [0, 0, 0, 9, 123], [0, 0, 0, 1, 49]]) {
    expect(() => decodeFrame(new Uint8Array(junk))).toThrow()
  }
})
