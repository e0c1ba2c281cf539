import { createHash } from 'node:crypto'
import { defineObjectStore } from '@strowger/schema'
import { connectTestBus, startNats, type TestBus, type TestNats } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureStreams } from './streams.ts'

const firmware = defineObjectStore({
  name: 'FIRMWARE',
  owner: 'rendering',
  readers: ['ingress'],
  summary: 'Tests',
  maxBytes: 50_000_000,
})

let nats: TestNats
let owner: TestBus

beforeAll(async () => {
  nats = await startNats()
  owner = await connectTestBus(nats.url, 'rendering')
  await ensureStreams(owner.bus, [firmware])
})

afterAll(async () => {
  await owner.close()
  await nats.close()
})

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of content) pieces.push(piece)
  return Buffer.concat(pieces)
}

test('an object comes back whole, with its size and digest, and can be replaced and removed', async () => {
  const store = owner.bus.objects(firmware)
  for (const size of [0, 1, 131_072, 1_000_003]) {
    const content = Buffer.alloc(size, size % 251)
    const sha256 = createHash('sha256').update(content).digest('hex')
    expect(await store.put('t46s 66.86.rom', content)).toMatchObject({ size, sha256 })
    const found = await store.get('t46s 66.86.rom')
    expect(found).toMatchObject({ name: 't46s 66.86.rom', size, sha256 })
    expect(found && (await bytesOf(found.content)).equals(content)).toBe(true)
  }
  expect((await store.list()).map(({ name }) => name)).toEqual(['t46s 66.86.rom'])
  expect(await store.delete('t46s 66.86.rom')).toBe(true)
  expect(await store.delete('t46s 66.86.rom')).toBe(false)
  expect(await store.get('t46s 66.86.rom')).toBeUndefined()
  expect(await store.info('never')).toBeUndefined()
})

test('content may come as a stream', async () => {
  async function* pieces() {
    for (let n = 0; n < 10; n++) yield Buffer.alloc(50_000, n)
  }
  const store = owner.bus.objects(firmware)
  expect(await store.put('streamed', pieces())).toMatchObject({ size: 500_000 })
  const found = await store.get('streamed')
  expect(found && (await bytesOf(found.content)).at(-1)).toBe(9)
})
