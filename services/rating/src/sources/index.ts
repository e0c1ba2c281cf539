import type { Bus } from '@strowger/bus'
import { folderSource } from './folder.ts'
import type { SourceKind } from './source-kind.ts'

/** Every way by which records come: one file each in this folder. Uploads come over REST. */
export function sourceKinds(_parts: { bus: Bus }): ReadonlyMap<string, SourceKind<never>> {
  const kinds = [folderSource] as unknown as SourceKind<never>[]
  return new Map(kinds.map((kind) => [kind.name, kind]))
}
