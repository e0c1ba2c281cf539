import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CdrReader } from '@strowger/rating'
import { Fault } from '@strowger/schema'
import Type from 'typebox'
import type { Slice } from '../import/slice.ts'
import { gather, type ReadContext, type SourceKind } from './source-kind.ts'

const FolderSettings = Type.Object({
  folder: Type.String({ minLength: 1, maxLength: 4096 }),
  files: Type.Optional(
    Type.String({ minLength: 1, maxLength: 255, default: '*', description: 'Name, with * for any part of it' }),
  ),
  whole: Type.Optional(
    Type.Boolean({ description: 'Files come whole and do not grow (JSON, XML): read when they rest for a second' }),
  ),
  pollMs: Type.Optional(Type.Integer({ minimum: 50, maximum: 3_600_000, default: 500 })),
})
type FolderSettings = Type.Static<typeof FolderSettings>

/** How far one file was read. By inode, so that a rotated file is known under its new name. */
interface FilePlace {
  readonly name: string
  readonly inode: number
  /** Bytes of complete lines that are stored. */
  readonly offset: number
  readonly line: number
  /** Digest of the first bytes, by which a file that was written anew in place is told from one that has grown. */
  readonly head: string
  readonly headBytes: number
}

interface Cursor {
  readonly files: readonly FilePlace[]
}

/** Small, so that a slice is little more than was asked for: what is kept longer costs the collector of garbage more. */
const chunkBytes = 524_288
const headLimit = 1_024
/** Files that are gone are remembered until there are so many. */
const rememberedFiles = 5_000
const restMs = 1_000

/**
 * A folder that is watched: files that grow, are renamed and begun anew, truncated or replaced. A line that is not
 * complete is left for the next time. What was read is known by inode and offset; what is read twice all the same (a
 * file that was copied and truncated) is found to be stored already.
 */
export const folderSource: SourceKind<FolderSettings> = {
  name: 'folder',
  settings: FolderSettings,
  isReadAhead: true,
  read: readFolder,
  async test({ folder, files = '*' }) {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      throw new Fault('invalid-input', { detail: `${folder} cannot be read: ${error.code ?? error.message}` })
    })
    const matching = names.filter(matches(files))
    return `${matching.length} of ${names.length} files match${matching.length > 0 ? `: ${matching.slice(0, 5).join(', ')}` : ''}`
  },
}

async function* readFolder(settings: FolderSettings, stored: unknown, context: ReadContext): AsyncGenerator<Slice> {
  const { folder, files = '*', pollMs = 500, whole = false } = settings
  const { clock, signal } = context
  const isWanted = matches(files)
  let places = new Map(((stored as Cursor | null)?.files ?? []).map((place) => [place.inode, place]))

  while (!signal.aborted) {
    let hasRead = false
    for (const { name, path, inode, size, modifiedMs } of await filesOf(folder)) {
      const known = places.get(inode)
      // A file whose name no longer matches is read to its end, as it was when it had that name.
      if (
        known === undefined ? !isWanted(name) : known.offset >= size && known.offset <= size && !hasShrunk(known, size)
      )
        continue
      if (whole && clock.now() - modifiedMs < restMs) continue
      const isRotated = known !== undefined && !isWanted(name)
      for await (const slice of readFile(path, { name, inode, known, whole: whole || isRotated }, context, (place) => {
        places = remembered(places, place)
        return { files: [...places.values()] }
      })) {
        hasRead = true
        yield slice
        if (signal.aborted) return
      }
    }
    if (!hasRead) await clock.sleep(pollMs, signal).catch(() => {})
  }
}

function hasShrunk({ offset }: FilePlace, size: number): boolean {
  return size < offset
}

function remembered(places: ReadonlyMap<number, FilePlace>, place: FilePlace): Map<number, FilePlace> {
  const next = new Map(places)
  next.delete(place.inode)
  next.set(place.inode, place)
  for (const inode of next.keys()) {
    if (next.size <= rememberedFiles) break
    next.delete(inode)
  }
  return next
}

interface Found {
  readonly name: string
  readonly path: string
  readonly inode: number
  readonly size: number
  readonly modifiedMs: number
}

/** Oldest first, so that a rotated file is finished before what follows it. */
async function filesOf(folder: string): Promise<Found[]> {
  const found: Found[] = []
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    try {
      const { ino, size, mtimeMs, isFile } = await stat(path).then((stats) => ({
        ino: stats.ino,
        size: stats.size,
        mtimeMs: stats.mtimeMs,
        isFile: stats.isFile(),
      }))
      if (isFile) found.push({ name, path, inode: ino, size, modifiedMs: mtimeMs })
    } catch {
      // Gone meanwhile.
    }
  }
  return found.sort((one, other) => one.modifiedMs - other.modifiedMs || (one.name < other.name ? -1 : 1))
}

interface Reading {
  readonly name: string
  readonly inode: number
  readonly known: FilePlace | undefined
  /** Nothing will be appended: the last line counts without its end. */
  readonly whole: boolean
}

/** What is new in a file, slice by slice. `keep` makes the cursor that holds once the slice is stored. */
async function* readFile(
  path: string,
  { name, inode, known, whole }: Reading,
  context: ReadContext,
  keep: (place: FilePlace) => Cursor,
): AsyncGenerator<Slice> {
  const { format, sliceRecords } = context
  if (format.kind !== 'file') throw new Fault('invalid-input', { detail: `${format.format.name} is no form of files` })
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const isSame = known !== undefined && size >= known.offset && (await headOf(handle, known.headBytes)) === known.head
    const begin = isSame ? known : { offset: 0, line: 0 }
    let gathered = gather()
    const reader: CdrReader = format.format.open(
      format.settings,
      {
        record: (record) => gathered.record(record),
        fault: (fault) => gathered.fault(fault),
      },
      { line: begin.line },
    )
    let readTo = begin.offset
    let sliceFrom = begin.offset
    let digest = createHash('sha256')
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(65_536, size - begin.offset)))
    while (readTo < size) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - readTo), readTo)
      if (bytesRead === 0) break
      const bytes = buffer.subarray(0, bytesRead)
      reader.push(bytes)
      digest.update(bytes)
      readTo += bytesRead
      const isLast = readTo >= size
      if (isLast && whole) reader.end()
      if (gathered.records.length + gathered.faults.length < sliceRecords && !isLast) continue
      const offset = isLast && whole ? size : begin.offset + reader.consumedBytes
      if (offset === sliceFrom) break
      const headBytes = Math.min(headLimit, offset)
      const place = { name, inode, offset, line: reader.line, head: await headOf(handle, headBytes), headBytes }
      const { records, faults } = gathered
      gathered = gather()
      yield {
        records,
        faults,
        file: name,
        firstByte: sliceFrom,
        bytes: offset - sliceFrom,
        sha256: digest.digest('hex'),
        cursor: keep(place),
      }
      digest = createHash('sha256')
      sliceFrom = offset
    }
  } finally {
    await handle.close()
  }
}

async function headOf(handle: FileHandle, bytes: number): Promise<string> {
  if (bytes === 0) return ''
  const buffer = Buffer.alloc(bytes)
  const { bytesRead } = await handle.read(buffer, 0, bytes, 0)
  return createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex').slice(0, 32)
}

/** A name with `*` for any part of it. */
function matches(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('[^/]*')}$`)
  return (name) => expression.test(name)
}
