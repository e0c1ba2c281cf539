import { describe, expect, it } from 'vitest'
import { firstOfEightBlocks, httpRequest, phone } from './phones.ts'

describe('phones of the bench', () => {
  it('have a mac and an address of their own', () => {
    const phones = Array.from({ length: 70_000 }, (_, number) => phone(number))
    expect(new Set(phones.map(({ mac }) => mac)).size).toBe(phones.length)
    expect(new Set(phones.map(({ address }) => address)).size).toBe(phones.length)
  })

  it('are of two models, by their number', () => {
    expect(phone(firstOfEightBlocks - 1).userAgent).toMatch(/^Yealink SIP-T33G /)
    expect(phone(firstOfEightBlocks).userAgent).toMatch(/^Yealink SIP-T26P /)
    expect(phone(firstOfEightBlocks).address).toBe('127.129.0.0')
  })

  it('ask for the file of their mac', () => {
    expect(phone(258).mac).toBe('80:5e:c0:00:01:02')
    expect(httpRequest(phone(258), '?n=1')).toMatch(/^GET \/805ec0000102\.cfg\?n=1 HTTP\/1\.1\r\n.*80:5e:c0:00:01:02/s)
  })
})
