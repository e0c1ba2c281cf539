import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault, PluginManifest } from '@strowger/schema'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { expect, it } from 'vitest'
import { compileManifests } from './compile.ts'
import { identify } from './identify.ts'

const root = fileURLToPath(new URL('../../plugins/', import.meta.url))
const validator = Compile(PluginManifest)
const manifests = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('/manifest.json'))
  .map((path): unknown => JSON.parse(readFileSync(join(root, path), 'utf8')))
  .filter((manifest) => validator.Check(manifest))

const piece = fc.constantFrom(
  '^',
  '$',
  '(',
  ')',
  '(?<mac>',
  '(?<',
  '[',
  ']',
  'a-',
  '+',
  '*',
  '{2,',
  '}',
  '\\',
  '.',
  '|',
  '?',
  'é',
  '\0',
)
const pattern = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ maxLength: 30 }),
)

it('compiles any manifest that has its shape, or names each pattern that it cannot use', () => {
  fc.assert(
    fc.property(fc.nat(manifests.length - 1), pattern, pattern, pattern, (which, userAgent, path, option) => {
      const manifest = {
        ...(manifests[which] as object),
        identify: {
          http: [{ userAgent, path, set: { vendor: 'V', model: '{mac}{none}' } }],
          dhcp: [{ options: { 60: option } }],
        },
        firmware: [path],
      }
      if (!validator.Check(manifest)) return
      try {
        const compiled = compileManifests([manifest])
        identify(compiled, { transport: 'http', address: '192.0.2.1', userAgent, path: `/${path}` })
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        expect(error.fields?.length).toBeGreaterThan(0)
        for (const { field, problem } of error.fields ?? []) {
          expect(field).toMatch(/^\/[^/]+\/(identify|firmware)\//)
          expect(problem).not.toBe('')
        }
      }
    }),
    { numRuns: 2_000 },
  )
})
