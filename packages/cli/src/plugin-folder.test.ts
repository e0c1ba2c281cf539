import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from './program.ts'

const cloneRoot = fileURLToPath(new URL('../../../', import.meta.url))
let folder: string
let own: string
let printed: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strowger-plugins-'))
  own = join(folder, 'acme/1')
  cpSync(join(cloneRoot, 'docs/guides/acme-plugin'), folder, { recursive: true })
  printed = ''
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function run(...args: string[]): Promise<number> {
  printed = ''
  const out = {
    write(text: string) {
      printed += text
    },
    columns: undefined,
  }
  return runCommand(['plugins', ...args], {
    env: {},
    cloneRoot,
    homeFolder: folder,
    hostName: 'host',
    out,
    err: out,
    fetch,
    sleep: async () => {},
    readSecret: async () => '',
    async *lines() {},
  })
}

function change(name: string, from: string, to: string): void {
  const file = join(own, name)
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(from)
  writeFileSync(file, text.replace(from, to))
}

describe('plugins check', () => {
  it('has nothing to say of the plugin of the guide, named by folder, family or itself', async () => {
    for (const named of [folder, join(folder, 'acme'), own]) {
      expect(await run('check', named)).toBe(0)
      expect(printed).toBe('1 plugin checked, no problems\n')
    }
  })

  it.each([
    ['manifest.json', '"firmware": ["^1', '"firmware": ["(a+)+', /manifest\.json:\d+: \/firmware\/0: /],
    ['manifest.json', '"format": "key-value"', '"format": "toml"', /manifest\.json:\d+: \/format must/],
    ['manifest.json', '"vendors"', 'vendors', /manifest\.json:5: /],
    ['manifest.json', '"dns_ip": ', '"X": ', /manifest\.json:\d+: dns_ip is in no template/],
    ['manifest.json', '^acme-[0-9a-f]{12}', '^none', /holds credentials, and no pattern of "sensitive"/],
    ['templates/base.tpl', '{%- if ntp_enabled %}', '{%- if %}', /templates\/base\.tpl:2: /],
    [
      'templates/base.tpl',
      'line.{{ number }}.name',
      'line.{{ number }}.label',
      /parameters\.json:\d+: “line\.1\.name”/,
    ],
    ['templates/base.tpl', "(line.password or '')|exact", 'line.password', /a password with a line break is written/],
    [
      'golden/minimal/A1/acme-001565123456.cfg',
      'phone.password = 0000',
      'phone.password = 1',
      /acme-001565123456\.cfg:2: /,
    ],
  ])('names the file, the line and what to do: %s with %s', async (name, from, to, wanted) => {
    change(name, from, to)
    expect(await run('check', folder)).toBe(1)
    expect(printed).toMatch(wanted)
    expect(printed).toMatch(/\n {4}\S/)
    expect(printed).toMatch(/, \d+ problems?\n$/)
  })

  it('minds what identification.json says, of the family and of the generation', async () => {
    const said = { transport: 'http', userAgent: 'Acme A1 1.2.3 00:15:65:12:34:56' }
    const good = [{ ...said, expect: { vendor: 'Acme', model: 'A1', plugin: 'acme-1' }, score: 600 }]
    writeFileSync(join(folder, 'acme/identification.json'), JSON.stringify(good, undefined, 2))
    expect(await run('check', own)).toBe(0)
    expect(printed).toBe('1 plugin checked, no problems\n')
    const wrong = [...good, { ...said, expect: { model: 'A9' } }]
    writeFileSync(join(own, 'identification.json'), JSON.stringify(wrong, undefined, 2))
    expect(await run('check', own)).toBe(1)
    expect(printed).toMatch(/acme\/1\/identification\.json:16: no plugin has the model A9\n {4}list it in a manifest/)
  })

  it('says which hash is the right one, when a plugin extends another than it pins', async () => {
    mkdirSync(join(folder, 'acme/2'))
    const source = { id: 'acme-2', extends: { id: 'acme-1', hash: '0'.repeat(64) } }
    writeFileSync(join(folder, 'acme/2/manifest.json'), JSON.stringify(source))
    expect(await run('check', folder)).toBe(1)
    expect(printed).toMatch(/acme\/2\/manifest\.json:1: it extends another acme-1[^\n]*\n[^\n]*"hash": "[0-9a-f]{64}"/)
  })

  it('writes golden files anew when it is told to', async () => {
    change('templates/base.tpl', 'phone.password', 'phone.pin')
    change('parameters.json', 'phone.password', 'phone.pin')
    expect(await run('check', folder)).toBe(1)
    expect(await run('check', folder, '--write-golden')).toBe(0)
    expect(readFileSync(join(own, 'golden/minimal/A1/acme-001565123456.cfg'), 'utf8')).toContain('phone.pin = 0000')
  })

  it('is wrongly called for a folder that is not there or holds no plugin', async () => {
    expect(await run('check', join(folder, 'none'))).toBe(2)
    expect(await run('check', join(own, 'golden'))).toBe(2)
  })
})

describe('plugins trust', () => {
  it('names what is new and what has changed; check then minds what changed since', async () => {
    expect(await run('trust', folder)).toBe(0)
    expect(printed).toContain('new      acme/1/manifest.json')
    change('manifest.json', '"version": "1.0.0"', '"version": "1.0.1"')
    expect(await run('check', folder)).toBe(1)
    expect(printed).toContain('acme/1/manifest.json: it is not what hashes.json says')
    expect(await run('trust', folder)).toBe(0)
    expect(printed).toMatch(/^changed {2}acme\/1\/manifest\.json\n1 plugins? with/)
    expect(await run('check', folder)).toBe(0)
  })

  it('takes a whole folder only', async () => {
    expect(await run('trust', own)).toBe(1)
    expect(printed).toContain('Trust the whole folder')
  })
})
