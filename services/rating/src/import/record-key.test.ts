import { describe, expect, it } from 'vitest'
import { createRecordKeys } from './record-key.ts'

const keys = createRecordKeys('acme', 'pbx')

function keyOf(key: string, of = keys): string {
  const bytes = Buffer.alloc(16)
  of.write(key, bytes, 0)
  return bytes.toString('hex')
}

describe('the key of a record', () => {
  it('is the same for the same text, and another for another provider or tenant', () => {
    expect(keyOf('1731319200.42 7')).toBe(keyOf('1731319200.42 7'))
    expect(keyOf('1731319200.42 7', createRecordKeys('acme', 'other'))).not.toBe(keyOf('1731319200.42 7'))
    expect(keyOf('1731319200.42 7', createRecordKeys('other', 'pbx'))).not.toBe(keyOf('1731319200.42 7'))
  })

  it('rises with the clock of the exchange, so that a day touches a few pages of the index', () => {
    const texts = [
      '999999999.1',
      '1731319200.42',
      'pbx-1-1731319204.1 2025-11-11 10:00:00 39',
      'link\n1731319300.42',
      '9999999999.1',
      '99999999999.1',
    ]
    const found = texts.map((text) => keyOf(text))
    expect(found.slice(0, 5)).toEqual([...found.slice(0, 5)].sort())
    expect(found[5]?.slice(0, 8)).toBe(found[4]?.slice(0, 8))
  })

  it('differs in its last twelve bytes for calls of one second, and for keys without a clock in all', () => {
    const ofOneSecond = Array.from({ length: 20_000 }, (_, n) => keyOf(`1731319200.${n}`))
    expect(new Set(ofOneSecond.map((key) => key.slice(8))).size).toBe(20_000)
    expect(new Set(ofOneSecond.map((key) => key.slice(0, 8))).size).toBe(1)
    const random = Array.from({ length: 1_000 }, (_, n) => keyOf(`a1b2-${n}@host`))
    expect(new Set(random.map((key) => key.slice(0, 8))).size).toBe(1_000)
  })
})
