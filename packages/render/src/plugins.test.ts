import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RawConfig, rawConfigParameters } from '@strowger/schema'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import {
  pluginsFolder,
  readPluginFolder,
  renderAll,
  type TestedPlugin,
  testedPlugins,
} from './plugin-folders-for-tests.ts'
import { readVendorFile, type VendorFile } from './vendor-file.ts'

/**
 * Every folder `<family>/<generation>` is tested, without being registered. In it:
 * golden/<case>.json parameters, golden/<case>/<model>/<file> what they give (UPDATE_GOLDEN=1 writes them anew):
 * `full` for each model that no newer generation has, `minimal` and `awkward` for one, its typical model;
 * parameters.json what each standard parameter does, by hand. Golden parameters are inherited, golden files are not.
 */
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
const { UPDATE_GOLDEN } = process.env
const update = UPDATE_GOLDEN === '1'

const ParameterCase = Type.Object({
  parameter: Type.String(),
  model: Type.Optional(Type.String()),
  with: Type.Record(Type.String(), Type.Unknown()),
  gives: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String()), Type.Null()]), {
    description: 'name in the file -> its value, all its values, or null for none',
  }),
})
const parameterCases = Compile(Type.Array(ParameterCase))

/** A file of the plugin, or else of the nearest one that it extends. */
function inherited(plugin: TestedPlugin, name: string): unknown {
  const own = join(plugin.folder, name)
  if (existsSync(own)) return read(own)
  const parent = testedPlugins.find(({ id }) => id === plugin.manifest.extends?.id)
  if (parent === undefined) throw new Error(`neither ${plugin.id} nor what it extends has ${name}`)
  return inherited(parent, name)
}

/** All files of a phone, read as one. */
function readAll(plugin: TestedPlugin, model: string, raw: object): VendorFile {
  const texts = [...renderAll(plugin, model, raw).values()]
  const files = texts.map((text) => readVendorFile(text, plugin.manifest.format))
  return { values: (name) => files.flatMap((file) => file.values(name)), names: files.flatMap(({ names }) => names) }
}

const anyName = 'A name'
const hostileNames = [
  'x\naccount.1.password = stolen\r\nlang.gui = stolen\u2028y',
  '"/><stolen a="b">&lt;',
  ']]><!-- x',
  'x: y = z # w',
]
const named = (name: string) => ({
  sip_lines: { '1': { username: 'u', display_name: name, number: name } },
  funckeys: { '1': { type: 'speeddial', value: name, label: name } },
  sccp_call_managers: { '1': { ip: name } },
})

