import type { Device, RawConfig } from '@strowger/schema'
import { digestOf } from './digest.ts'
import type { LoadedPlugin } from './plugin-library.ts'

/** A file with what it is recognised by. */
export interface RenderedFile {
  readonly bytes: Uint8Array
  readonly digest: string
}

/** Everything that a device's file is made of. */
export interface FileInputs {
  readonly plugin: LoadedPlugin
  readonly device: Device
  readonly parameters: RawConfig
  /** Changes with the key and password that the file tells. */
  readonly access: string
}

interface Entry extends RenderedFile {
  readonly plugin: LoadedPlugin
  readonly parameters: RawConfig
  readonly shown: string
}

/**
 * Files rendered lately. A phone that asks and the record of what was rendered for it need the same file within
 * moments, as do a change of a config and the phones that fetch it: it is rendered once. The oldest go first.
 */
export function createRecentFiles(maxBytes: number) {
  const entries = new Map<string, Entry>()
  let totalBytes = 0

  return {
    /** The file, rendered by `render` unless it was made of the same before. What `render` throws is thrown. */
    file(name: string, inputs: FileInputs, render: () => Uint8Array): RenderedFile {
      const { plugin, device, parameters, access } = inputs
      const key = `${device.id} ${name}`
      const shown = access + shownToTemplates(device)
      const known = entries.get(key)
      // Parameters and plugins are replaced, never changed: the same object has the same contents.
      if (known?.plugin === plugin && known.parameters === parameters && known.shown === shown) return known
      const bytes = render()
      const entry: Entry = { bytes, digest: digestOf(bytes), plugin, parameters, shown }
      if (known) totalBytes -= known.bytes.byteLength
      entries.delete(key)
      entries.set(key, entry)
      totalBytes += bytes.byteLength
      for (const [oldestKey, oldest] of entries) {
        if (totalBytes <= maxBytes) break
        entries.delete(oldestKey)
        totalBytes -= oldest.bytes.byteLength
      }
      return entry
    },
    get bytes() {
      return totalBytes
    },
  }
}
export type RecentFiles = ReturnType<typeof createRecentFiles>

/** The fields of a device that a template can see; its address and revision are none of them. */
function shownToTemplates({ mac, sn, uuid, vendor, model, version, options }: Device): string {
  return JSON.stringify([mac, sn, uuid, vendor, model, version, options])
}
