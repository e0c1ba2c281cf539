import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RawConfig } from '@strowger/schema'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectedKind, familyOf, kindsOf, legacyNames } from './legacy-names-for-tests.ts'
import { pluginChecks } from './plugin-check/check-plugins.ts'
import { checkHashes } from './plugin-check/hash-check.ts'
import { goldenCases, goldenFiles, goldenParameters } from './plugin-check/kept-files.ts'
import { type ParameterRow, parameterRows, rowDeviations, rowsThatConcern } from './plugin-check/parameter-checks.ts'
import { pluginsFolder, readPluginFolder, testedPlugins } from './plugin-folders-for-tests.ts'

/**
 * Every folder `<family>/<generation>` is tested, without being registered, by what `strowger plugins check` looks at.
 * In it: golden/<case>.json parameters, golden/<case>/<model>/<file> what they give (UPDATE_GOLDEN=1 writes them anew):
 * `full` for each model that no newer generation has, `minimal` and `awkward` for one, its typical model;
 * parameters.json what each standard parameter does, by hand. Golden parameters are inherited, golden files are not.
 */
const checks = Object.entries(pluginChecks).map(([name, check]) => ({ name, check }))
const { UPDATE_GOLDEN } = process.env

/** What a line has; what is not offered for all lines (`sip_dtmf_mode`) is not offered for one. */
const lineParameters = [
  ...['proxy', 'backup_proxy', 'registrar', 'backup_registrar', 'outbound_proxy'].flatMap((server) => [
    `${server}_ip`,
    `${server}_port`,
  ]),
  'username',
  'auth_username',
  'password',
  'display_name',
  'number',
  'dtmf_mode',
  'srtp_mode',
  'voicemail',
]
const phonebook = 'X_xivo_phonebook_ip'

/** Names of lines and call managers are there where there are lines and call managers. */
function isThere(name: string, raw: RawConfig): boolean {
  if (name.startsWith('line.')) return Object.keys(raw.sip_lines ?? {}).length > 0
  return !name.startsWith('manager.') || Object.keys(raw.sccp_call_managers ?? {}).length > 0
}

describe.runIf(UPDATE_GOLDEN === '1')('the golden files', () => {
  beforeAll(() => {
    for (const plugin of testedPlugins) {
      for (const name of goldenCases) {
        rmSync(join(pluginsFolder, plugin.folder, 'golden', name), { recursive: true, force: true })
        for (const [path, text] of goldenFiles(plugin, name)) {
          const target = join(pluginsFolder, plugin.folder, path)
          mkdirSync(join(target, '..'), { recursive: true })
          writeFileSync(target, text)
        }
      }
    }
  })
  it('are written anew', () => {})
})

describe.skipIf(UPDATE_GOLDEN === '1').each(testedPlugins)('plugin $id', (plugin) => {
  it.each(checks)('$name', ({ check }) => {
    expect(check(plugin)).toEqual([])
  })

  it.each(goldenCases)(
    'has every XX_ name of its family for the parameters %s, where what it says is configured',
    (name) => {
      const raw = goldenParameters(plugin, name) ?? {}
      const kinds = kindsOf(plugin, raw)
      expect(new Set([...kinds.keys()].map((each) => each.split(' ')[0]))).toEqual(
        new Set(Object.keys(legacyNames[familyOf(plugin)] ?? {}).filter((each) => isThere(each, raw))),
      )
      const expected = [...kinds.keys()].map((each) => [each, expectedKind(plugin, each, raw)])
      expect(Object.fromEntries(kinds)).toEqual(Object.fromEntries(expected))
    },
  )

  const read = parameterRows(plugin)
  const concerning = 'rows' in read ? rowsThatConcern(plugin, read.rows) : []
  it('asserts each parameter of a line, and of the users of a phone book, or does not offer it', () => {
    const { notOffered } = plugin.manifest
    const lines = concerning.flatMap(({ with: raw }) => Object.values((raw as RawConfig).sip_lines ?? {}))
    const given = new Set(lines.flatMap((line) => Object.keys(line)))
    const missing =
      'sip_lines' in notOffered
        ? []
        : lineParameters.filter(
            (name) => !given.has(name) && !(`sip_${name}` in notOffered) && !(`exten_${name}` in notOffered),
          )
    const described = new Set(concerning.map(({ parameter }) => parameter))
    expect([...missing, ...(described.has(phonebook) || phonebook in notOffered ? [] : [phonebook])]).toEqual([])
  })

  const hasKeys = Object.values(plugin.manifest.models).some(
    ({ keys, expansionModules }) => keys + expansionModules > 0,
  )
  it.runIf(hasKeys && !('funckeys' in plugin.manifest.notOffered)).each(['speeddial', 'blf', 'park', 'line'])(
    'asserts what a key of type %s gives',
    (type) => {
      const has = ({ with: raw }: ParameterRow) =>
        Object.values((raw as RawConfig).funckeys ?? {}).some((key) => key.type === type)
      expect(concerning.filter(has).flatMap(({ gives }) => Object.keys(gives))).not.toEqual([])
    },
  )

  it.each(concerning)('writes $parameter as the vendor names it: $gives', (row) => {
    expect(rowDeviations(plugin, row)).toEqual([])
  })
})

describe.skipIf(UPDATE_GOLDEN === '1')('the built-in plugins', () => {
  it('are what hashes.json says (node scripts/hash-plugins.mjs writes it)', () => {
    const hashes = JSON.parse(readFileSync(join(pluginsFolder, 'hashes.json'), 'utf8')) as Record<string, string>
    expect(checkHashes(readPluginFolder(), hashes)).toEqual([])
  })
})
