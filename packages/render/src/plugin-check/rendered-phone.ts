import { flattenConfig } from '../flatten-config.ts'
import { renderDeviceFile } from '../render-file.ts'
import type { ReadPlugin } from './read-plugins.ts'
import { readVendorFile, type VendorFile } from './vendor-file.ts'

const mac = '00:15:65:12:34:56'
const digits = mac.replaceAll(':', '')

/**
 * Name -> text of each file of a phone of this model, with the first firmware that the manifest lists for it. Throws
 * Fault('render-failed') as for any phone.
 */
export function renderAll(plugin: ReadPlugin, model: string, raw: object): Map<string, string> {
  const { manifest, compiled } = plugin
  const version = manifest.models[model]?.firmware[0]
  const device = {
    mac,
    sn: 'S123',
    model,
    vendor: manifest.vendors[0] ?? '',
    ...(version === undefined ? {} : { version }),
  }
  const parameters = flattenConfig([raw as Record<string, unknown>])
  const texts = new Map<string, string>()
  for (const { name: pattern, models } of manifest.files.device) {
    if (models !== undefined && !models.includes(model)) continue
    const name = pattern
      .replace('{mac}', digits)
      .replace('{MAC}', digits.toUpperCase())
      .replace('{MAC10}', digits.slice(2).toUpperCase())
      .replace('{model}', model)
      .replace('{sn}', device.sn)
    const bytes = renderDeviceFile(compiled, { pattern, name, device, parameters })
    texts.set(name, new TextDecoder(manifest.encoding ?? 'utf-8').decode(bytes))
  }
  return texts
}

/** All files of a phone, read as one. */
export function readAll(plugin: ReadPlugin, model: string, raw: object): VendorFile {
  const texts = [...renderAll(plugin, model, raw).values()]
  const files = texts.map((text) => readVendorFile(text, plugin.manifest.format))
  return { values: (name) => files.flatMap((file) => file.values(name)), names: files.flatMap(({ names }) => names) }
}
