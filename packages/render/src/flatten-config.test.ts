import type { RawConfig } from '@strowger/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flattenConfig } from './flatten-config.ts'

const flat = (...layers: object[]) => flattenConfig(layers as Record<string, unknown>[])

describe('flattening', () => {
  it('merges objects key by key, and replaces lists and values', () => {
    const merged = flat(
      { X_a: { b: 1, c: [1, 2] }, timezone: 'Europe/Paris' },
      { X_a: { c: [3], d: null }, timezone: null },
    )
    expect(merged).toMatchObject({ X_a: { b: 1, c: [3], d: null }, timezone: null })
  })

  it('fills in the standard defaults last', () => {
    const lines = {
      '1': { username: 'u', proxy_ip: 'p' },
      '2': { username: 'v', auth_username: 'w', registrar_ip: 'r', proxy_ip: 'p' },
    }
    expect(flat({ sip_proxy_ip: 'proxy', syslog_enabled: true, sip_lines: lines })).toEqual({
      sip_proxy_ip: 'proxy',
      sip_registrar_ip: 'proxy',
      syslog_enabled: true,
      syslog_port: 514,
      syslog_level: 'warning',
      sip_srtp_mode: 'disabled',
      sip_transport: 'udp',
      sccp_call_managers: {},
      funckeys: {},
      sip_lines: {
        '1': { username: 'u', auth_username: 'u', proxy_ip: 'p', registrar_ip: 'p' },
        '2': { username: 'v', auth_username: 'w', proxy_ip: 'p', registrar_ip: 'r' },
      },
    })
  })

  it('lets no name of a config change a prototype', () => {
    const hostile = JSON.parse('{"X_a":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}')
    const merged = flat({ X_a: {} }, hostile) as RawConfig & { polluted?: unknown }
    expect(merged.polluted).toBeUndefined()
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    const { X_a: nested } = merged
    expect(Object.getPrototypeOf(nested)).toBe(Object.prototype)
  })

  const layer = fc.dictionary(
    fc.stringMatching(/^X_[ab]$/),
    fc.oneof(fc.integer(), fc.dictionary(fc.constantFrom('k', 'l'), fc.oneof(fc.integer(), fc.array(fc.integer())))),
  )

  it('changes no layer and shares nothing with them', () => {
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 4 }), (layers) => {
        const before = structuredClone(layers)
        const merged = flat(...layers)
        for (const value of Object.values(merged))
          if (typeof value === 'object' && value !== null) Object.assign(value, { z: 1 })
        expect(layers).toEqual(before)
      }),
    )
  })

  it('gives the same whether layers are merged one by one or at once', () => {
    fc.assert(
      fc.property(layer, layer, layer, (a, b, c) => {
        expect(flat(flat(a, b), c)).toEqual(flat(a, b, c))
      }),
    )
  })

  it('lets the last layer win for every value it has', () => {
    fc.assert(
      fc.property(layer, layer, (a, b) => {
        const merged = flat(a, b) as Record<string, unknown>
        for (const [key, value] of Object.entries(b)) if (typeof value === 'number') expect(merged[key]).toBe(value)
      }),
    )
  })
})
