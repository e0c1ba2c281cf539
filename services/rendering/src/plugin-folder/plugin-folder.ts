import { join } from 'node:path'
import type { Database, Person } from '@strowger/database'
import { type CustomFile, CustomFileName, type Device, Fault, type FolderNote, rootTenantId } from '@strowger/schema'
import type { Log } from '@strowger/service'
import { Compile } from 'typebox/compile'
import { fileNameFor } from '../device-files.ts'
import type { LoadedPlugin } from '../plugin-library.ts'
import type { Renderer } from '../renderer.ts'
import { type CustomFileChange, changeCustomFiles, customFileKey } from '../store/custom-files.ts'
import type { ProvisioningSchema } from '../store/tables.ts'
import { editedStatics, editedTemplates, moveEditedCopies } from './read-folder.ts'
import { readState, writeState } from './state.ts'
import { removeRendered, writePlugin, writeRendered } from './write-folder.ts'

const isFileName = Compile(CustomFileName)
/** Notes of an answer; what is beyond stands in the log. */
const maxNotes = 500

/**
 * The folder of plugins on disk: a folder a plugin, with its templates and the custom files of the root tenant. What is
 * stored is the truth: the folder is written from it, and what people edited there is taken over when it is read.
 */
export function createPluginFolder(parts: {
  root: string
  plugins: ReadonlyMap<string, LoadedPlugin>
  files: {
    get(key: string): CustomFile | undefined
    values(): Iterable<CustomFile>
    applyLocal(key: string, file: CustomFile | undefined): void
  }
  devices: { get(id: string): Device | undefined; values(): Iterable<Device> }
  renderer: Pick<Renderer, 'inputsOf' | 'device' | 'commonFile'>
  database: Database<ProvisioningSchema>
  log: Log
}) {
  const { root, plugins, files, devices, renderer, database, log } = parts

  const folderOf = (id: string) => join(root, id)
  const customOf = (id: string) =>
    [...files.values()].filter((file) => file.tenant === rootTenantId && file.plugin === id)

  /** Those of these plugins; all without. */
  function write(only?: ReadonlySet<string>): void {
    for (const [id, plugin] of plugins) if (only?.has(id) ?? true) writeOne(id, plugin)
  }

  function writeOne(id: string, plugin: LoadedPlugin): void {
    const folder = folderOf(id)
    const state = readState(folder)
    const before = JSON.stringify(state, asEntries)
    writePlugin(folder, plugin, state, customOf(id))
    if (JSON.stringify(state, asEntries) !== before) writeState(folder, state)
  }

  async function read(writer: Person): Promise<FolderNote[]> {
    const notes: FolderNote[] = []
    for (const [id, plugin] of plugins) {
      try {
        notes.push(...(await readOne(id, plugin, writer)))
      } catch (error) {
        log.warn({ error, plugin: id }, 'the folder of a plugin could not be read')
        notes.push({ plugin: id, file: '.', outcome: 'refused', reason: (error as Error).message })
      }
    }
    for (const note of notes) log.info({ ...note }, 'a file of the folder of plugins was read')
    return notes.slice(0, maxNotes)
  }

  async function readOne(id: string, plugin: LoadedPlugin, writer: Person): Promise<FolderNote[]> {
    const folder = folderOf(id)
    const state = readState(folder)
    const stored = (kind: CustomFile['folder'], name: string) =>
      files.get(customFileKey({ tenant: rootTenantId, plugin: id, folder: kind, name }))
    const moved = moveEditedCopies(folder, plugin, state)
    const templates = editedTemplates(folder, plugin, state, stored)
    const statics = editedStatics(folder, plugin, state, stored)
    await store([...templates.changes, ...statics.changes], writer)
    for (const { folder: kind, name, content } of [...templates.changes, ...statics.changes])
      if (content === undefined) state[kind].delete(name)
    writeState(folder, state)
    writeOne(id, plugin)
    return [...moved, ...templates.notes, ...statics.notes].map((note) => ({ plugin: id, ...note }))
  }

  async function store(changes: readonly CustomFileChange[], writer: Person): Promise<void> {
    if (changes.length === 0) return
    const written = await changeCustomFiles(database, writer, rootTenantId, changes)
    const byKey = new Map(written.map((file) => [customFileKey(file), file]))
    for (const change of changes) files.applyLocal(customFileKey(change), byKey.get(customFileKey(change)))
  }

  /** Writes the files that these devices and those who share theirs get. Answers how many, and what could not be. */
  function writeDevices(ids: readonly string[]): { written: number; notes: FolderNote[] } {
    const notes: FolderNote[] = []
    const wanted = new Map<string, Map<string, Uint8Array>>()
    for (const id of ids) {
      const device = devices.get(id)
      if (device?.plugin === undefined || !plugins.has(device.plugin)) continue
      const ofPlugin = wanted.get(device.plugin) ?? commonOf(device.plugin, notes)
      wanted.set(device.plugin, ofPlugin)
      const { files: rendered, error } = renderer.device(device, renderer.inputsOf(device))
      if (error !== undefined)
        notes.push({ plugin: device.plugin, file: `(device ${id})`, outcome: 'refused', reason: error })
      for (const [name, bytes] of rendered) ofPlugin.set(name, bytes)
    }
    let written = 0
    for (const [plugin, named] of wanted) {
      for (const name of [...named.keys()]) {
        const canBeWritten: boolean = isFileName.Check(name)
        if (canBeWritten) continue
        named.delete(name)
        notes.push({ plugin, file: name.slice(0, 200), outcome: 'refused', reason: 'its name cannot be written' })
      }
      const state = readState(folderOf(plugin))
      writeRendered(folderOf(plugin), named, state)
      writeState(folderOf(plugin), state)
      written += named.size
    }
    return { written, notes: notes.slice(0, maxNotes) }
  }

  function commonOf(id: string, notes: FolderNote[]): Map<string, Uint8Array> {
    const common = new Map<string, Uint8Array>()
    const plugin = plugins.get(id)
    for (const file of plugin?.manifest.files.common ?? []) {
      if (plugin === undefined || file.name.includes('{')) continue
      try {
        common.set(file.name, renderer.commonFile(plugin, file).bytes)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        notes.push({ plugin: id, file: file.name, outcome: 'refused', reason: error.message })
      }
    }
    return common
  }

  /** Removes the files of devices that are gone, or have another plugin: they hold passwords. */
  function forgetDevices(): void {
    for (const [id, { manifest }] of plugins) {
      const folder = folderOf(id)
      const state = readState(folder)
      if (state.rendered.size === 0) continue
      const wanted = new Set(manifest.files.common.map(({ name }) => name))
      for (const device of devices.values()) {
        if (device.plugin !== id) continue
        for (const { name } of manifest.files.device) wanted.add(fileNameFor(name, device) ?? name)
      }
      if (removeRendered(folder, wanted, state) > 0) writeState(folder, state)
    }
  }

  return { write, read, writeDevices, forgetDevices }
}
export type PluginFolder = ReturnType<typeof createPluginFolder>

function asEntries(_name: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value
}
