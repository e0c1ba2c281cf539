import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heardFrom } from './datagram.ts'

const phoneMac = [0x00, 0x08, 0x5d, 0x2e, 0xec, 0xfb]
const option = (code: number, value: readonly number[] | string) => {
  const bytes = typeof value === 'string' ? [...Buffer.from(value, 'latin1')] : value
  return [code, bytes.length, ...bytes]
}
const request = option(53, [3])
const wanted = option(50, [192, 0, 2, 30])

interface Fields {
  readonly op?: number
  readonly hardware?: readonly number[]
  readonly clientAddress?: readonly number[]
  readonly name?: readonly number[]
  readonly file?: readonly number[]
}

function datagram(options: readonly number[], fields: Fields = {}): Buffer {
  const head = Buffer.alloc(240)
  head.set([fields.op ?? 1, 1, 6, 0])
  head.set(fields.clientAddress ?? [0, 0, 0, 0], 12)
  head.set(fields.hardware ?? phoneMac, 28)
  head.set(fields.name ?? [], 44)
  head.set(fields.file ?? [], 108)
  head.writeUInt32BE(0x63825363, 236)
  return Buffer.concat([head, Buffer.from(options)])
}
const reportOf = (bytes: Uint8Array) => {
  const heard = heardFrom(bytes)
  return heard.kind === 'report' ? heard.report : heard
}

describe('a datagram of a DHCP client', () => {
  it('that asks for an address tells it, the mac and what the client says it is', () => {
    const said = [
      ...request,
      ...wanted,
      ...option(60, 'Cisco Systems, Inc. IP Phone CP-7940\0'),
      ...option(12, 'SEP00085D2EECFB'),
      ...option(54, [192, 0, 2, 1]),
      ...option(55, [1, 66, 150]),
      255,
    ]
    expect(reportOf(datagram(said))).toEqual({
      op: 'commit',
      ip: '192.0.2.30',
      mac: '00:08:5d:2e:ec:fb',
      options: { 60: 'Cisco Systems, Inc. IP Phone CP-7940\0', 12: 'SEP00085D2EECFB', 55: '\u0001B\u0096' },
    })
  })

  it('that renews or informs tells the address that it has', () => {
    const own = { clientAddress: [192, 0, 2, 31] }
    expect(reportOf(datagram([...request, ...wanted], own))).toMatchObject({ op: 'commit', ip: '192.0.2.31' })
    expect(reportOf(datagram(option(53, [8]), own))).toMatchObject({ op: 'commit', ip: '192.0.2.31' })
    expect(reportOf(datagram(option(53, [7]), own))).toEqual({ op: 'release', ip: '192.0.2.31' })
  })

  it('has every option that identification may be told, and none besides', () => {
    const all = [12, 43, 55, 60, 61, 77, 125, 66, 82, 150].flatMap((code) => option(code, `v${code}`))
    const heard = reportOf(datagram([...request, ...wanted, ...all, 255]))
    expect(heard).toMatchObject({ op: 'commit' })
    expect('options' in heard ? Object.keys(heard.options) : []).toEqual(['12', '43', '55', '60', '61', '77', '125'])
  })

  it('may have an option in parts, and options in the fields of the boot file and the server name', () => {
    const parts = [...option(60, 'Cisco '), ...option(60, 'Systems')]
    const overloaded = datagram([...request, ...option(52, [3]), ...parts, 255], {
      file: [...wanted, ...option(12, 'in file'), 255],
      name: [...option(77, 'in name'), 255],
    })
    expect(reportOf(overloaded)).toMatchObject({
      ip: '192.0.2.30',
      options: { 60: 'Cisco Systems', 12: 'in file', 77: 'in name' },
    })
  })

  it('tells nothing when it only searches, answers, is not of Ethernet or names no host', () => {
    const nothing = { kind: 'nothing' }
    expect(heardFrom(datagram([...option(53, [1]), ...wanted]))).toEqual(nothing)
    expect(heardFrom(datagram([...request, ...wanted], { op: 2 }))).toEqual(nothing)
    expect(heardFrom(datagram(request))).toEqual(nothing)
    expect(heardFrom(datagram([...request, ...option(50, [255, 255, 255, 255])]))).toEqual(nothing)
    expect(heardFrom(datagram([...request, ...wanted], { hardware: [0, 0, 0, 0, 0, 0] }))).toEqual(nothing)
    expect(heardFrom(datagram(wanted))).toEqual(nothing)
    const infiniband = datagram([...request, ...wanted])
    infiniband[1] = 32
    expect(heardFrom(infiniband)).toEqual(nothing)
  })

  it('is malformed when an option goes beyond its end, when it is too short, or when it is not DHCP', () => {
    expect(heardFrom(datagram([...request, 60, 9, 65]))).toMatchObject({ kind: 'malformed' })
    expect(heardFrom(datagram([...request, 60]))).toMatchObject({ kind: 'malformed' })
    expect(heardFrom(Buffer.alloc(239))).toMatchObject({ kind: 'malformed' })
    expect(heardFrom(Buffer.alloc(300))).toMatchObject({ kind: 'malformed' })
  })

  it('never throws, whatever it holds, and never tells an address or a mac that no host has', () => {
    const options = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 200 })
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      options.map((bytes) => datagram([...request, ...bytes])),
      fc
        .tuple(options, fc.nat(239), fc.nat(255))
        .map(([bytes, at, value]) => Buffer.from(datagram([...request, ...wanted, ...bytes])).fill(value, at, at + 1)),
    )
    fc.assert(
      fc.property(anything, (bytes) => {
        const heard = heardFrom(bytes)
        if (heard.kind !== 'report') return
        expect(heard.report.ip).toMatch(/^(?:[1-9]|[1-9]\d|1\d\d|2[01]\d|22[0-3])(?:\.\d{1,3}){3}$/)
        if (heard.report.op !== 'commit') return
        expect(heard.report.mac).toMatch(/^[0-9a-f][02468ace](?::[0-9a-f]{2}){5}$/)
        for (const text of Object.values(heard.report.options)) expect(text.length).toBeLessThanOrEqual(512)
      }),
      { numRuns: 20_000 },
    )
  })
})
