import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RawConfig } from '@strowger/schema'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectedKind, familyOf, kindsOf, legacyNames } from './legacy-names-for-tests.ts'
import { pluginChecks } from './plugin-check/check-plugins.ts'
import { checkHashes } from './plugin-check/hash-check.ts'
import { goldenCases, goldenFiles, goldenParameters } from './plugin-check/kept-files.ts'
import { parameterRows, rowDeviations, rowsThatConcern } from './plugin-check/parameter-checks.ts'
import { pluginsFolder, readPluginFolder, testedPlugins } from './plugin-folders-for-tests.ts'

/**
 * Every folder `<family>/<generation>` is tested, without being registered, by what `strowger plugins check` looks at.
 * In it: golden/<case>.json parameters, golden/<case>/<model>/<file> what they give (UPDATE_GOLDEN=1 writes them anew):
 * `full` for each model that no newer generation has, `minimal` and `awkward` for one, its typical model;
 * parameters.json what each standard parameter does, by hand. Golden parameters are inherited, golden files are not.
 */
const checks = Object.entries(pluginChecks).map(([name, check]) => ({ name, check }))
const { UPDATE_GOLDEN } = process.env

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
  it.each('rows' in read ? rowsThatConcern(plugin, read.rows) : [])(
    'writes $parameter as the vendor names it: $gives',
    (row) => {
      expect(rowDeviations(plugin, row)).toEqual([])
    },
  )
})

describe.skipIf(UPDATE_GOLDEN === '1')('the built-in plugins', () => {
  it('are what hashes.json says (node scripts/hash-plugins.mjs writes it)', () => {
    const hashes = JSON.parse(readFileSync(join(pluginsFolder, 'hashes.json'), 'utf8')) as Record<string, string>
    expect(checkHashes(readPluginFolder(), hashes)).toEqual([])
  })
})
