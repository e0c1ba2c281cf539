import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeBelow } from './disk.ts'

const file = '.state.json'

/** Digests of the files as they were last written or read: what differs from them has been edited by a person. */
export interface FolderState {
  readonly shipped: Map<string, string>
  readonly templates: Map<string, string>
  readonly tftpboot: Map<string, string>
  readonly rendered: Map<string, string>
}

export function readState(folder: string): FolderState {
  let stored: Partial<Record<keyof FolderState, Record<string, string>>> = {}
  try {
    stored = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  } catch {
    // None yet, or damaged: then every file that differs counts as edited, and nothing is removed.
  }
  const of = (kind: keyof FolderState) => new Map(Object.entries(stored[kind] ?? {}))
  return { shipped: of('shipped'), templates: of('templates'), tftpboot: of('tftpboot'), rendered: of('rendered') }
}

export function writeState(folder: string, state: FolderState): void {
  const plain = Object.fromEntries(Object.entries(state).map(([kind, names]) => [kind, Object.fromEntries(names)]))
  writeBelow(folder, file, Buffer.from(`${JSON.stringify(plain, undefined, 1)}\n`))
}
