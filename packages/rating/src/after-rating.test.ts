import { describe, expect, it } from 'vitest'
import { adjustmentLines, invoiceTotals } from './adjustment.ts'
import { textFrom } from './amount.ts'
import { createEngine } from './engine.ts'
import { configuration, now, record } from './engine-for-tests.ts'
import { createRunDigest } from './run-digest.ts'

describe('what was billed (d13)', () => {
  it('is never altered: the difference is a line of the next invoice', () => {
    const call = { party: 'acme', currency: 'EUR', billed: 500n }
    expect(
      adjustmentLines([
        { ...call, key: 'b', now: 700n },
        { ...call, key: 'a', now: 400n },
        { ...call, key: 'c', now: 500n },
        { ...call, key: 'd', party: 'other', now: 0n },
      ]),
    ).toEqual([
      { party: 'acme', currency: 'EUR', amount: 100n, calls: 2, keys: ['a', 'b'] },
      { party: 'other', currency: 'EUR', amount: -500n, calls: 1, keys: ['d'] },
    ])
  })

  it('has its tax on the sum of its lines, as in the worked example of d11', () => {
    const totals = invoiceTotals([{ taxCode: 'it22', sum: 1_234_567_800n }], new Map([['it22', 220_000]]), 2)
    expect([totals.net, totals.tax, totals.gross].map((units) => textFrom(units, 2))).toEqual([
      '12.35',
      '2.72',
      '15.07',
    ])
    const many = invoiceTotals(
      [
        { taxCode: 'a', sum: 400_000n },
        { taxCode: 'a', sum: 500_000n },
        { taxCode: 'b', sum: 100_000_000n },
      ],
      new Map([
        ['a', 200_000],
        ['b', 0],
      ]),
      2,
    )
    expect([many.lines.map(({ amount }) => amount), many.net, many.tax]).toEqual([[0n, 1n, 100n], 101n, 0n])
    expect(() => invoiceTotals([{ taxCode: 'z', sum: 1n }], new Map(), 2)).toThrow('no tax code "z"')
  })
})

describe('a run', () => {
  const engine = createEngine(configuration())
  const digestOf = (seconds: readonly number[]) => {
    const digest = createRunDigest()
    for (const second of seconds) {
      const { runs } = engine.rate(record({}, second), 'pbx', { nowMs: now })
      digest.add(Buffer.from(JSON.stringify([second, runs])))
    }
    return digest.finish()
  }

  it('has the same digest for the same inputs in any order, and another for any other', () => {
    expect(digestOf([10, 20, 30])).toBe(digestOf([30, 10, 20]))
    const others = [
      [10, 20, 31],
      [10, 20],
      [10, 20, 30, 30],
      [10, 20, 30, 0],
    ]
    for (const other of others) expect(digestOf(other)).not.toBe(digestOf([10, 20, 30]))
  })

  it('does not depend on the order of calls where there are no allowances', () => {
    const records = [61, 7, 3600, 59].map((seconds, place) =>
      record({ key: `k${place}`, startMs: 1e12 + place * 7e6 }, seconds),
    )
    const rate = (list: typeof records) =>
      new Map(list.map((one) => [one.key, engine.rate(one, 'pbx', { nowMs: now })]))
    const [forth, back] = [rate(records), rate([...records].reverse())]
    for (const { key } of records) expect(back.get(key)).toEqual(forth.get(key))
  })
})