describe.each(testedPlugins.map((plugin) => ({ id: plugin.id, plugin })))('plugin $id', ({ plugin }) => {
  const { manifest, folder, sources, newestModels, typicalModel } = plugin
  const hasLines = !Object.hasOwn(manifest.notOffered, 'sip_lines')

  it.each(['full', 'minimal', 'awkward'])('gives what is kept for the parameters %s', (name) => {
    const raw = inherited(plugin, `golden/${name}.json`) as RawConfig
    const models = name === 'full' ? newestModels : [typicalModel]
    const kept = join(folder, 'golden', name)
    if (update) rmSync(kept, { recursive: true, force: true })
    for (const model of models) {
      const texts = renderAll(plugin, model, raw)
      for (const [file, text] of texts) {
        const path = join(kept, model, file)
        if (update) {
          mkdirSync(join(path, '..'), { recursive: true })
          writeFileSync(path, text)
        } else expect(text).toBe(readFileSync(path, 'utf8'))
      }
    }
    const present = existsSync(kept) ? readdirSync(kept) : []
    expect(present.sort()).toEqual([...models].sort())
  })

  it('uses every standard parameter, or says why it does not', () => {
    const codeOf = (text: string) => [...text.matchAll(/\{[{%].*?[%}]\}/gs)].join(' ')
    const all = codeOf(sources)
    const own = codeOf([...plugin.ownTemplates.values()].join('\n'))
    for (const name of Object.keys(rawConfigParameters)) {
      const isNotOffered = Object.hasOwn(manifest.notOffered, name)
      const filledIn = ['http_base_url', 'ip', 'http_port', 'timezone'].includes(name)
      // A generation may lack what the templates of its parent know.
      const isNamed = new RegExp(`(?<!\\.)\\b${name}\\b`).test(isNotOffered ? own : all)
      const isUsed = (filledIn && !isNotOffered) || isNamed
      expect(isUsed, `${name} is neither in a template nor in notOffered`).toBe(!isNotOffered)
    }
  })

  it('writes the same whatever a parameter is that it does not offer', () => {
    const raw = inherited(plugin, 'golden/full.json') as RawConfig
    const without = Object.entries(raw).filter(([name]) => !Object.hasOwn(manifest.notOffered, name))
    expect(renderAll(plugin, typicalModel, Object.fromEntries(without))).toEqual(renderAll(plugin, typicalModel, raw))
  })

  const rows = inherited(plugin, 'parameters.json')
  if (!parameterCases.Check(rows)) throw new Error(`parameters.json of ${plugin.id} does not have its shape`)
  const known = rows.filter(
    ({ model, parameter }) =>
      (model === undefined || Object.hasOwn(manifest.models, model)) &&
      !Object.hasOwn(manifest.notOffered, parameter.split('.')[0] ?? ''),
  )

  it.each(known)('writes $parameter as the vendor names it: $gives', ({ model = typicalModel, with: raw, gives }) => {
    const file = readAll(plugin, model, raw)
    for (const [key, value] of Object.entries(gives)) {
      expect(file.values(key), key).toEqual(value === null ? [] : Array.isArray(value) ? value : [value])
    }
  })

  it('has a row for every standard parameter that it offers', () => {
    const offered = Object.keys(rawConfigParameters).filter((name) => !Object.hasOwn(manifest.notOffered, name))
    const described = new Set(rows.map(({ parameter }) => parameter.split('.')[0]))
    expect(offered.filter((name) => !described.has(name))).toEqual([])
  })

  it.each(hostileNames)('says nothing more for a name or a label that is %j', (name) => {
    expect(readAll(plugin, typicalModel, named(name)).names).toEqual(
      readAll(plugin, typicalModel, named(anyName)).names,
    )
  })

  it.runIf(hasLines)('refuses a password that its file cannot hold, and says why', () => {
    const raw = { sip_lines: { '1': { username: 'u', password: 'a\nb' } } }
    expect(() => renderAll(plugin, typicalModel, raw)).toThrowError(/control character.*device 00:15:65:12:34:56/)
  })

  it('calls every file of a device that holds credentials sensitive', () => {
    const raw = {
      admin_username: 'a',
      admin_password: 'pa55w0rd',
      sip_lines: { '1': { username: 'u', password: 'pa55w0rd' } },
    }
    for (const model of Object.keys(manifest.models)) {
      for (const [name, text] of renderAll(plugin, model, raw)) {
        if (!text.includes('pa55w0rd')) continue
        const base = name.slice(name.lastIndexOf('/') + 1)
        expect(
          manifest.sensitive.some((pattern) => new RegExp(pattern).test(base)),
          name,
        ).toBe(true)
      }
    }
  })

  it('renders for a model that it does not know', () => {
    const raw = { sip_lines: { '1': { username: 'u5er' } }, sccp_call_managers: { '1': { ip: 'u5er' } } }
    const [text = ''] = [...renderAll(plugin, 'X99', raw).values()]
    expect(text).toContain('u5er')
  })
})

describe('the built-in plugins', () => {
  it('are what hashes.json says (node scripts/hash-plugins.mjs writes it)', () => {
    const hashes = read(join(pluginsFolder, 'hashes.json')) as Record<string, string>
    const actual: Record<string, string> = {}
    for (const [path, bytes] of readPluginFolder()) actual[path] = createHash('sha256').update(bytes).digest('hex')
    expect(hashes).toEqual(actual)
  })
})
