import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textDiff } from './text-diff.ts'

test('texts that are the same have no difference', () => {
  expect(textDiff('a', 'one\ntwo\n', 'one\ntwo\n')).toBe('')
})

test('is what diff -u writes', () => {
  const before = Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n')
  const after = before.replace('line 3\n', 'line three\n').replace('line 20\n', '').concat('\n')
  expect(textDiff('base.tpl', before, after)).toBe(
    [
      '--- base.tpl',
      '+++ base.tpl',
      '@@ -1,7 +1,7 @@',
      ' line 0\n line 1\n line 2\n-line 3\n+line three\n line 4\n line 5\n line 6',
      '@@ -18,7 +18,6 @@',
      ' line 17\n line 18\n line 19\n-line 20\n line 21\n line 22\n line 23',
      '@@ -27,4 +26,4 @@',
      ' line 26\n line 27\n line 28',
      '-line 29\n\\ No newline at end of file',
      '+line 29\n',
    ].join('\n'),
  )
})

/** What `patch` does: every hunk at the line it names, its lines as they are in the text. */
function patched(text: string, diff: string): string {
  const source = text.split('\n')
  const result: string[] = []
  let at = 0
  for (const line of diff.split('\n').slice(2, -1)) {
    const [, start, count] = /^@@ -(\d+)(?:,(\d+))? /.exec(line) ?? []
    if (start !== undefined) {
      const first = count === '0' ? Number(start) : Number(start) - 1
      result.push(...source.slice(at, first))
      at = first
    } else if (line.startsWith('+')) result.push(line.slice(1))
    else {
      expect(source[at]).toBe(line.slice(1))
      if (line.startsWith(' ')) result.push(line.slice(1))
      at++
    }
  }
  result.push(...source.slice(at))
  return result.join('\n')
}

test('makes of the one text the other', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '', 'd e'), { maxLength: 40 })
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = textDiff('file', before, after)
      if (before === after) expect(diff).toBe('')
      else expect(patched(before, diff)).toBe(after)
    }),
    { numRuns: 1_000 },
  )
})

test('is cut where it is long, and texts without a line in common take no long time', () => {
  const many = (word: string) => Array.from({ length: 20_000 }, (_, line) => `${word} ${line}`).join('\n')
  const diff = textDiff('file', many('one'), many('two'))
  expect(diff.length).toBeLessThan(20_100)
  expect(diff).toMatch(/\\ \d+ more lines\n$/)
})
