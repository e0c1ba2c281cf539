import { Fault } from '@strowger/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reportFromBody } from './server-report.ts'

const commit = { op: 'commit', ip: '192.0.2.30', mac: '00:08:5d:2e:ec:fb', options: [] as unknown }
const read = (changes: object = {}) => reportFromBody({ dhcp_info: { ...commit, ...changes } })
const optionsOf = (...options: string[]) => {
  const report = read({ options })
  return report.op === 'commit' ? report.options : undefined
}
function problemsOf(body: unknown): string[] {
  try {
    reportFromBody(body)
  } catch (error) {
    if (error instanceof Fault) return error.fields.map(({ field }) => field)
    throw error
  }
  return []
}

describe('what a DHCP server posts', () => {
  it('is read as wazo-provd reads it: three digits, then bytes without leading zeros', () => {
    expect(read({ options: ['06066.6f.6f.62.61.72.a'] })).toEqual({
      op: 'commit',
      ip: '192.0.2.30',
      mac: '00:08:5d:2e:ec:fb',
      options: { 60: 'foobar\n' },
    })
  })

  it('may leave zeros out of the mac, write it in any usual form, or put the hardware type before it', () => {
    for (const mac of ['0:8:5d:2e:ec:fb', '00-08-5D-2E-EC-FB', '00085d2eecfb', '1:0:8:5d:2e:ec:fb']) {
      expect(read({ mac })).toMatchObject({ mac: '00:08:5d:2e:ec:fb' })
    }
  })

  it('may have hexadecimal digits without separators, or other separators', () => {
    for (const text of [
      '060436973636f',
      '06043.69.73.63.6f',
      '06043:69:73:63:6f',
      '060436973636F',
      '06043 69 73 63 6f',
    ]) {
      expect(optionsOf(text)).toEqual({ 60: 'Cisco' })
    }
    expect(optionsOf('012a')).toEqual({ 12: '\n' })
    expect(optionsOf('060')).toEqual({ 60: '' })
  })

  it('keeps a trailing NUL and every byte as one character', () => {
    expect(optionsOf('06043.50.2d.37.39.34.30.0', '061ff.e9')).toEqual({ 60: 'CP-7940\0', 61: 'ÿé' })
  })

  it('has the user class with or without the lengths of RFC 3004', () => {
    const text = 'Thomson ST2030S'
    const bytes = Buffer.from(text).toString('hex')
    expect(optionsOf(`077${bytes}`)).toEqual({ 77: text })
    expect(optionsOf(`0770f${bytes}`)).toEqual({ 77: text })
    expect(optionsOf(`0770161026262`)).toEqual({ 77: 'a,bb' })
  })

  it('may have an address in any form that inet_aton takes', () => {
    expect(read({ ip: '192.0.542' })).toMatchObject({ ip: '192.0.2.30' })
    expect(read({ ip: '0xc000021e' })).toMatchObject({ ip: '192.0.2.30' })
  })

  it('needs no more than the address when one is given back', () => {
    expect(reportFromBody({ dhcp_info: { op: 'release', ip: '192.0.2.30' } })).toEqual({
      op: 'release',
      ip: '192.0.2.30',
    })
    expect(reportFromBody({ dhcp_info: { op: 'expiry', ip: '192.0.2.30', mac: 7 } })).toEqual({
      op: 'expiry',
      ip: '192.0.2.30',
    })
  })

  it('is refused with every field that is wrong', () => {
    expect(problemsOf(undefined)).toEqual(['/dhcp_info'])
    expect(problemsOf([])).toEqual(['/dhcp_info'])
    expect(problemsOf({ dhcp_info: {} })).toEqual(['/dhcp_info/ip', '/dhcp_info/op'])
    expect(problemsOf({ dhcp_info: { op: 'renew', ip: '192.0.2.1' } })).toEqual(['/dhcp_info/op'])
    expect(problemsOf({ dhcp_info: { op: 'commit' } })).toEqual([
      '/dhcp_info/ip',
      '/dhcp_info/mac',
      '/dhcp_info/options',
    ])
    const fields = (changes: object) => problemsOf({ dhcp_info: { ...commit, ...changes } })
    for (const ip of [
      '0.0.0.0',
      '255.255.255.255',
      '224.0.0.1',
      '192.0.2.256',
      '1.2.3.4.5',
      '',
      ' ',
      'phone',
      '09.1',
    ]) {
      expect(fields({ ip }), ip).toEqual(['/dhcp_info/ip'])
    }
    for (const mac of ['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01', '00:08:5d', 12]) {
      expect(fields({ mac }), String(mac)).toEqual(['/dhcp_info/mac'])
    }
    for (const option of ['60', 'abc41', '06041.4', '060zz', '060414', '000', '25541', '060414.1', 60]) {
      const bad = option === '06041.4' ? [] : ['/dhcp_info/options/0']
      expect(fields({ options: [option] }), String(option)).toEqual(bad)
    }
    expect(fields({ options: '06041' })).toEqual(['/dhcp_info/options'])
    expect(fields({ options: Array(257).fill('06041') })).toEqual(['/dhcp_info/options'])
  })

  it('is read or refused, whatever it is', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9a-f.:-]{0,40}$/))
    const info = fc.record(
      { op: fc.oneof(fc.constant('commit'), text), ip: fc.anything(), mac: text, options: fc.array(text) },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ dhcp_info: info })), (body) => {
        expect(Array.isArray(problemsOf(body))).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
