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
  readonly device: Device
  readonly parameters: RawConfig
  readonly access: string
}

/** Of the bytes that there is room for, how much is kept when there is no more. */
const keptShare = 7 / 8

/**
 * Files rendered lately. A phone that asks and the record of what was rendered for it need the same file within
 * moments, as do a change of a config and the phones that fetch it: it is rendered once. The oldest go first.
 */
export function createRecentFiles(maxBytes: number) {
  const entries = new Map<string, Entry>()
  let totalBytes = 0

  /** Many at once: where one went, the way to the next oldest leads past it. */
  function forgetOldest(): void {
    for (const [key, { bytes }] of entries) {
      if (totalBytes <= maxBytes * keptShare) break
      entries.delete(key)
      totalBytes -= bytes.byteLength
    }
  }

  return {
    /** The file, rendered by `render` unless it was made of the same before. What `render` throws is thrown. */
    file(name: string, inputs: FileInputs, render: () => Uint8Array): RenderedFile {
      const { plugin, device, parameters, access } = inputs
      const key = `${device.id} ${name}`
      const known = entries.get(key)
      if (known && isMadeOf(known, inputs)) return known
      const bytes = render()
      const entry: Entry = { bytes, digest: digestOf(bytes), plugin, device, parameters, access }
      if (known) totalBytes -= known.bytes.byteLength
      entries.delete(key)
      entries.set(key, entry)
      totalBytes += bytes.byteLength
      if (totalBytes > maxBytes) forgetOldest()
      return entry
    },
    get bytes() {
      return totalBytes
    },
  }
}
export type RecentFiles = ReturnType<typeof createRecentFiles>

/** Devices, parameters and plugins are replaced, never changed: the same object has the same contents. */
function isMadeOf(entry: Entry, { plugin, device, parameters, access }: FileInputs): boolean {
  if (entry.plugin !== plugin || entry.parameters !== parameters || entry.access !== access) return false
  return entry.device === device || isSameToTemplates(entry.device, device)
}

/** In the fields that a template can see; a device’s address and revision are none of them. */
function isSameToTemplates(one: Device, other: Device): boolean {
  return (
    one.mac === other.mac &&
    one.model === other.model &&
    one.version === other.version &&
    one.vendor === other.vendor &&
    one.sn === other.sn &&
    one.uuid === other.uuid &&
    (one.options === other.options || JSON.stringify(one.options) === JSON.stringify(other.options))
  )
}
