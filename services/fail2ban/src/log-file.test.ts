import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLogFile } from './log-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'security-log-'))
  path = join(folder, 'strowger-fail2ban.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const text = () => readFileSync(path, 'utf8')

/** As after kill -9 between the lines and the position: the position file is what it was before the lines. */
function diesBeforePosition(work: () => void): void {
  const before = readFileSync(`${path}.position`)
  work()
  writeFileSync(`${path}.position`, before)
}

describe('the log and its position', () => {
  it('goes on where it was after a restart', () => {
    const first = openLogFile(path)
    first.append(['one', 'two'], { sequence: 7, seen: { a: 2 } })
    first.close()
    const second = openLogFile(path)
    expect(second.position).toMatchObject({ sequence: 7, seen: { a: 2 }, offset: 8 })
    second.append(['three'], { sequence: 8, seen: { a: 3 } })
    expect(text()).toBe('one\ntwo\nthree\n')
  })

  it('writes no line twice when the process died between the lines and the position', () => {
    const first = openLogFile(path)
    first.append(['one'], { sequence: 1, seen: {} })
    diesBeforePosition(() => {
      first.append(['two', 'three'], { sequence: 2, seen: {} })
      first.append(['four'], { sequence: 3, seen: {} })
    })
    const second = openLogFile(path)
    expect(second.position.sequence).toBe(1)
    second.append(['two', 'three'], { sequence: 2, seen: {} })
    second.append(['four'], { sequence: 3, seen: {} })
    second.append(['five'], { sequence: 4, seen: {} })
    expect(text()).toBe('one\ntwo\nthree\nfour\nfive\n')
    expect(openLogFile(path).position).toMatchObject({ sequence: 4, offset: text().length })
  })

  it('completes lines that were half written when the process died', () => {
    const first = openLogFile(path)
    first.append(['one'], { sequence: 1, seen: {} })
    diesBeforePosition(() => appendFileSync(path, 'two\nthr'))
    const second = openLogFile(path)
    second.append(['two', 'three'], { sequence: 2, seen: {} })
    expect(text()).toBe('one\ntwo\nthree\n')
  })

  it('finds the lines beyond its position although the file was rotated away meanwhile', () => {
    const first = openLogFile(path)
    first.append(['one'], { sequence: 1, seen: {} })
    diesBeforePosition(() => first.append(['two'], { sequence: 2, seen: {} }))
    renameSync(path, `${path}.1`)
    const second = openLogFile(path)
    second.append(['two'], { sequence: 2, seen: {} })
    second.append(['three'], { sequence: 3, seen: {} })
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('one\ntwo\n')
    expect(text()).toBe('three\n')
  })

  it('follows rotation by renaming, and by truncation in place, while it runs', () => {
    const file = openLogFile(path)
    file.append(['one'], { sequence: 1, seen: {} })
    renameSync(path, `${path}.1`)
    file.append(['two'], { sequence: 2, seen: {} })
    expect(text()).toBe('two\n')
    truncateSync(path, 0)
    file.append(['three'], { sequence: 3, seen: {} })
    expect(text()).toBe('three\n')
  })

  it('refuses to start with a position it cannot read, rather than write a month of lines again', () => {
    writeFileSync(`${path}.position`, '{"sequence": "many"}')
    expect(() => openLogFile(path)).toThrow()
  })
})
