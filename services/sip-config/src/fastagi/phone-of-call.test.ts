import type { Device } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { type DevicesByAttribute, phoneOfCall } from './phone-of-call.ts'

const device = (id: string, mac: string, ip: string) => ({ id, mac, ip }) as unknown as Device
const all = [
  device('a', '00:15:65:00:00:01', '192.0.2.1'),
  device('b', '00:15:65:00:00:02', '198.51.100.9'),
  device('c', '00:15:65:00:00:03', '198.51.100.9'),
]
const devices: DevicesByAttribute = {
  byMac: (mac) => all.find((each) => each.mac === mac),
  byUuid: () => undefined,
  byAddress: (ip) => all.filter((each) => each.ip === ip),
}
const find = (contact: string, remoteAddress: string, userAgent = 'Yealink SIP-T46S 66.86.0.15') => {
  const found = phoneOfCall({ contact, userAgent, remoteAddress }, devices)
  return 'device' in found ? found.device.id : found.unknown
}

describe('the phone of a call', () => {
  it('is the one that its instance names, whoever shares its address', () => {
    const contact = '<sip:ap@198.51.100.9:5060>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-001565000003>"'
    expect(find(contact, '198.51.100.9:40000')).toBe('c')
  })

  it('is the one whose MAC address its contact or agent says', () => {
    expect(find('<sip:001565000002@10.0.0.7>', '203.0.113.1:5060')).toBe('b')
    expect(find('<sip:ap@10.0.0.7>', '203.0.113.1:5060', 'snomD785/10.1 00-15-65-00-00-01')).toBe('a')
  })

  it('is the only one at its address, when it says nothing of itself', () => {
    expect(find('<sip:ap@192.0.2.1:5060>', '192.0.2.1:5060')).toBe('a')
    expect(find('<sip:ap@10.0.0.7:5060>', '192.0.2.1:1024')).toBe('a')
  })

  it('is nobody behind NAT without a name, at an address that nobody has, or when what it says contradicts itself', () => {
    expect(find('<sip:ap@198.51.100.9>', '198.51.100.9:5060')).toContain('2 devices are behind 198.51.100.9')
    expect(find('<sip:ap@203.0.113.1>', '203.0.113.1:5060')).toContain('no device has fetched')
    expect(find('<sip:001565000002@10.0.0.7>', '1.2.3.4:5060', 'x 001565000001')).toContain('several devices')
    expect(find('<sip:001565000099@192.0.2.1>', '192.0.2.1:5060')).toContain('another than the device')
  })
})
