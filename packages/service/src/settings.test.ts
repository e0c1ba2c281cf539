import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Type from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commonSettings, databaseSettings } from './common-settings.ts'
import { defineSettings, readSettings, SettingsFault } from './settings.ts'
import { settingsDocumentation } from './settings-documentation.ts'

const definitions = defineSettings({
  ...commonSettings,
  HTTP_PORT: { schema: Type.Integer({ minimum: 0, maximum: 65_535 }), default: 8667, description: 'Port for phones.' },
  RATIO: { schema: Type.Number({ minimum: 0 }), default: 0.5, description: 'A | ratio.' },
  BEHIND_NAT: { schema: Type.Boolean(), default: false, description: 'Phones share addresses.' },
  MODE: { schema: Type.Enum(['near', 'far']), default: 'near', description: 'Which one.' },
  SERVERS: { schema: Type.Array(Type.String()), default: [], description: 'Listed.', example: 'a,b' },
  EXTRA_PORTS: { schema: Type.Array(Type.Integer({ minimum: 0 })), default: [], description: 'Numbers.' },
  TOKEN: { schema: Type.String({ minLength: 8 }), secret: true, description: 'First token.' },
  NOTE: { schema: Type.String(), optional: true, description: 'Anything.' },
})

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strowger-settings-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('text becomes numbers, booleans and lists; the defaults hold for the rest', () => {
  const settings = readSettings(definitions, {
    HTTP_PORT: '80',
    RATIO: '0.25',
    BEHIND_NAT: 'yes',
    SERVERS: 'a, b,',
    EXTRA_PORTS: '80, 81',
    TOKEN: 'long enough',
    MODE: '',
  })
  expect(settings).toMatchObject({
    HTTP_PORT: 80,
    RATIO: 0.25,
    BEHIND_NAT: true,
    SERVERS: ['a', 'b'],
    EXTRA_PORTS: [80, 81],
    MODE: 'near',
    HEALTH_HOST: '127.0.0.1',
    NATS_URL: ['nats://127.0.0.1:4222'],
  })
  const port: number = settings.HTTP_PORT
  const note: string | undefined = settings.NOTE
  expect([port, note]).toEqual([80, undefined])
})

test('all faults are reported at once, with what is allowed, and no secret is shown', () => {
  const environment = { HTTP_PORT: '70000', RATIO: 'much', BEHIND_NAT: 'perhaps', MODE: 'middle', TOKEN: 'hunter2' }
  const fault = (() => {
    try {
      readSettings(definitions, environment)
    } catch (error) {
      return error
    }
  })()
  expect(fault).toBeInstanceOf(SettingsFault)
  expect((fault as SettingsFault).message.split('\n')).toEqual([
    'HTTP_PORT is "70000"; it must be a whole number from 0 to 65535',
    'RATIO is "much"; it must be a number of at least 0',
    'BEHIND_NAT is "perhaps"; it must be true or false',
    'MODE is "middle"; it must be one of near, far',
    'TOKEN has a wrong value; it must be text of at least 8 characters',
  ])
  expect(() => readSettings(definitions, {})).toThrow('TOKEN is missing; it must be text of at least 8 characters, or')
})

test('a secret may lie in a file; twice or in a missing file is a fault', () => {
  const path = join(folder, 'token')
  writeFileSync(path, 'from the file\n')
  expect(readSettings(definitions, { TOKEN_FILE: path }).TOKEN).toBe('from the file')
  expect(() => readSettings(definitions, { TOKEN_FILE: path, TOKEN: 'x' })).toThrow('is given twice')
  expect(() => readSettings(definitions, { TOKEN_FILE: join(folder, 'none') })).toThrow('cannot be read from the file')
  expect(readSettings(definitions, { TOKEN_FILE: path, NOTE_FILE: path }).NOTE).toBeUndefined()
})

test('every definition documents itself in one row', () => {
  const rows = settingsDocumentation({ ...definitions, ...databaseSettings })
    .trim()
    .split('\n')
  expect(rows.length).toBe(2 + Object.keys({ ...definitions, ...databaseSettings }).length)
  expect(rows).toContain('| `HTTP_PORT` | Port for phones. | a whole number from 0 to 65535 | `8667` |')
  expect(rows).toContain(
    '| `TOKEN`<br>or `TOKEN_FILE` | First token. | text of at least 8 characters | **must be given** |',
  )
  expect(rows).toContain('| `RATIO` | A \\| ratio. | a number of at least 0 | `0.5` |')
})

test('every default has the shape of its own schema', () => {
  const optionalSecrets = { TOKEN: 'long enough' }
  expect(() => readSettings({ ...definitions, ...databaseSettings }, optionalSecrets)).not.toThrow()
})
