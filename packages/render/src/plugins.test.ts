import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PluginManifest, type RawConfig, rawConfigParameters } from '@strowger/schema'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { type CompiledPlugin, compilePlugin } from './compile-plugin.ts'
import { flattenConfig } from './flatten-config.ts'
import { renderDeviceFile } from './render-file.ts'

/**
 * Every folder `<family>/<generation>` is tested, without being registered. In it:
 * golden/<case>.json parameters, golden/<case>/<model>.cfg what they give (UPDATE_GOLDEN=1 writes them anew),
 * parameters.json what each standard parameter does, by hand.
 */
const root = fileURLToPath(new URL('../../plugins/', import.meta.url))
const folders = (path: string) => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory())
const plugins = folders(root).flatMap((family) =>
  folders(join(root, family.name)).map((generation) => ({
    id: `${family.name}-${generation.name}`,
    folder: join(root, family.name, generation.name),
  })),
)
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
const { UPDATE_GOLDEN } = process.env
const update = UPDATE_GOLDEN === '1'

function load(folder: string): { manifest: PluginManifest; plugin: CompiledPlugin; sources: string } {
  const manifest = read(join(folder, 'manifest.json')) as PluginManifest
  const templates = new Map<string, string>()
  for (const name of readdirSync(join(folder, 'templates'), { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.tpl')) templates.set(name, readFileSync(join(folder, 'templates', name), 'utf8'))
  }
  return { manifest, plugin: compilePlugin({ manifest, templates }), sources: [...templates.values()].join('\n') }
}

const mac = '00:15:65:12:34:56'

function render(plugin: CompiledPlugin, model: string, raw: object): string {
  const [file] = plugin.manifest.files.device
  const pattern = file?.name ?? ''
  const name = pattern.replace('{mac}', mac.replaceAll(':', ''))
  const version = plugin.manifest.models[model]?.firmware[0]
  const device = { mac, model, vendor: plugin.manifest.vendors[0] ?? '', ...(version === undefined ? {} : { version }) }
  const parameters = flattenConfig([raw as Record<string, unknown>])
  return Buffer.from(renderDeviceFile(plugin, { pattern, name, device, parameters })).toString()
}

/** `key = value` lines as a phone reads them; of a key said twice, both. */
function linesOf(text: string): Map<string, string[]> {
  const read = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, key, value] = /^([\w.]+) = (.*)$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) read.set(key, [...(read.get(key) ?? []), value])
  }
  return read
}

const ParameterCase = Type.Object({
  parameter: Type.String(),
  model: Type.Optional(Type.String()),
  with: Type.Record(Type.String(), Type.Unknown()),
  gives: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
})
const parameterCases = Compile(Type.Array(ParameterCase))

describe.each(plugins)('plugin $id', ({ id, folder }) => {
  const { manifest, plugin, sources } = load(folder)
  const models = Object.keys(manifest.models)

  it('has a manifest of the right shape, with the id of its folder', () => {
    expect([...Compile(PluginManifest).Errors(manifest)]).toEqual([])
    expect(manifest.id).toBe(id)
  })

  const goldenFolder = join(folder, 'golden')
  const cases = readdirSync(goldenFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))

  it.each(cases)('gives what is kept for the parameters %s', (name) => {
    const raw = read(join(goldenFolder, `${name}.json`)) as RawConfig
    const kept = join(goldenFolder, name)
    const files = update ? (name === 'full' ? models : ['T46S']).map((model) => `${model}.cfg`) : readdirSync(kept)
    for (const file of files) {
      const text = render(plugin, file.slice(0, -'.cfg'.length), raw)
      if (update) writeFileSync(join(kept, file), text)
      else expect(text).toBe(readFileSync(join(kept, file), 'utf8'))
    }
    if (name === 'full') expect(files.map((file) => file.slice(0, -'.cfg'.length)).sort()).toEqual([...models].sort())
  })

  it('uses every standard parameter, or says why it does not', () => {
    for (const name of Object.keys(rawConfigParameters)) {
      const filledIn = ['http_base_url', 'ip', 'http_port', 'timezone'].includes(name)
      const isUsed = filledIn || new RegExp(`\\b${name}\\b`).test(sources)
      expect(isUsed, `${name} is neither in a template nor in notOffered`).toBe(
        !Object.hasOwn(manifest.notOffered, name),
      )
    }
  })

  const table = join(folder, 'parameters.json')
  const rows = existsSync(table) ? read(table) : []
  if (!parameterCases.Check(rows)) throw new Error(`${table} does not have the shape it must have`)

  it.each(rows)('writes $parameter as the vendor names it: $gives', ({ model = 'T46S', with: raw, gives }) => {
    const lines = linesOf(render(plugin, model, raw))
    for (const [key, value] of Object.entries(gives)) {
      expect(lines.get(key), key).toEqual(Array.isArray(value) ? value : [value])
    }
  })

  it('has a row for every standard parameter that it offers', () => {
    const offered = Object.keys(rawConfigParameters).filter((name) => !Object.hasOwn(manifest.notOffered, name))
    const described = new Set(rows.map(({ parameter }) => parameter.split('.')[0]))
    expect(offered.filter((name) => !described.has(name))).toEqual([])
  })

  it('writes no line that a name or a label has brought in', () => {
    const hostile = 'x\naccount.1.password = stolen\r\nlang.gui = stolen\u2028y'
    const raw = {
      sip_lines: { '1': { username: 'u', display_name: hostile, number: hostile } },
      funckeys: { '1': { type: 'speeddial', value: hostile, label: hostile } },
    }
    const lines = linesOf(render(plugin, models[0] ?? '', raw))
    for (const values of lines.values()) expect(values).not.toContain('stolen')
  })

  it('refuses a password that its line cannot hold, and says why', () => {
    const raw = { sip_lines: { '1': { username: 'u', password: 'a\nb' } } }
    expect(() => render(plugin, models[0] ?? '', raw)).toThrowError(/line break.*device 00:15:65:12:34:56/)
  })

  it('calls every file of a device that holds credentials sensitive', () => {
    const name = `${mac.replaceAll(':', '')}.cfg`
    expect(manifest.sensitive.some((pattern) => new RegExp(pattern).test(name))).toBe(true)
  })

  it('renders for a model that it does not know', () => {
    expect(render(plugin, 'X99', { sip_lines: { '1': { username: 'u' } } })).toContain('account.1.user_name = u')
  })
})

describe('the built-in plugins', () => {
  it('are what hashes.json says (node scripts/hash-plugins.mjs writes it)', () => {
    const hashes = read(join(root, 'hashes.json')) as Record<string, string>
    const actual: Record<string, string> = {}
    for (const { folder } of plugins) {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const path = join(entry.parentPath, entry.name)
        actual[path.slice(root.length)] = createHash('sha256').update(readFileSync(path)).digest('hex')
      }
    }
    expect(hashes).toEqual(actual)
  })
})
