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

describe.each(paths.filter((name) => basename(name) === 'identification.json'))('%s', (path) => {
  const cases = read(join(root, path)) as Case[]

  it.each(cases.map((each) => ({ ...each, shown: each.userAgent || each.path || each.filename || 'nothing' })))(
    'knows $shown',
    ({ expect: expected, score, shown: _shown, ...evidence }) => {
      const found = identify(compiled, { ...evidence, address: '192.0.2.1' })
      if (expected === null) expect(found.vendor).toBeUndefined()
      else expect(found).toMatchObject(expected)
      if (score !== undefined) expect(found.score).toBe(score)
    },
  )
})
