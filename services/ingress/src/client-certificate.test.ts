import { describe, expect, it } from 'vitest'
import { macOfSubject } from './client-certificate.ts'

describe('the MAC address in a phone’s certificate', () => {
  it.each([
    ['001565123456'],
    ['00:15:65:12:34:56'],
    ['00-15-65-12-34-56'],
    ['SPA504G-001565123456'],
    ['CP-7961G-SEP001565123456'],
    ['SNOM D785 001565123456'],
  ])('is found in %s', (CN) => {
    expect(macOfSubject({ CN })).toBe('00:15:65:12:34:56')
  })

  it('is taken from the serial number when the name has none', () => {
    expect(macOfSubject({ CN: 'VVX 411', serialNumber: '0004F2123456' })).toBe('00:04:f2:12:34:56')
  })

  it.each(['', 'Yealink', '0015651234567', '00156512345', '001565123456 and 001565123457'])('is not in "%s"', (CN) => {
    expect(macOfSubject({ CN })).toBeUndefined()
  })
})
