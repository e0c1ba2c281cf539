import { describe, expect, it } from 'vitest'
import { linesOfMessage, type SecurityMessage } from './lines-of-message.ts'

const at = '2026-11-21T09:00:00.000Z'
const observed = (numbers: number[], tenant = 't1'): SecurityMessage => ({
  kind: 'observed',
  tenant,
  producer: 'ingress-1',
  observations: numbers.map((number) => ({
    number,
    kind: 'sensitive-file',
    address: '192.0.2.1',
    file: `${number}.cfg`,
    at,
  })),
})
const created = (id: string): SecurityMessage => ({ kind: 'autocreated', id, address: '192.0.2.1', device: 'd1', at })
const files = (lines: string[]) => lines.map((line) => line.slice(line.lastIndexOf(' ') + 1))

describe('the lines of a message', () => {
  it('are not made again of what a producer sent again, in the same or in other batches', () => {
    const first = linesOfMessage(observed([1, 2, 3]), {})
    expect(files(first.lines)).toEqual(['1.cfg', '2.cfg', '3.cfg'])
    const again = linesOfMessage(observed([2, 3, 4, 5]), first.seen)
    expect(files(again.lines)).toEqual(['4.cfg', '5.cfg'])
    expect(linesOfMessage(observed([1, 5]), again.seen).lines).toEqual([])
  })

  it('are counted for each tenant by itself: one journal numbers them all', () => {
    const first = linesOfMessage(observed([3], 't1'), {})
    expect(files(linesOfMessage(observed([1, 2], 't2'), first.seen).lines)).toEqual(['1.cfg', '2.cfg'])
  })

  it('tell of a new device once for each row of the outbox', () => {
    const first = linesOfMessage(created('devices:41'), {})
    expect(first.lines).toHaveLength(1)
    expect(linesOfMessage(created('devices:41'), first.seen).lines).toEqual([])
    expect(linesOfMessage(created('devices:44'), first.seen).lines).toHaveLength(1)
  })

  it('tell of a wrong key in a phrase of its own, and of none whose source may be forged', () => {
    const wrong = { number: 1, kind: 'wrong-key', address: '192.0.2.1', file: '001565123456.cfg', at } as const
    const message = { kind: 'observed', tenant: 't1', producer: 'ingress-1' } as const
    const written = linesOfMessage({ ...message, observations: [wrong, { ...wrong, number: 2, forgeable: true }] }, {})
    expect(written.lines).toHaveLength(1)
    expect(written.lines[0]).toMatch(/\] Wrong provisioning key from 192\.0\.2\.1: 001565123456\.cfg$/)
    expect(written.seen['ingress-1/t1']).toBe(2)
  })
})
