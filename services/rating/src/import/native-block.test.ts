import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { nativeFrom, packNative } from './native-block.ts'

const texts = ['"a","1"', '', '"é","☎"', '"last"']

test('each native record comes back from a block as it was', async () => {
  const block = await packNative(texts)
  expect(texts.map((_, place) => nativeFrom(block, place))).toEqual(texts)
  expect(nativeFrom(block, texts.length)).toBeUndefined()
})

test('a block that was deflated is still read', () => {
  const head = Buffer.alloc(4 * (texts.length + 1))
  head.writeUInt32LE(texts.length, 0)
  texts.forEach((text, place) => {
    head.writeUInt32LE(text.length, 4 * (place + 1))
  })
  const block = deflateRawSync(Buffer.concat([head, Buffer.from(texts.join(''))]), { level: 1 })
  expect(texts.map((_, place) => nativeFrom(block, place))).toEqual(texts)
})
