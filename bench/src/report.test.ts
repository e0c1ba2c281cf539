import { expect, it } from 'vitest'
import { markdownOf, textOf } from './report.ts'

const section = {
  title: 'Cached',
  notes: ['a note'],
  figures: [{ what: 'one | two', ours: '9/s', budget: { text: '≥ 10/s', met: false } }],
}

it('says in words that a budget is missed', () => {
  expect(textOf(section)).toContain('one | two  9/s   ≥ 10/s  NO')
  expect(markdownOf(section)).toContain('| one \\| two | 9/s | ≥ 10/s | NO |  |  |  |')
})
