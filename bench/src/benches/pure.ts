import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileManifests, identify } from '@strowger/identify'
import { assemblePlugins, compilePlugin, flattenConfig, renderDeviceFile } from '@strowger/render'
import type { PluginManifest } from '@strowger/schema'
import { below, count, type Figure } from '../figure.ts'
import { cloneRoot } from '../house.ts'
import { model, phone, version } from '../phones.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'

const plugin = join(cloneRoot, 'packages/plugins/yealink/v86')
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

/** Microseconds of CPU time of one call: the best of ten rounds, after the compiler has seen it. */
function timed(work: (turn: number) => unknown, seconds: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round <= 10; round++) {
    const [begun, before] = [performance.now(), process.cpuUsage()]
    let turns = 0
    while (performance.now() - begun < seconds * 100) for (let i = 0; i < 50; i++) work(turns++)
    const { user, system } = process.cpuUsage(before)
    if (round > 0) best = Math.min(best, (user + system) / turns)
  }
  return best
}

export async function benchRender(seconds: number): Promise<Section> {
  const manifest = read(join(plugin, 'manifest.json')) as PluginManifest
  const templates = new Map<string, string>()
  for (const name of readdirSync(join(plugin, 'templates'), { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.tpl')) templates.set(name, readFileSync(join(plugin, 'templates', name), 'utf8'))
  }
  const compiled = compilePlugin({ manifest, templates })
  const parameters = flattenConfig([read(join(plugin, 'golden/minimal.json')) as Record<string, unknown>])
  const pattern = manifest.files.device[0]?.name ?? ''
  const render = (asked: { model: string; version: string }) => (turn: number) => {
    const { mac, file } = phone(turn)
    const device = { mac, vendor: 'Yealink', ...asked }
    return renderDeviceFile(compiled, { pattern, name: file, device, parameters })
  }
  const speed = await speedOf('cpu')
  const figures = [
    { model, version, budgetUs: 60 },
    { model: 'T46S', version: '66.86.0.15' },
  ].map(({ budgetUs, ...asked }): Figure => {
    const bytes = render(asked)(0).byteLength
    const microseconds = timed(render(asked), seconds / 2)
    return {
      what: `file of a ${asked.model}, ${count(bytes)} bytes`,
      ours: `${microseconds.toFixed(1)} µs`,
      ...(budgetUs === undefined ? {} : { budget: below(microseconds, budgetUs, `< ${budgetUs} µs`, speed) }),
    }
  })
  return {
    title: 'Rendering',
    notes: ['packages/render alone, in one process, CPU time; parameters are merged before'],
    figures,
  }
}

/** As many plugins as asked for: the real ones, then families of other vendors made of them. */
function manifestsOf(amount: number): PluginManifest[] {
  const real = readManifests()
  return Array.from({ length: amount }, (_, index) => {
    const manifest = real[index % real.length]
    if (manifest === undefined) throw new Error('there is no plugin to measure with')
    return index < real.length ? manifest : strangerFrom(manifest, Math.floor(index / real.length))
  })
}

function strangerFrom(manifest: PluginManifest, copy: number): PluginManifest {
  const vendor = `Vendor${copy}${manifest.vendors[0]}`
  // Rules of paths alone say no vendor and are alike in many families, as `/<mac>.cfg`.
  const http = (manifest.identify.http ?? []).map((rule) => {
    if (rule.userAgent === undefined) return rule
    return { ...rule, userAgent: `^${vendor} ${rule.userAgent.replace(/^\^/, '')}`, set: { vendor } }
  })
  return { ...manifest, id: `vendor${copy}-${manifest.id}`, vendors: [vendor], identify: { http } }
}

/** The newest generation of Yealink first, then one of each other family, then the rest. */
function readManifests(): PluginManifest[] {
  const folder = join(cloneRoot, 'packages/plugins')
  const files = new Map<string, Uint8Array>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/^[^/]+\/[^/]+\/(?:manifest\.json|(?:templates|static)\/.+\.\w+)$/.test(name)) {
      files.set(name, readFileSync(join(folder, name)))
    }
  }
  const { plugins } = assemblePlugins(files)
  const manifests = [...plugins.values()].map((each) => each.manifest)
  const seen = new Set<string>()
  const isFirst = ({ id, vendors: [vendor = ''] }: PluginManifest) => {
    return id === 'yealink-v86' || (vendor !== 'Yealink' && !seen.has(vendor) && seen.add(vendor))
  }
  const first = manifests
    .filter(isFirst)
    .sort((a, b) => Number(b.id === 'yealink-v86') - Number(a.id === 'yealink-v86'))
  return [...first, ...manifests.filter((each) => !first.includes(each))]
}

export function benchIdentify(seconds: number): Section {
  const figures = [3, 30, 60, 120].map((amount): Figure => {
    const compiled = compileManifests(manifestsOf(amount))
    const microseconds = timed((turn) => {
      const { file, userAgent, address } = phone(turn)
      return identify(compiled, { transport: 'http', address, path: `/${file}`, userAgent })
    }, seconds / 4)
    return { what: `a request, ${amount} plugins`, ours: `${microseconds.toFixed(2)} µs` }
  })
  return {
    title: 'Identification',
    notes: ['packages/identify alone, in one process, CPU time; of 62 plugins on made of other vendors’ families'],
    figures,
  }
}
