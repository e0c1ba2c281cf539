import { describe, expect, it } from 'vitest'
import { macsIn } from './mac-addresses.ts'

describe('MAC addresses in a text', () => {
  it.each([
    ['/001565123456.cfg', ['00:15:65:12:34:56']],
    ['SEP0012DAE6E7B4.cnf.xml', ['00:12:da:e6:e7:b4']],
    ['Yealink SIP-T46S 66.86.0.15 00:15:65:12:34:56', ['00:15:65:12:34:56']],
    ['00-15-65-12-34-56', ['00:15:65:12:34:56']],
    ['/0004f2211c8b-user.cfg', ['00:04:f2:11:1c:8b'.replace('11:1c', '21:1c')]],
    ['y000000000025.cfg', []],
    ['deadbeefdeadbeef', []],
    ['5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b', []],
  ])('%s names %j', (text, macs) => {
    expect(macsIn(text)).toEqual(macs)
  })
})
