import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
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

  it('writes no line twice when it died behind the first lines after a rotation, of either kind', () => {
    const file = openLogFile(path)
    file.append(['one', 'two'], { sequence: 1, seen: {} })
    for (const rotate of [() => renameSync(path, `${path}.1`), () => truncateSync(path, 0)]) {
      const { sequence } = openLogFile(path).position
      const before = readFileSync(`${path}.position`, 'utf8')
      rotate()
      const dying = openLogFile(path)
      dying.append(['three'], { sequence: sequence + 1, seen: {} })
      const { inode, offset } = dying.position
      const recorded = { ...JSON.parse(before), inode, offset: offset - 'three\n'.length }
      writeFileSync(`${path}.position`, JSON.stringify(recorded))
      const restarted = openLogFile(path)
      restarted.append(['three'], { sequence: sequence + 1, seen: {} })
      restarted.append(['four'], { sequence: sequence + 2, seen: {} })
      expect(text()).toBe('three\nfour\n')
    }
  })

  it('loses nothing and repeats nothing when it writes between the copy and the truncation of a rotation', () => {
    const file = openLogFile(path)
    file.append(['one'], { sequence: 1, seen: {} })
    file.append(['two'], { sequence: 2, seen: {} })
    copyFileSync(path, `${path}.1`)
    file.append(['three', 'four'], { sequence: 3, seen: {} })
    truncateSync(path, 0)
    file.append(['five'], { sequence: 4, seen: {} })
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('one\ntwo\n')
    expect(text()).toBe('three\nfour\nfive\n')
    copyFileSync(path, `${path}.2`)
    truncateSync(path, 0)
    file.append(['six'], { sequence: 5, seen: {} })
    expect(text()).toBe('six\n')
    expect(openLogFile(path).position).toMatchObject({ sequence: 5, offset: 4 })
  })

  it('writes nothing again after a truncation of which it finds no copy', () => {
    const file = openLogFile(path)
    file.append(['one'], { sequence: 1, seen: {} })
    writeFileSync(`${path}.1`, 'another log\n')
    truncateSync(path, 0)
    file.append(['two'], { sequence: 2, seen: {} })
    expect(text()).toBe('two\n')
  })

  it('refuses to start with a position it cannot read, rather than write a month of lines again', () => {
    writeFileSync(`${path}.position`, '{"sequence": "many"}')
    expect(() => openLogFile(path)).toThrow()
  })
})
