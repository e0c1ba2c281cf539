import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { extendedManifest, type ManifestSource, type PhoneEvidence, type PluginManifest } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { compileManifests, manifestProblems } from './compile.ts'
import { identify } from './identify.ts'

/** What phones of a plugin's family say, and who they are: `identification.json` in the folder of a family or a generation. */
type Case = Omit<PhoneEvidence, 'address'> & { expect: Record<string, string> | null; score?: number }

const root = fileURLToPath(new URL('../../plugins/', import.meta.url))
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
const sources = new Map<string, ManifestSource>()
for (const path of paths.filter((name) => name.endsWith('/manifest.json'))) {
  const source = read(join(root, path)) as ManifestSource & { id: string }
  sources.set(source.id, source)
}

function manifestOf(source: ManifestSource): ManifestSource {
  const { extends: pin } = source as { extends?: { id: string } }
  return pin === undefined ? source : extendedManifest(manifestOf(sources.get(pin.id) ?? {}), source)
}

const manifests = [...sources.values()].map((source) => manifestOf(source) as unknown as PluginManifest)
const compiled = compileManifests(manifests)

it.each(manifests)('plugin $id has only patterns of the linear subset', (manifest) => {
  expect(manifestProblems(manifest)).toEqual([])
})

const files = paths.filter((name) => basename(name) === 'identification.json')
const withAddress = ({ expect: _expect, score: _score, ...evidence }: Case): PhoneEvidence => {
  return { ...evidence, address: '192.0.2.1' }
}

describe.each(files)('%s', (path) => {
  const cases = read(join(root, path)) as Case[]
  const shown = ({ userAgent, path, filename, options }: Case) =>
    userAgent || path || filename || JSON.stringify(options) || 'nothing'

  it.each(cases.map((each) => ({ each, shown: shown(each) })))('knows $shown', ({ each }) => {
    const found = identify(compiled, withAddress(each))
    if (each.expect === null) expect(found.vendor).toBeUndefined()
    else expect(found).toMatchObject(each.expect)
    if (each.score !== undefined) expect(found.score).toBe(each.score)
  })
})

describe('phones and programs that no plugin is for', () => {
  const strangers = read(fileURLToPath(new URL('../fixtures/strangers.json', import.meta.url))) as Case[]
  const ours = new Set(manifests.flatMap(({ vendors }) => vendors))

  it.each(strangers)('are not taken for another: $userAgent $path $filename $options', (each) => {
    const { plugin, score, plugins: _plugins, evidence: _evidence, ...said } = identify(compiled, withAddress(each))
    for (const [field, value] of Object.entries(said)) {
      // A mac is a mac, whoever asks for the file of that name.
      if (field !== 'mac' || each.expect?.['mac'] !== undefined)
        expect({ [field]: value }).toEqual({ [field]: each.expect?.[field] })
    }
    if (said.vendor === undefined || !ours.has(said.vendor)) expect({ plugin, score }).toEqual({ score: 0 })
    else expect(score).toBeLessThanOrEqual(500)
  })
})

it('says the same of every case, whatever the order of the plugins', () => {
  const cases = files.flatMap((path) => read(join(root, path)) as Case[]).map(withAddress)
  const all = cases.map((evidence) => identify(compiled, evidence))
  const turned = [manifests.toReversed(), [...manifests.slice(7), ...manifests.slice(0, 7)]]
  for (const compiledAnew of turned.map(compileManifests)) {
    expect(cases.map((evidence) => identify(compiledAnew, evidence))).toEqual(all)
  }
})
