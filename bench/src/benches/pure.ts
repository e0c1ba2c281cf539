import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileManifests, identify } from '@strowger/identify'
import { compilePlugin, flattenConfig, renderDeviceFile } from '@strowger/render'
import type { PluginManifest } from '@strowger/schema'
import { count, type Figure } from '../figure.ts'
import { cloneRoot } from '../house.ts'
import { model, phone, version } from '../phones.ts'
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

export function benchRender(seconds: number): Section {
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
  const figures = [
    { model, version },
    { model: 'T46S', version: '66.86.0.15' },
  ].map((asked): Figure => {
    const bytes = render(asked)(0).byteLength
    const microseconds = timed(render(asked), seconds / 2)
    return { what: `file of a ${asked.model}, ${count(bytes)} bytes`, ours: `${microseconds.toFixed(1)} µs` }
  })
  return {
    title: 'Rendering',
    notes: ['packages/render alone, in one process, CPU time; parameters are merged before'],
    figures,
  }
}

export function benchIdentify(seconds: number): Section {
  const manifests = [read(join(plugin, 'manifest.json')) as PluginManifest]
  const compiled = compileManifests(manifests)
  const microseconds = timed((turn) => {
    const { file, userAgent, address } = phone(turn)
    return identify(compiled, { transport: 'http', address, path: `/${file}`, userAgent })
  }, seconds)
  const figures: Figure[] = [{ what: `a request, ${manifests.length} plugin`, ours: `${microseconds.toFixed(2)} µs` }]
  return { title: 'Identification', notes: ['packages/identify alone, in one process, CPU time'], figures }
}
