import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalFrom, rescaled, safeUnitsFrom, textFrom, unitsFrom } from './amount.ts'
import { type Rounding, roundings, roundRatio, roundSafeRatio } from './rounding.ts'

describe('an amount', () => {
  it('is read exactly, never through a binary fraction', () => {
    expect(unitsFrom('0.1', 8)).toBe(10_000_000n)
    expect(unitsFrom('-1.000001', 6)).toBe(-1_000_001n)
    expect(unitsFrom('.5', 1)).toBe(5n)
    expect(unitsFrom('5.', 0)).toBe(5n)
    expect(decimalFrom('1e-7')).toEqual({ units: 1n, scale: 7 })
    expect(decimalFrom('1.5e3')).toEqual({ units: 1500n, scale: 0 })
  })

  it('is refused when it is no number, has too many decimals or digits', () => {
    for (const text of ['', '.', '-', '1,5', '0x10', 'NaN', '1e999', 'Infinity', '1 000', '--1']) {
      expect(() => decimalFrom(text)).toThrow('is not a decimal number')
    }
    expect(() => unitsFrom('0.1234567', 6)).toThrow('more than 6 decimals')
    expect(() => decimalFrom('1234567890123456789012345678901234567890')).toThrow('more than 30 digits')
    expect(() => safeUnitsFrom('99999999999', 6)).toThrow('too large')
    expect(unitsFrom('0.1234560000', 6)).toBe(123_456n)
  })

  it('is printed as the shortest text that says it', () => {
    expect(textFrom(9_600, 6)).toBe('0.0096')
    expect(textFrom(-2_000_000n, 6)).toBe('-2')
    expect(textFrom(0, 6)).toBe('0')
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
        fc.integer({ min: 0, max: 8 }),
        (units, scale) => {
          expect(unitsFrom(textFrom(units, scale), scale)).toBe(units)
        },
      ),
    )
  })
})

describe('rounding', () => {
  it('acts on the absolute value and keeps the sign', () => {
    const all = (numerator: bigint) => roundings.map((rounding) => roundRatio(numerator, 10n, rounding))
    expect(all(25n)).toEqual([3n, 2n, 3n, 2n, 3n])
    expect(all(-25n)).toEqual([-3n, -2n, -3n, -2n, -3n])
    expect(all(35n)).toEqual([4n, 3n, 4n, 4n, 4n])
    expect(all(-21n)).toEqual([-3n, -2n, -2n, -2n, -2n])
    expect(all(20n)).toEqual([2n, 2n, 2n, 2n, 2n])
  })

  it('is the same on the fast path', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.integer({ min: 1, max: 1_000_000_000 }),
        fc.constantFrom<Rounding>(...roundings),
        (numerator, denominator, rounding) => {
          const exact = roundRatio(BigInt(numerator), BigInt(denominator), rounding)
          expect(BigInt(roundSafeRatio(numerator, denominator, rounding))).toBe(exact)
        },
      ),
    )
    expect(rescaled(12_345_678n, 6, 2)).toBe(1235n)
  })
})
