import { amiSource } from './ami.ts'
import { folderSource } from './folder.ts'
import type { SourceKind } from './source-kind.ts'
import { tableSource } from './table.ts'

/**
 * Every way by which records are read: one file each in this folder. Uploads come over REST, those of the kind stream
 * over NATS (handlers/records.ts).
 */
export const sourceKinds: ReadonlyMap<string, SourceKind<never>> = new Map(
  ([folderSource, tableSource, amiSource] as unknown as SourceKind<never>[]).map((kind) => [kind.name, kind]),
)
