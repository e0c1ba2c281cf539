import { describe, expect, it } from 'vitest'
import { normalizedMac } from './mac.ts'

describe('a MAC address', () => {
  it.each(['00:15:65:12:34:56', '00-15-65-12-34-56', '001565123456', '0:15:65:12:34:56', '00.15.65.12.34.56'])(
    'written %s has one form',
    (text) => {
      expect(normalizedMac(text)).toBe('00:15:65:12:34:56')
    },
  )

  it.each(['', '00156512345', '00:15:65:12:34', '00:15-65:12:34:56', '00:15:65:12:34:5g', '00:15:65:12:34:567'])(
    'is not %j',
    (text) => {
      expect(normalizedMac(text)).toBeUndefined()
    },
  )
})
