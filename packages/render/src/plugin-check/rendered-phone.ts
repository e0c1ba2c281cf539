import { flattenConfig } from '../flatten-config.ts'
import { renderDeviceFile } from '../render-file.ts'
import type { ReadPlugin } from './read-plugins.ts'
import { readFileOf, type VendorFile } from './vendor-file.ts'

const mac = '00:15:65:12:34:56'
const digits = mac.replaceAll(':', '')

interface RenderedFile {
  readonly name: string
  readonly contentType: string
  readonly text: string
}

/**
 * Name -> text of each file of a phone of this model, with the first firmware that the manifest lists for it. Throws
 * Fault('render-failed') as for any phone.
 */
export function renderAll(plugin: ReadPlugin, model: string, raw: object): Map<string, string> {
  return new Map(filesOf(plugin, model, raw).map(({ name, text }) => [name, text]))
}

function filesOf({ manifest, compiled }: ReadPlugin, model: string, raw: object): RenderedFile[] {
  const version = manifest.models[model]?.firmware[0]
  const device = {
    mac,
    sn: 'S123',
    model,
    vendor: manifest.vendors[0] ?? '',
    ...(version === undefined ? {} : { version }),
  }
  const parameters = flattenConfig([raw as Record<string, unknown>])
  return manifest.files.device.flatMap(({ name: pattern, contentType, models }) => {
    if (models !== undefined && !models.includes(model)) return []
    const name = pattern
      .replace('{mac}', digits)
      .replace('{MAC}', digits.toUpperCase())
      .replace('{MAC10}', digits.slice(2).toUpperCase())
      .replace('{model}', model)
      .replace('{sn}', device.sn)
    const bytes = renderDeviceFile(compiled, { pattern, name, device, parameters })
    return [{ name, contentType, text: new TextDecoder(manifest.encoding ?? 'utf-8').decode(bytes) }]
  })
}

/** All files of a phone, read as one. Throws when one of them is not of its format, naming it. */
export function readAll(plugin: ReadPlugin, model: string, raw: object): VendorFile {
  const files = filesOf(plugin, model, raw).map(({ name, contentType, text }) => {
    try {
      return readFileOf(plugin.manifest, contentType, text)
    } catch (error) {
      throw new Error(`${name} cannot be read: ${(error as Error).message}`, { cause: error })
    }
  })
  return { values: (name) => files.flatMap((file) => file.values(name)), names: files.flatMap(({ names }) => names) }
}
