import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PhoneEvidence, PluginManifest } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { compileManifests, manifestProblems } from './compile.ts'
import { identify } from './identify.ts'

/** What phones of a plugin's family say, and who they are: `identification.json` in the plugin's folder. */
type Case = Omit<PhoneEvidence, 'address'> & { expect: Record<string, string> | null; score?: number }

const root = fileURLToPath(new URL('../../plugins/', import.meta.url))
const folders = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
  existsSync(join(root, path, 'manifest.json')),
)
const manifests = folders.map(
  (path) => JSON.parse(readFileSync(join(root, path, 'manifest.json'), 'utf8')) as PluginManifest,
)
const compiled = compileManifests(manifests)

describe.each(folders)('plugin %s', (folder) => {
  it('has only patterns of the linear subset', () => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'manifest.json'), 'utf8')) as PluginManifest
    expect(manifestProblems(manifest)).toEqual([])
  })

  const cases = JSON.parse(readFileSync(join(root, folder, 'identification.json'), 'utf8')) as Case[]

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
