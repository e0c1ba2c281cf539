import fc from 'fast-check'
import { expect, test } from 'vitest'
import { autoprovAccount } from './autoprov-account.ts'
import { createSeal, isSealed, newSealKeyRing, rotateSealKeyRing } from './seal.ts'

const ring = newSealKeyRing()

test('text and bytes open as what was sealed, and never look like it', () => {
  const seal = createSeal(ring)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), fc.string(), (text, bytes, about) => {
      const sealed = seal.sealText(text, about)
      expect(isSealed(sealed)).toBe(true)
      expect(seal.openText(sealed, about)).toBe(text)
      expect(Buffer.from(seal.openBytes(seal.sealBytes(bytes, about), about))).toEqual(Buffer.from(bytes))
    }),
  )
  expect(seal.sealText('same', 'a')).not.toBe(seal.sealText('same', 'a'))
  expect(seal.sealText('x', 'a')).toMatch(/^sealed:v1:[0-9a-f]{8}:[\w-]+$/)
})

test('what is derived is the same for all who hold the ring, and another for each purpose and key', () => {
  const derived = (about: string, of = ring) => Buffer.from(createSeal(of).derive(about, 16)).toString('hex')
  expect(derived('a')).toMatch(/^[0-9a-f]{32}$/)
  expect(derived('a')).toBe(derived('a'))
  expect(new Set([derived('a'), derived('b'), derived('a', rotateSealKeyRing(ring))]).size).toBe(3)
  expect(autoprovAccount(createSeal(ring))).toEqual(autoprovAccount(createSeal(ring)))
})

test('what is altered or belongs elsewhere does not open', () => {
  const seal = createSeal(ring)
  const sealed = seal.sealText('hunter2', 'devices/1')
  expect(() => seal.openText(sealed, 'devices/2')).toThrow()
  const bytes = Buffer.from(seal.sealBytes(Buffer.from('hunter2'), 'a'))
  for (let at = bytes.length - 30; at < bytes.length; at++) {
    const altered = Buffer.from(bytes)
    altered[at] = (altered[at] ?? 0) ^ 1
    expect(() => seal.openBytes(altered, 'a')).toThrow()
  }
  for (const wrong of ['hunter2', 'sealed:v1:', `sealed:v1:${ring.current}:`, `sealed:v1:${ring.current}:AAAA`]) {
    expect(() => seal.openText(wrong, 'a')).toThrow()
  }
})

test('after a rotation the old opens, the new seals, and without the old key the fault names it', () => {
  const old = createSeal(ring)
  const sealed = old.sealText('secret', 'a')
  const rotated = rotateSealKeyRing(ring)
  const seal = createSeal(rotated)
  expect(seal.openText(sealed, 'a')).toBe('secret')
  expect(seal.isOutdated(sealed)).toBe(true)
  expect(seal.isOutdated(seal.sealText('secret', 'a'))).toBe(false)
  const fresh = createSeal(newSealKeyRing())
  expect(() => fresh.openText(sealed, 'a')).toThrow(
    expect.objectContaining({ code: 'internal', internal: `seal key "${ring.current}" is not in the key file` }),
  )
})
