import { isUtf8 } from 'node:buffer'
import { join } from 'node:path'
import { templateProblem } from '@strowger/render'
import {
  type CustomFile,
  CustomFileName,
  Fault,
  type FolderNote,
  maxStaticFileBytes,
  maxTemplateCharacters,
  rootTenantId,
  TemplateName,
} from '@strowger/schema'
import { Compile } from 'typebox/compile'
import { isRenderedName } from '../device-files.ts'
import { digestOf } from '../digest.ts'
import type { LoadedPlugin } from '../plugin-library.ts'
import type { CustomFileChange } from '../store/custom-files.ts'
import { templateCopies } from './copies.ts'
import { filesBelow, removeBelow, writeBelow } from './disk.ts'
import type { FolderState } from './state.ts'

const isTemplateName = Compile(TemplateName)
const isFileName = Compile(CustomFileName)
/** The end of the name of an edit that could not take its place: not read, and left for a person to look at. */
const setAside = '.edited'

type Note = Omit<FolderNote, 'plugin'>
/** The custom file of the root tenant, if there is one. */
export type Stored = (folder: CustomFile['folder'], name: string) => CustomFile | undefined

/**
 * Moves edited copies of shipped templates from `templates/` to `var/templates/`, where they count; the shipped text
 * is written again with the next export. An edit that would replace another one is set aside there.
 */
export function moveEditedCopies(folder: string, plugin: LoadedPlugin, state: FolderState): Note[] {
  const notes: Note[] = []
  const [copies, custom] = [join(folder, 'templates'), join(folder, 'var/templates')]
  const present = filesBelow(custom, maxTemplateCharacters * 4).files
  const shippedCopies = templateCopies(plugin)
  for (const [name, bytes] of filesBelow(copies, maxTemplateCharacters * 4).files) {
    const digest = digestOf(bytes)
    const shipped = shippedCopies.get(name)
    const isOurs = digest === state.shipped.get(name) || (shipped && digest === digestOf(shipped))
    if (isOurs || isLeftByEditor(name)) continue
    const other = present.get(name)
    const isTaken = other !== undefined && digestOf(other) !== digest
    writeBelow(custom, isTaken ? `${name}${setAside}` : name, bytes)
    removeBelow(copies, name)
    notes.push({
      file: `templates/${name}`,
      outcome: isTaken ? 'conflict' : 'moved',
      reason: isTaken
        ? `it was edited and so was var/templates/${name}; this edit is kept as var/templates/${name}${setAside}`
        : `shipped templates are not edited: it is now var/templates/${name}, and the shipped text is restored`,
    })
  }
  return notes
}

/** What was edited in one folder since it was last written or read. */
interface Edits {
  readonly changes: CustomFileChange[]
  readonly notes: Note[]
}

export function editedTemplates(folder: string, plugin: LoadedPlugin, state: FolderState, stored: Stored): Edits {
  return editsOf(join(folder, 'var/templates'), {
    plugin: plugin.manifest.id,
    kind: 'templates',
    known: state.templates,
    stored,
    maxBytes: maxTemplateCharacters * 4,
    skipped: (name) => name.endsWith(setAside),
    contentOf(name, bytes) {
      if (!isTemplateName.Check(name)) throw refusal('its name is none of a template: it must end with .tpl')
      if (!isUtf8(bytes)) throw refusal('it is not UTF-8')
      const text = Buffer.from(bytes).toString('utf8')
      if (text.length > maxTemplateCharacters) throw refusal(`it is longer than ${maxTemplateCharacters} characters`)
      if (text.includes('\0')) throw refusal('it holds a NUL character')
      const problem = templateProblem(name, text)
      if (problem !== undefined) throw refusal(problem)
      return text
    },
  })
}

export function editedStatics(folder: string, plugin: LoadedPlugin, state: FolderState, stored: Stored): Edits {
  return editsOf(join(folder, 'var/tftpboot'), {
    plugin: plugin.manifest.id,
    kind: 'tftpboot',
    known: state.tftpboot,
    stored,
    maxBytes: maxStaticFileBytes,
    skipped: (name, digest) => state.rendered.get(name) === digest,
    contentOf(name, bytes) {
      if (!isFileName.Check(name)) throw refusal('its name cannot be served')
      if (isRenderedName(plugin.manifest, name) || state.rendered.has(name))
        throw refusal('it is rendered: edit its template instead')
      return Buffer.from(bytes).toString('base64')
    },
  })
}

/** The bytes of a custom file as they stand on disk. */
export function bytesOf({ folder, content }: Pick<CustomFile, 'folder' | 'content'>): Uint8Array {
  return Buffer.from(content, folder === 'templates' ? 'utf8' : 'base64')
}

/** Swap and backup files of editors, and what a crash left half written. */
function isLeftByEditor(name: string): boolean {
  return /(^|\/)\.[^/]*$|~$/.test(name)
}

function refusal(detail: string): Fault {
  return new Fault('invalid-input', { detail })
}

function editsOf(
  folder: string,
  asked: {
    plugin: string
    kind: CustomFile['folder']
    known: ReadonlyMap<string, string>
    stored: Stored
    maxBytes: number
    skipped: (name: string, digest: string) => boolean
    contentOf: (name: string, bytes: Uint8Array) => string
  },
): Edits {
  const { plugin, kind, known, stored, maxBytes, skipped, contentOf } = asked
  const changes: CustomFileChange[] = []
  const notes: Note[] = []
  const { files, refused } = filesBelow(folder, maxBytes)
  const note = (name: string, outcome: Note['outcome'], reason?: string) =>
    notes.push({ file: `var/${kind}/${name}`, outcome, ...(reason === undefined ? {} : { reason }) })
  const change = (name: string, content: string | undefined) =>
    changes.push({ tenant: rootTenantId, plugin, folder: kind, name, content })
  for (const [name, reason] of refused) note(name, 'refused', reason)
  for (const [name, bytes] of files) {
    const digest = digestOf(bytes)
    if (known.get(name) === digest || isLeftByEditor(name) || skipped(name, digest)) continue
    const present = stored(kind, name)
    const presentDigest = present && digestOf(bytesOf(present))
    if (presentDigest === digest) continue
    try {
      change(name, contentOf(name, bytes))
      const isNewerThere = presentDigest !== undefined && presentDigest !== known.get(name)
      if (isNewerThere)
        note(name, 'conflict', 'it was changed elsewhere too; this edit is now in force, that one in its history')
      else note(name, 'imported')
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      note(name, 'refused', error.message)
    }
  }
  for (const [name, digest] of known) {
    if (files.has(name) || refused.has(name)) continue
    const present = stored(kind, name)
    if (present === undefined) continue
    if (digestOf(bytesOf(present)) === digest) {
      change(name, undefined)
      note(name, 'removed')
    } else note(name, 'conflict', 'it was removed here and changed elsewhere: it is written here again')
  }
  return { changes, notes }
}
