import { expect, test } from 'vitest'
import { type Column, table } from './table.ts'

interface Phone {
  id: string
  name: string
  note?: string
}
const columns: readonly Column<Phone>[] = [
  { title: 'id', text: ({ id }) => id, leaves: 0 },
  { title: 'name', text: ({ name }) => name, shrinksTo: 4 },
  { title: 'note', text: ({ note }) => note, leaves: 1 },
]
const phones: Phone[] = [
  { id: '0898da8efd8540be883d48267eb53ceb', name: 'Reception desk' },
  { id: '203fdc67a28047c287c10b99c817f350', name: 'Hall', note: 'new' },
]

test('a table is as wide as it must be where nobody looks at it', () => {
  expect(table(phones, columns, undefined)).toEqual([
    'ID                                NAME            NOTE',
    '0898da8efd8540be883d48267eb53ceb  Reception desk',
    '203fdc67a28047c287c10b99c817f350  Hall            new',
  ])
})

test('a terminal that is too narrow loses columns that may leave, then characters of those that may shrink', () => {
  expect(table(phones, columns, 40)).toEqual(['NAME            NOTE', 'Reception desk', 'Hall            new'])
  expect(table(phones, columns, 8)).toEqual(['NAME', 'Recepti…', 'Hall'])
})

test('no line is longer than the terminal as long as columns may shrink', () => {
  for (let width = 4; width < 60; width++) {
    for (const line of table(phones, columns, width)) expect([...line].length).toBeLessThanOrEqual(width)
  }
})

test('what a phone says of itself cannot move the cursor', () => {
  const [, line] = table([{ id: 'a', name: 'a\u001b[2Jb\nc' }], columns, undefined)
  expect(line).toBe('a   a [2Jb c')
})
