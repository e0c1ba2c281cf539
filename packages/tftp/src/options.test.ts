import { describe, expect, it } from 'vitest'
import { defaultOptionLimits, negotiateOptions } from './options.ts'

const asked = (...pairs: [string, string][]) => pairs.map(([name, value]) => ({ name, value }))

describe('option negotiation', () => {
  it('acknowledges nothing when nothing was asked', () => {
    expect(negotiateOptions([], 100)).toEqual({ accepted: [], blockSize: 512, windowSize: 1, timeoutMs: undefined })
  })

  it('agrees to all it understands, in the order and spelling of the client', () => {
    const result = negotiateOptions(
      asked(['tsize', '0'], ['BlkSize', '1428'], ['timeout', '3'], ['windowsize', '16']),
      9999,
    )
    expect(result.accepted).toEqual(
      asked(['tsize', '9999'], ['BlkSize', '1428'], ['timeout', '3'], ['windowsize', '16']),
    )
    expect(result).toMatchObject({ blockSize: 1428, windowSize: 16, timeoutMs: 3000 })
  })

  it('offers less where the client asks for more than the server gives', () => {
    const limits = { ...defaultOptionLimits, maxBlockSize: 1428, maxWindowSize: 8 }
    const result = negotiateOptions(asked(['blksize', '65464'], ['windowsize', '65535']), 1, limits)
    expect(result.accepted).toEqual(asked(['blksize', '1428'], ['windowsize', '8']))
  })

  it('gives a window no more bytes than a socket takes at once, whatever the order of the options', () => {
    const both = asked(['windowsize', '16'], ['blksize', '8192'])
    expect(negotiateOptions(both, 1)).toMatchObject({
      windowSize: 8,
      accepted: asked(['windowsize', '8'], ['blksize', '8192']),
    })
    expect(negotiateOptions(asked(['blksize', '65464'], ['windowsize', '4']), 1).windowSize).toBe(1)
  })

  it.each([
    ['an unknown option', 'multicast', ''],
    ['a block size under 8', 'blksize', '7'],
    ['a block size over 65464', 'blksize', '65465'],
    ['a block size that is no number', 'blksize', '1e3'],
    ['a negative window', 'windowsize', '-1'],
    ['an empty window', 'windowsize', '0'],
    ['a timeout of nothing', 'timeout', '0'],
    ['a timeout longer than a socket is held', 'timeout', '255'],
  ])('leaves out %s', (_what, name, value) => {
    expect(negotiateOptions(asked([name, value]), 1).accepted).toEqual([])
  })

  it('does not tell the size of an empty file, which curl would take for an error', () => {
    expect(negotiateOptions(asked(['tsize', '0']), 0).accepted).toEqual([])
  })

  it('takes the first of an option said twice', () => {
    expect(negotiateOptions(asked(['blksize', '1024'], ['BLKSIZE', '8']), 1)).toMatchObject({
      blockSize: 1024,
      accepted: [{ name: 'blksize', value: '1024' }],
    })
  })
})
