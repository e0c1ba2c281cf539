import type { Device, PluginManifest } from '@strowger/schema'

/** What a path means to the plugin of a device. */
export type RequestedFile =
  | { readonly kind: 'device'; readonly file: PluginManifest['files']['device'][number]; readonly name: string }
  | { readonly kind: 'common'; readonly file: PluginManifest['files']['common'][number]; readonly name: string }
  | { readonly kind: 'static'; readonly file: PluginManifest['files']['static'][number]; readonly name: string }

/** The name of a file for this device; undefined when the device lacks what the name is made of. */
export function fileNameFor(pattern: string, device: Device): string | undefined {
  let missing = false
  const name = pattern.replaceAll(/\{(\w+)\}/g, (_whole, part: string) => {
    const value = partOf(part, device)
    if (value === undefined) missing = true
    return value ?? ''
  })
  return missing ? undefined : name
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
export function requestedFile(manifest: PluginManifest, device: Device, path: string): RequestedFile | undefined {
  const { files } = manifest
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
  return undefined
}
