import type { LineFault } from '@strowger/rating'
import { describe, expect, it } from 'vitest'
import { candidatesOf } from './candidates.ts'

const source = { tenant: 'acme', id: 'pbx', provider: 'pbx', format: 'asterisk-csv' }
const fault = (line: number, native = `"broken ${line}`): LineFault => ({
  line,
  column: 1,
  reason: 'the quote is not closed',
  native,
})

function keysOf(faults: readonly LineFault[]): string[] {
  const slice = { records: [], faults, file: 'Master.csv', firstByte: 0, bytes: 0, sha256: '', cursor: null }
  const { all, keys } = candidatesOf(source, slice, Date.UTC(2026, 10, 1))
  return all.map(({ keyOffset }) => keys.toString('hex', keyOffset, keyOffset + 16))
}

describe('the key of a line that is no record', () => {
  it('is the same wherever the slice that holds it begins: read again after a crash it is a repetition', () => {
    const whole = keysOf([fault(3), fault(7), fault(9)])
    expect(new Set(whole).size).toBe(3)
    expect([...keysOf([fault(3)]), ...keysOf([fault(7), fault(9)])]).toEqual(whole)
  })

  it('tells apart what a source without lines says twice', () => {
    const [first, second] = keysOf([fault(0, 'rubbish'), fault(0, 'rubbish')])
    expect(first).not.toBe(second)
  })
})
