import { describe, expect, it } from 'vitest'
import { lineOfPointer, lineOfSyntaxError } from './json-lines.ts'

const text = `{
  "a": { "b": 1,
    "c/d": [
      { "x": "y, {" },
      "last"
    ]
  },
  "e": [1,
    2]
}`

describe('lineOfPointer', () => {
  it.each([
    ['', 1],
    ['/a', 2],
    ['/a/b', 2],
    ['/a/c~1d', 3],
    ['/a/c~1d/0/x', 4],
    ['/a/c~1d/1', 5],
    ['/e/1', 9],
    ['/a/none/0', 2],
    ['/none', 1],
  ])('%j is on line %i', (pointer, line) => {
    expect(lineOfPointer(text, pointer)).toBe(line)
  })
})

describe('lineOfSyntaxError', () => {
  it('is where the text stops being JSON', () => {
    const broken = '{\n  "a": 1,\n  oops\n}'
    let message = ''
    try {
      JSON.parse(broken)
    } catch (error) {
      message = (error as Error).message
    }
    expect(lineOfSyntaxError(broken, message)).toBe(3)
  })
})
