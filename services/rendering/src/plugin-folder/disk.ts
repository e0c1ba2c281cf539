import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Only the user that runs Strowger may look: rendered files hold passwords. */
const folderMode = 0o700
const fileMode = 0o600
const maxDepth = 4
const maxFiles = 5_000

/** What stands in a folder: plain files by their name below it, and what is not read with the reason. */
export interface FoundFiles {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly refused: ReadonlyMap<string, string>
}

/** Reads all files below a folder; neither links nor anything else that is no plain file is followed or read. */
export function filesBelow(folder: string, maxBytes: number): FoundFiles {
  const files = new Map<string, Uint8Array>()
  const refused = new Map<string, string>()
  const visit = (at: string, depth: number): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name)
      const name = relative(folder, path)
      if (entry.isSymbolicLink()) refused.set(name, 'a symbolic link is not followed')
      else if (entry.isDirectory() && depth >= maxDepth) refused.set(name, `more than ${maxDepth} folders deep`)
      else if (entry.isDirectory()) visit(path, depth + 1)
      else if (!entry.isFile()) refused.set(name, 'is no plain file')
      else if (files.size >= maxFiles) refused.set(name, `more than ${maxFiles} files`)
      else {
        const bytes = readPlain(path, maxBytes)
        if (typeof bytes === 'string') refused.set(name, bytes)
        else files.set(name, bytes)
      }
    }
  }
  if (isPlainFolder(folder)) visit(folder, 1)
  return { files, refused }
}

/** The bytes of a plain file, or why they are not read. */
function readPlain(path: string, maxBytes: number): Uint8Array | string {
  let file: number
  try {
    // Between the look and the opening it may have become a link or a pipe.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    return `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`
  }
  try {
    const { size, nlink } = fstatSync(file)
    if (nlink > 1) return 'has other names (hard links)'
    if (size > maxBytes) return `has ${size} bytes; ${maxBytes} are accepted`
    return readFileSync(file)
  } finally {
    closeSync(file)
  }
}

/** Writes a file whole or not at all. Throws when a part of the way is a link. @param name below `folder` */
export function writeBelow(folder: string, name: string, bytes: Uint8Array): void {
  const path = join(folder, name)
  makeFolders(folder, dirname(path))
  const partial = join(dirname(path), `.${randomUUID()}.partial`)
  try {
    writeFileSync(partial, bytes, { mode: fileMode, flag: 'wx' })
    renameSync(partial, path)
  } catch (error) {
    removeBelow(dirname(partial), partial.slice(dirname(partial).length + 1))
    throw error
  }
}

/** Makes a folder and those above it up to `root`, for its user alone. Throws when one of them is a link or a file. */
export function makeFolders(root: string, folder: string): void {
  mkdirSync(root, { recursive: true, mode: folderMode })
  let at = root
  for (const part of relative(root, folder).split('/').filter(Boolean)) {
    if (part === '..') throw new Error(`${folder} is not below ${root}`)
    at = join(at, part)
    if (!isPlainFolder(at)) mkdirSync(at, { mode: folderMode })
  }
}

export function removeBelow(folder: string, name: string): void {
  try {
    unlinkSync(join(folder, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function isPlainFolder(path: string): boolean {
  try {
    const found = lstatSync(path)
    if (!found.isDirectory()) throw new Error(`${path} is no folder`)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
