import { extname } from 'node:path'
import type { Device, PluginManifest } from '@strowger/schema'
import type { LoadedPlugin } from './plugin-library.ts'

/** What a path means to the plugin of a device. */
export type RequestedFile =
  | { readonly kind: 'device'; readonly file: PluginManifest['files']['device'][number]; readonly name: string }
  | { readonly kind: 'common'; readonly file: PluginManifest['files']['common'][number]; readonly name: string }
  | { readonly kind: 'static'; readonly file: PluginManifest['files']['static'][number]; readonly name: string }

/** What patterns are made of: text, and at odd places the name of a part. Manifests have few, and files are many. */
const pieces = new Map<string, readonly string[]>()

function piecesOf(pattern: string): readonly string[] {
  let found = pieces.get(pattern)
  if (found === undefined) {
    found = pattern.split(/\{(\w+)\}/)
    pieces.set(pattern, found)
  }
  return found
}

/** The name of a file for this device; undefined when the device lacks what the name is made of. */
export function fileNameFor(pattern: string, device: Device): string | undefined {
  let name = ''
  let isPart = false
  for (const piece of piecesOf(pattern)) {
    const text = isPart ? partOf(piece, device) : piece
    if (text === undefined) return undefined
    name += text
    isPart = !isPart
  }
  return name
}

function partOf(part: string, { mac, sn, uuid, model }: Device): string | undefined {
  switch (part) {
    case 'mac':
      return mac?.replaceAll(':', '')
    case 'MAC':
      return mac?.replaceAll(':', '').toUpperCase()
    case 'MAC10':
      return mac?.replaceAll(':', '').slice(2).toUpperCase()
    case 'sn':
      return sn
    case 'uuid':
      return uuid
    case 'model':
      return model
    default:
      return undefined
  }
}

/** Whether the phone is of a model that is given this file. */
export function isGiven(file: { readonly models?: readonly string[] }, { model }: Device): boolean {
  return file.models === undefined || (model !== undefined && file.models.includes(model))
}

/** The file that stands at this path (no leading slash) for this device, if its plugin has one. */
export function requestedFile(
  { manifest: { files }, customStatics }: Pick<LoadedPlugin, 'manifest' | 'customStatics'>,
  device: Device,
  path: string,
): RequestedFile | undefined {
  for (const file of files.device) {
    const name = fileNameFor(file.name, device)
    if (name === path && isGiven(file, device)) return { kind: 'device', file, name }
  }
  for (const file of files.common) {
    const name = fileNameFor(file.name, device)
    if (name === path && isGiven(file, device)) return { kind: 'common', file, name }
  }
  for (const file of files.static) {
    if (file.name === path && isGiven(file, device)) return { kind: 'static', file, name: file.name }
  }
  if (customStatics?.has(path)) return { kind: 'static', file: { name: path, contentType: typeOf(path) }, name: path }
  return undefined
}

const types: Readonly<Record<string, string>> = {
  '.xml': 'application/xml',
  '.cfg': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.bmp': 'image/bmp',
  '.wav': 'audio/wav',
}

/** What a file is, by its name. */
function typeOf(name: string): string {
  return types[extname(name).toLowerCase()] ?? 'application/octet-stream'
}

/** Whether the plugin renders a file of this name for a device: then it is its template that can be customised. */
export function isRenderedName({ files }: PluginManifest, name: string): boolean {
  if (files.common.some((file) => file.name === name)) return true
  return files.device.some((file) => {
    const parts = file.name.split(/\{\w+\}/)
    if (parts.length === 1) return file.name === name
    const [first = '', last = ''] = [parts[0], parts.at(-1)]
    return (
      name.length > first.length + last.length && name.startsWith(first) && name.endsWith(last) && hasId(file, name)
    )
  })
}

/** A name with a mac in it, where the pattern has one: `logo.cfg` is no phone’s `{mac}.cfg`. */
function hasId(file: { readonly name: string }, name: string): boolean {
  return !/\{(mac|MAC)\}/.test(file.name) || /[0-9A-Fa-f]{12}/.test(name)
}
