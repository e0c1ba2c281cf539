import { spawnSync } from 'node:child_process'
import { compilePlugin, renderCommonFile } from '@strowger/render'
import type { PluginManifest, RawConfig } from '@strowger/schema'
import { jinjaContext, jinjaParts, randomTemplate } from '@strowger/testkit'
import { describe, expect, test } from 'vitest'

/** Renders what it reads, a job a line, with the real Jinja2. Undefined members of undefined are undefined, as ours. */
const program = `
import json, sys, jinja2
environment = jinja2.Environment(undefined=jinja2.ChainableUndefined)
for line in sys.stdin:
    job = json.loads(line)
    environment.loader = jinja2.DictLoader(job['templates'])
    environment.cache.clear()
    try:
        answer = {'text': environment.get_template('t').render(job['context'])}
    except Exception as error:
        answer = {'error': '%s: %s' % (type(error).__name__, error)}
    print(json.dumps(answer))
`
const interpreters = [process.env['JINJA2_PYTHON'], '/usr/bin/python3', 'python3'].filter((path) => path !== undefined)
const python = interpreters.find((path) => spawnSync(path, ['-c', 'import jinja2']).status === 0)
if (python === undefined) {
  console.warn('THE COMPARISON WITH JINJA2 IS NOT DONE: no Python with jinja2 here (apt-get install python3-jinja2)')
}

const manifest: PluginManifest = {
  id: 'acme-v1',
  version: '1.0.0',
  description: 'for tests',
  vendors: ['Acme'],
  firmware: [],
  models: {},
  identify: {},
  files: { device: [], common: [], static: [] },
  sensitive: [],
  format: 'xml',
  notOffered: {},
}

interface Answer {
  text?: string
  error?: string
}

function ours(template: string): Answer {
  try {
    const plugin = compilePlugin({ manifest, templates: new Map(Object.entries({ ...jinjaParts, t: template })) })
    const parameters = jinjaContext as unknown as RawConfig
    return { text: Buffer.from(renderCommonFile(plugin, { template: 't', parameters })).toString() }
  } catch (error) {
    return { error: String(error) }
  }
}

function seeded(first: number): () => number {
  let seed = first
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

describe.skipIf(python === undefined)('templates at random', () => {
  test('give byte for byte what the real Jinja2 gives', () => {
    const firstSeed = Number(process.env['JINJA2_SEED'] ?? 1)
    const templates = Array.from({ length: 1500 }, (_, place) => randomTemplate(seeded(firstSeed * 1_000_000 + place)))
    const input = templates
      .map((t) => JSON.stringify({ templates: { ...jinjaParts, t }, context: jinjaContext }))
      .join('\n')
    const run = spawnSync(python ?? '', ['-c', program], { input, encoding: 'utf8', maxBuffer: 1 << 30 })
    expect(run.stderr).toBe('')
    const theirs = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer)
    expect(theirs).toHaveLength(templates.length)

    let same = 0
    const more: string[] = []
    for (const [place, template] of templates.entries()) {
      const [mine, real] = [ours(template), theirs[place]]
      if (real?.text !== undefined) {
        expect(mine, template).toEqual({ text: real.text })
        same++
      } else if (mine.text !== undefined) more.push(`${real?.error} in ${template}`)
    }
    // Jinja2 raises for some values that we can work with, as the unhashable items of `unique`: few, and never a text.
    expect(more.length, more.join('\n')).toBeLessThan(templates.length / 100)
    expect(same).toBeGreaterThan(templates.length / 2)
  })
})
