import { join } from 'node:path'
import type { CustomFile } from '@strowger/schema'
import { digestOf } from '../digest.ts'
import type { LoadedPlugin } from '../plugin-library.ts'
import { templateCopies } from './copies.ts'
import { filesBelow, makeFolders, removeBelow, writeBelow } from './disk.ts'
import { bytesOf } from './read-folder.ts'
import type { FolderState } from './state.ts'

const anySize = Number.MAX_SAFE_INTEGER

/** Brings the folder of a plugin up to what is stored. A file that a person has edited meanwhile is left. */
export function writePlugin(
  folder: string,
  plugin: LoadedPlugin,
  state: FolderState,
  custom: readonly CustomFile[],
): void {
  for (const part of ['templates', 'var/cache', 'var/installed', 'var/templates', 'var/tftpboot'])
    makeFolders(folder, join(folder, part))
  bring(join(folder, 'templates'), templateCopies(plugin), state.shipped, { again: true })
  for (const kind of ['templates', 'tftpboot'] as const) {
    const wanted = custom.filter((file) => file.folder === kind).map((file) => [file.name, bytesOf(file)] as const)
    bring(join(folder, 'var', kind), new Map(wanted), state[kind], { again: false })
  }
  const readme = Buffer.from(readmeOf(plugin))
  const written = filesBelow(folder, anySize).files.get('README')
  if (written === undefined || digestOf(written) !== digestOf(readme)) writeBelow(folder, 'README', readme)
}

/**
 * Makes the files of a folder these, as far as nobody has edited them; `known` says how they were. `again`: also those
 * that somebody removed. Else they are left out, since the next reading removes them from what is stored.
 */
function bring(
  folder: string,
  wanted: ReadonlyMap<string, Uint8Array>,
  known: Map<string, string>,
  { again }: { again: boolean },
): void {
  const present = filesBelow(folder, anySize).files
  for (const [name, bytes] of wanted) {
    const [digest, there, before] = [digestOf(bytes), present.get(name), known.get(name)]
    const digestThere = there && digestOf(there)
    const isEdited = digestThere !== undefined && digestThere !== before
    const isRemoved = digestThere === undefined && before === digest && !again
    if (digestThere !== digest) {
      if (isEdited || isRemoved) continue
      writeBelow(folder, name, bytes)
    }
    known.set(name, digest)
  }
  for (const [name, digest] of [...known]) {
    if (wanted.has(name)) continue
    const was = present.get(name)
    if (was && digestOf(was) === digest) removeBelow(folder, name)
    known.delete(name)
  }
}

/** Writes files that phones get, to be looked at. */
export function writeRendered(folder: string, files: ReadonlyMap<string, Uint8Array>, state: FolderState): void {
  for (const [name, bytes] of files) {
    writeBelow(join(folder, 'var/tftpboot'), name, bytes)
    state.rendered.set(name, digestOf(bytes))
  }
}

/** Removes rendered files that are not wanted any more, edited or not: no edit of one is ever taken over. Answers how many. */
export function removeRendered(folder: string, wanted: ReadonlySet<string>, state: FolderState): number {
  const left = [...state.rendered].filter(([name]) => !wanted.has(name))
  if (left.length === 0) return 0
  for (const [name] of left) {
    removeBelow(join(folder, 'var/tftpboot'), name)
    state.rendered.delete(name)
  }
  return left.length
}

function readmeOf({ manifest }: LoadedPlugin): string {
  return `${manifest.id}: ${manifest.description}

templates/      the templates that come with the plugin. Copies: copy what you want to change to var/templates.
var/templates/  your own: <device file>.tpl, <model>.tpl, base.tpl, or any name that a template includes.
                They come into force with: strowger reconfigure --plugin ${manifest.id}
var/tftpboot/   files that phones get, when you ask for them (strowger reconfigure --plugin ${manifest.id}
                --write-files), and files of your own, which are served as they are. They may hold passwords.
`
}
