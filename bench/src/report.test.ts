import { expect, it } from 'vitest'
import { atLeast, below, isMissed } from './figure.ts'
import { markdownOf, textOf } from './report.ts'

const speed = { kind: 'http', part: 0.25 }

it('says in words that a budget is missed', () => {
  const section = {
    title: 'Cached',
    notes: ['a note'],
    figures: [{ what: 'one | two', ours: '9/s', budget: atLeast(9, 10) }],
  }
  expect(textOf(section)).toContain('one | two  9/s   ≥ 10/s  NO   NO')
  expect(markdownOf(section)).toContain('| one \\| two | 9/s | ≥ 10/s | NO | NO |  |  |  |')
})

it('says beside it what it is at the speed of this machine', () => {
  const rowOf = (budget: ReturnType<typeof below>) =>
    markdownOf({ title: '', notes: [], figures: [{ what: 'a', ours: 'b', budget }] })
  expect(rowOf(below(30, 10, '< 10 ms', speed))).toContain('| < 10 ms | NO | yes (http 0.25) |')
  expect(rowOf(below(41, 10, '< 10 ms', speed))).toContain('| < 10 ms | NO | NO (http 0.25) |')
  expect(rowOf(atLeast(3, 10, '≥ 10', speed))).toContain('| ≥ 10 | NO | yes (http 0.25) |')
  expect(rowOf(atLeast(2, 10, '≥ 10', speed))).toContain('| ≥ 10 | NO | NO (http 0.25) |')
})

it('counts as missed what is missed at the speed of this machine, too', () => {
  const figureOf = (budget: ReturnType<typeof below>) => ({ what: 'a', ours: 'b', budget })
  expect(isMissed(figureOf(below(30, 10, '', speed)))).toBe(false)
  expect(isMissed(figureOf(below(41, 10, '', speed)))).toBe(true)
  expect(isMissed(figureOf(below(30, 10, '')))).toBe(true)
  expect(isMissed({ what: 'a', ours: 'b' })).toBe(false)
})
