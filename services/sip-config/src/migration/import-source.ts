import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { Fault } from '@strowger/schema'
import { type ImportStore, pageLines, type UploadedFile } from '../store/imports.ts'
import { filePattern } from './file-pattern.ts'
import type { PlanJob } from './plan-job.ts'

/** What somebody wants to be imported. */
export interface Source {
  readonly format?: 'sip.conf' | 'pjsip.conf'
  readonly file?: string
  readonly text?: string
  readonly upload?: string
  readonly users?: string
  readonly included?: Readonly<Record<string, string>>
}

const usersFile = 'users.conf'
const deepest = 16

/**
 * All that belongs to a source: from the request, from an upload, or from the folder of the file of the settings.
 * @param mayReadFiles throws when who asks may not have the file of the settings read
 * @throws Fault `invalid-input` when there is nothing to read
 */
export async function importJob(
  source: Source,
  parts: {
    tenant: string
    isOfTenant: boolean
    store: Pick<ImportStore, 'files'>
    offered: string | undefined
    mayReadFiles: () => void
  },
): Promise<PlanJob> {
  const { tenant, isOfTenant, store, offered, mayReadFiles } = parts
  const { format, text, upload, users, included = {} } = source
  const how = { format, isOfTenant, pageLines }
  if (text !== undefined) {
    const files = Object.entries(included).map(([file, contents]) => ({ file, text: contents }))
    return { ...how, file: basename(source.file ?? 'sip.conf'), text, users, included: files }
  }
  if (upload !== undefined) {
    const [first, ...files] = await store.files(tenant, upload)
    if (first === undefined) throw new Fault('invalid-input', { detail: `There is no upload ${upload}` })
    const told = users ?? files.find(({ file }) => basename(file) === usersFile)?.text
    return { ...how, ...first, file: basename(first.file), users: told, included: files }
  }
  mayReadFiles()
  if (offered === undefined)
    throw new Fault('invalid-input', { detail: 'No text was given, and SIP_IMPORT_FILE names no file' })
  const contents = contentsOf(offered)
  const files = new Map<string, string>()
  follow(contents, dirname(offered), files, 0)
  // chan_sip reads it beside sip.conf, whether anybody includes it or not.
  const beside = filesNamed(join(dirname(offered), usersFile), dirname(offered))[0]?.text
  return {
    ...how,
    file: offered,
    text: contents,
    users: users ?? beside,
    included: [...files].map(([file, held]) => ({ file: relative(dirname(offered), file), text: held })),
  }
}

/** Files that are included, and theirs; only in the folder of the file that was named, or below. */
function follow(text: string, folder: string, files: Map<string, string>, depth: number): void {
  if (depth >= deepest) return
  for (const [, name = ''] of text.matchAll(/^\s*#(?:try)?include\s+[<"]?([^>"\n]+?)[>"]?\s*(?:;.*)?$/gm))
    for (const found of filesNamed(isAbsolute(name) ? name : join(folder, name), folder)) {
      if (files.has(found.file)) continue
      files.set(found.file, found.text)
      follow(found.text, folder, files, depth + 1)
    }
}

function contentsOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Fault('invalid-input', { detail: `${path} cannot be read: ${(error as { code?: string }).code ?? ''}` })
  }
}

function filesNamed(path: string, within: string): UploadedFile[] {
  const folder = dirname(path)
  if (!`${folder}/`.startsWith(`${within}/`)) return []
  const pattern = filePattern(basename(path))
  try {
    return readdirSync(folder)
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => ({ file: join(folder, name), text: contentsOf(join(folder, name)) }))
  } catch {
    return []
  }
}
