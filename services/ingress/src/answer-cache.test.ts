import { rootTenantId } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { type Answer, createAnswerCache } from './answer-cache.ts'
import { ingressSettings } from './config.ts'

function served(more: Partial<Answer> = {}): Answer {
  return {
    outcome: 'served',
    tenant: rootTenantId,
    device: 'd1',
    revision: 3,
    policyRevision: 1,
    keep: 'while-valid',
    body: Buffer.from('hello'),
    ...more,
  }
}

function cacheWith(maxBytes = 1_000_000) {
  const now = { ms: 0, rendered: 3 as number | undefined, policy: 1, tenant: rootTenantId }
  const cache = createAnswerCache({
    maxBytes,
    revisions: { rendered: () => now.rendered, policy: () => now.policy, tenantOf: () => now.tenant },
    monotonicMs: () => now.ms,
    now: () => now.ms,
  })
  return { cache, now }
}

describe('an answer given before', () => {
  it('is given again while the revisions of device and policy stand', () => {
    const { cache, now } = cacheWith()
    cache.keep('k', served())
    expect(cache.get('k')?.body).toEqual(new Uint8Array(Buffer.from('hello')))
    now.rendered = 4
    expect(cache.get('k')).toBeUndefined()
    now.rendered = 3
    now.policy = 2
    expect(cache.get('k')).toBeUndefined()
    now.policy = 1
    now.rendered = undefined
    expect(cache.get('k')).toBeUndefined()
  })

  it('is given for five seconds only when nothing but the address named the phone', () => {
    const { cache, now } = cacheWith()
    cache.keep('k', served({ keep: 'briefly' }))
    now.ms = 4_999
    expect(cache.get('k')).toBeDefined()
    now.ms = 5_000
    expect(cache.get('k')).toBeUndefined()
  })

  it('is not kept when it may not be, or is of nobody', () => {
    const { cache } = cacheWith()
    const { keep: _keep, ...unkept } = served()
    cache.keep('a', unkept)
    const { device: _device, ...ofNobody } = served()
    cache.keep('b', ofNobody)
    expect(cache.size).toBe(0)
  })

  it('is still there as the last good one when it is stale', () => {
    const { cache, now } = cacheWith()
    cache.keep('k', served())
    now.rendered = 9
    expect(cache.get('k')).toBeUndefined()
    expect(cache.lastGood('k')?.revision).toBe(3)
  })

  it('is no last good one when the policy of its tenant has changed, its device moved, or the phone’s right ended', () => {
    const { cache, now } = cacheWith()
    cache.keep('k', served({ until: new Date(60_000).toISOString() }))
    now.policy = 2
    expect(cache.lastGood('k')).toBeUndefined()
    now.policy = 1
    now.tenant = 'another'
    expect(cache.lastGood('k')).toBeUndefined()
    now.tenant = rootTenantId
    now.ms = 59_999
    expect([cache.get('k'), cache.lastGood('k')]).not.toContain(undefined)
    now.ms = 60_000
    expect([cache.get('k'), cache.lastGood('k')]).toEqual([undefined, undefined])
  })

  it('is no last good one after any change of a device that not everybody may ask for', () => {
    const { cache, now } = cacheWith()
    cache.keep('k', served({ strict: true }))
    expect(cache.lastGood('k')).toBeDefined()
    now.rendered = 4
    expect(cache.lastGood('k')).toBeUndefined()
  })

  it('makes room by dropping what was not asked for the longest; memory stays within its bound', () => {
    const { cache, now } = cacheWith(100_000)
    for (let index = 0; index < 1_000; index += 1) {
      now.ms += 50
      cache.keep(`k${index}`, served({ body: Buffer.alloc(1_000) }))
      cache.get('k0')
    }
    expect(cache.bytes).toBeLessThanOrEqual(100_000)
    expect(cache.get('k0')).toBeDefined()
    expect(cache.get('k1')).toBeUndefined()
    expect(cache.get('k999')).toBeDefined()
  })

  it('has room for 10,000 phones that start: a file of 4 KB each and five that they have not', () => {
    const { cache } = cacheWith(ingressSettings.ANSWER_CACHE_BYTES.default)
    for (let phone = 0; phone < 10_000; phone++) {
      const device = `d${phone}`
      const asks = (name: string) =>
        `h 127.1.${phone >> 8}.${phone & 255} /${name} Yealink SIP-T33G 124.86.0.75 80:5e:c0:00:00:00`
      cache.keep(asks('file.cfg'), served({ device, body: Buffer.alloc(4_096) }))
      for (const name of ['a', 'b', 'c', 'd', 'e']) {
        cache.keep(asks(name), served({ outcome: 'absent', device, file: name, body: Buffer.alloc(0) }))
      }
    }
    expect(cache.size).toBe(60_000)
  })

  it('of names that are not there a million displace no file, and stay within a quarter of the room', () => {
    const { cache } = cacheWith(1_000_000)
    cache.keep('file', served())
    for (let index = 0; index < 1_000_000; index += 1) {
      cache.keep(`k${index}`, served({ outcome: 'absent', body: new Uint8Array(0) }))
    }
    expect(cache.get('file')?.outcome).toBe('served')
    expect(cache.get('k999999')?.outcome).toBe('absent')
    expect(cache.bytes).toBeLessThan(255_000)
    cache.keep('k999999', served())
    expect(cache.get('k999999')?.outcome).toBe('served')
  })
})
