import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../program.ts'
import type { Surroundings } from '../surroundings.ts'
import { bashCompletion } from './bash.ts'
import { fishCompletion } from './fish.ts'
import { wordsOf } from './words.ts'
import { zshCompletion } from './zsh.ts'

const silent = { write: () => {}, columns: undefined }
const around: Surroundings = {
  env: {},
  cloneRoot: '/nowhere',
  homeFolder: '/nowhere',
  hostName: 'test',
  out: silent,
  err: silent,
  fetch,
  sleep: async () => {},
  readSecret: async () => '',
  async *lines() {},
}
const words = wordsOf(createProgram(around))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0

describe('completion in bash', () => {
  function completed(...typed: string[]): string[] {
    const file = join(folder, 'bash')
    writeFileSync(file, bashCompletion(words))
    const line = ['strowger', ...typed].map((word) => `'${word}'`).join(' ')
    const script = `source ${file}; COMP_WORDS=(${line}); COMP_CWORD=${typed.length}; _strowger; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' })
    expect(stderr).toBe('')
    return stdout.split('\n').filter((word) => word !== '')
  }

  it('names the commands, those below a command, and the options of each', () => {
    expect(completed('dev')).toEqual(['devices'])
    expect(completed('devices', 'l')).toEqual(['list'])
    expect(completed('devices', 'list', '--ve')).toEqual(['--vendor'])
    expect(completed('tasks', 'list', '--j')).toEqual(['--json'])
  })

  it('takes the value of an option for no command', () => {
    expect(completed('--tenant', 'devices', 'ta')).toEqual(['tasks'])
    expect(completed('devices', 'list', '--vendor', '')).toEqual([])
  })

  it('still knows the command behind its arguments', () => {
    expect(completed('devices', 'set', '00:15:65:12:34:56', '--no')).toEqual(['--note'])
  })
})

describe('completion in other shells', () => {
  it.skipIf(!has('zsh'))('is a script that zsh takes', () => {
    const file = join(folder, '_strowger')
    writeFileSync(file, zshCompletion(words))
    const { status, stderr } = spawnSync('zsh', ['-n', file], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  it.skipIf(!has('fish'))('is a script that fish takes, and completes with', () => {
    const file = join(folder, 'strowger.fish')
    writeFileSync(file, fishCompletion(words))
    const complete = (line: string) =>
      spawnSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], { encoding: 'utf8' })
        .stdout.split('\n')
        .map((each) => each.split('\t')[0])
        .filter((word) => word !== '')
    expect(complete('strowger devices li')).toEqual(['list'])
    expect(complete('strowger --tenant x devices list --ve')).toEqual(['--vendor'])
  })

  it('names every command in every shell', () => {
    for (const script of [bashCompletion(words), zshCompletion(words), fishCompletion(words)]) {
      for (const { path } of words) expect(script).toContain(path)
    }
  })
})
