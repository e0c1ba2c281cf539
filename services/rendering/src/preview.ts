import { setImmediate } from 'node:timers/promises'
import { type Device, Fault, type Preview, type PreviewedDevice } from '@strowger/schema'
import type { Clock } from '@strowger/service'
import type { LoadedPlugin } from './plugin-library.ts'
import type { Renderer } from './renderer.ts'
import { textDiff } from './text-diff.ts'

/** Devices rendered between two looks at the event loop: phones’ requests go in between. */
const chunk = 16
/** Characters of all diffs of an answer: a message of NATS holds a mebibyte. */
const maxDiffCharacters = 400_000
/** With less left than this, nothing is rendered just to be shown. */
const leastDiff = 200

type Files = ReadonlyMap<string, Uint8Array>
type Rendering = { readonly files: Files; readonly error?: undefined } | { readonly error: string }

/**
 * Renders devices as they are and as they would be with the plugins that `tried` gives for a tenant, and saves nothing.
 * Whether a file differs is decided with its secrets; the diff that is shown has them masked.
 */
export async function previewOf(
  renderer: Pick<Renderer, 'pluginOf' | 'tried' | 'commonFile'>,
  asked: {
    devices: readonly Device[]
    tried: (tenant: string) => LoadedPlugin | undefined
    /** The plugin for the tenant as it is, for the files that its devices share. */
    present: LoadedPlugin | undefined
    tenant: string
    limit: number
    offset: number
    /** True when it has taken long enough: what is left is for the next question. */
    isOver: () => boolean
    signal?: AbortSignal
  },
): Promise<Preview> {
  const { devices, tried, present, tenant, limit, offset, isOver, signal } = asked
  const chosen = devices.slice(offset, offset + limit)
  const budget = { left: maxDiffCharacters, cut: false }
  const preview: Preview = {
    devices: devices.length,
    examined: 0,
    changed: 0,
    failed: 0,
    items: [],
    cut: false,
    ...(offset === 0 ? commonFiles(renderer, present, tried(tenant), budget) : { common: [], commonErrors: [] }),
  }
  for (const [index, device] of chosen.entries()) {
    if (index % chunk === chunk - 1) await setImmediate()
    signal?.throwIfAborted()
    if (index > 0 && isOver()) break
    preview.examined++
    const item = previewed(renderer, device, tried(device.tenant), budget)
    if (item.files.length > 0 && item.error === undefined) preview.changed++
    if (item.error !== undefined && !item.failsAlready) preview.failed++
    if (item.files.length > 0 || item.error !== undefined) preview.items.push(item)
  }
  preview.cut = budget.cut
  return preview
}

/** For how long a question about many devices may take, below the deadline of its request. */
const patienceMs = 8_000

export function timeLimit(clock: Pick<Clock, 'monotonicMs'>): () => boolean {
  const endMs = clock.monotonicMs() + patienceMs
  return () => clock.monotonicMs() > endMs
}

interface Budget {
  left: number
  cut: boolean
}

function previewed(
  renderer: Pick<Renderer, 'pluginOf' | 'tried'>,
  device: Device,
  after: LoadedPlugin | undefined,
  budget: Budget,
): PreviewedDevice {
  const before = renderer.pluginOf(device)
  const [was, becomes] = [rendering(renderer, before, device, false), rendering(renderer, after, device, false)]
  const { id, tenant, mac, model } = device
  const item: PreviewedDevice = {
    device: id,
    tenant,
    ...(mac === undefined ? {} : { mac }),
    ...(model === undefined ? {} : { model }),
    files: [],
  }
  if (becomes.error !== undefined)
    return { ...item, error: becomes.error, ...(was.error === undefined ? {} : { failsAlready: true }) }
  const differing = [...differingNames(was.error === undefined ? was.files : new Map(), becomes.files)]
  if (differing.length === 0) return item
  if (budget.left < leastDiff) {
    budget.cut = true
    return { ...item, files: differing.map((name) => ({ name, diff: '' })) }
  }
  const [shownBefore, shownAfter] = [
    rendering(renderer, before, device, true),
    rendering(renderer, after, device, true),
  ]
  item.files = differing.map((name) => shownDiff(name, textOf(shownBefore, name), textOf(shownAfter, name), budget))
  return item
}

function rendering(
  renderer: Pick<Renderer, 'tried'>,
  plugin: LoadedPlugin | undefined,
  device: Device,
  masked: boolean,
): Rendering {
  if (plugin === undefined) return { files: new Map() }
  try {
    return { files: renderer.tried(plugin, device, masked) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { error: error.message }
  }
}

function* differingNames(before: Files, after: Files): Generator<string> {
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(name), after.get(name)]
    if (one === undefined || other === undefined || Buffer.compare(one, other) !== 0) yield name
  }
}

function textOf(shown: Rendering, name: string): string {
  const bytes = shown.error === undefined ? shown.files.get(name) : undefined
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8')
}

function shownDiff(name: string, before: string, after: string, budget: Budget): { name: string; diff: string } {
  const diff = textDiff(name, before, after) || '(only in what is secret)\n'
  if (diff.length > budget.left) {
    budget.cut = true
    return { name, diff: '' }
  }
  budget.left -= diff.length
  return { name, diff }
}

/** The files that all devices share, before and after. */
function commonFiles(
  renderer: Pick<Renderer, 'commonFile'>,
  before: LoadedPlugin | undefined,
  after: LoadedPlugin | undefined,
  budget: Budget,
): Pick<Preview, 'common' | 'commonErrors'> {
  const common: Preview['common'] = []
  const commonErrors: string[] = []
  for (const file of after?.manifest.files.common ?? []) {
    const text = (plugin: LoadedPlugin | undefined) =>
      plugin === undefined ? '' : Buffer.from(renderer.commonFile(plugin, file).bytes).toString('utf8')
    try {
      const becomes = text(after)
      let was = ''
      try {
        was = text(before)
      } catch {
        // It fails as it is: everything is new.
      }
      if (was !== becomes) common.push(shownDiff(file.name, was, becomes, budget))
    } catch (error) {
      commonErrors.push(`${file.name}: ${(error as Error).message}`)
    }
  }
  return { common, commonErrors }
}
