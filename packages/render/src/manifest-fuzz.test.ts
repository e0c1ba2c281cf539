import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPlugins } from './plugin-check/check-plugins.ts'
import { assemblePlugins } from './plugin-files.ts'
import { readPluginFolder } from './plugin-folders-for-tests.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const shipped = readPluginFolder()
const manifests = [...shipped].filter(([path]) => path.endsWith('/manifest.json'))
const originals = manifests.map(([, content]) => JSON.parse(new TextDecoder().decode(content)) as unknown)

/** One that extends no other. */
const alone = originals.find((each) => !Object.hasOwn(each as object, 'extends')) as object

/** Anything that can stand in JSON, with names that other code may trip over. */
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom('__proto__', 'constructor', '', '\0', '(', '^(a+)+$', '{mac}', -1, 1e308, null),
)

/** The value with one place in it, chosen by `picks`, made another. */
function mutated(value: unknown, picks: readonly number[], put: unknown): unknown {
  const [pick = 0, ...rest] = picks
  if (typeof value !== 'object' || value === null || picks.length === 0) return put
  const keys = Object.keys(value)
  const key = keys[pick % Math.max(1, keys.length)]
  if (key === undefined) return put
  const inner = mutated((value as Record<string, unknown>)[key], rest, put)
  if (Array.isArray(value)) return value.with(Number(key), inner)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, name === key ? inner : each]))
}

const mutation = fc.record({
  which: fc.nat(manifests.length - 1),
  picks: fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }),
  put: anyJson,
})

describe('manifests that nobody meant', () => {
  it('make their own plugin be refused with a reason, and no other', () => {
    const one = bytes(JSON.stringify({ ...alone, id: 'sound-1' }))
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          anyJson.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const { plugins, refused } = assemblePlugins(
            new Map([
              ['odd/1/manifest.json', bytes(text)],
              ['sound/1/manifest.json', one],
            ]),
          )
          expect([...plugins.keys()]).toContain('sound-1')
          expect(plugins.has('odd-1')).not.toBe(refused.has('odd-1'))
          if (refused.has('odd-1')) expect(refused.get('odd-1')).not.toBe('')
        },
      ),
      { numRuns: 500 },
    )
  })

  it('are assembled or refused with a reason, whatever one place of a real one becomes', () => {
    fc.assert(
      fc.property(mutation, ({ which, picks, put }) => {
        const [path = ''] = manifests[which] ?? []
        const text = JSON.stringify(mutated(originals[which], picks, put))
        const { plugins, refused } = assemblePlugins(new Map([...shipped, [path, bytes(text)]]))
        expect(plugins.size + refused.size).toBe(manifests.length)
        for (const reason of refused.values()) expect(reason).not.toBe('')
      }),
      { numRuns: 60 },
    )
  })

  it('are checked to the end, and each problem has a file, words and a remedy', () => {
    const small = manifests.findIndex(([path]) => path.startsWith('digium/2.8.1/'))
    const files = new Map([...shipped].filter(([path]) => path.startsWith('digium/2.8.1/')))
    fc.assert(
      fc.property(mutation, ({ picks, put }) => {
        const text = JSON.stringify(mutated(originals[small], picks, put))
        const changed = new Map([...files, ['digium/2.8.1/manifest.json', bytes(text)]])
        const { problems } = checkPlugins(changed, {
          isWanted: () => true,
          patterns: () => [],
          identify: () => () => ({ score: 0 }),
        })
        for (const { file, problem, remedy } of problems) {
          expect(file).toMatch(/^digium\/2\.8\.1\//)
          expect(problem.trim()).not.toBe('')
          expect(remedy).not.toBe('')
        }
      }),
      { numRuns: 40 },
    )
  })
})
