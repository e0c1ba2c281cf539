import { describe, expect, it } from 'vitest'
import { compilePlugin } from './compile-plugin.ts'
import fixture from './jinja-snippets.json' with { type: 'json' }
import { bareManifest as manifest } from './manifest-for-tests.ts'
import { renderCommonFile } from './render-file.ts'
import { Float } from './values/numbers.ts'

/** Snippets of templates, and what Jinja2 3.1.2 makes of them; null where it refuses. */
const { snippets, templates } = fixture as unknown as {
  snippets: [string, string | null][]
  templates: Record<string, string>
}
// JSON has one kind of number: f1 is Python's 2.0.
const context = { ...fixture.context, f1: new Float(2) }

function render(source: string): string {
  const all = new Map([...Object.entries(templates), ['snippet', source] as const])
  const plugin = compilePlugin({ manifest, templates: all })
  const parameters = structuredClone({ ...context, f1: 0 }) as Record<string, unknown>
  return Buffer.from(
    renderCommonFile(plugin, { template: 'snippet', parameters: { ...parameters, f1: context.f1 } as never }),
  ).toString()
}

describe('each snippet gives what Jinja2 3.1.2 gives', () => {
  it('has all of them', () => {
    expect(snippets).toHaveLength(293)
  })

  it.each(snippets.filter(([, expected]) => expected !== null))('%j is %j', (source, expected) => {
    expect(render(source)).toBe(expected)
  })

  it.each(snippets.filter(([, expected]) => expected === null))('%j is refused', (source) => {
    expect(() => render(source)).toThrowError(/there is no tag/)
  })
})
