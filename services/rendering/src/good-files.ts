import type { Seal } from '@strowger/service'

/** Rendered files of a device, by name. */
export type GoodFiles = ReadonlyMap<string, Uint8Array>

/** All files of a device as one sealed value, in pieces: each as length of name, length of bytes, name, bytes. */
export function sealedFiles(files: GoodFiles, device: string, seal: Seal): readonly Uint8Array[] {
  const parts: Uint8Array[] = []
  for (const [name, bytes] of files) {
    const head = Buffer.alloc(8 + Buffer.byteLength(name))
    head.writeUInt32BE(head.length - 8, 0)
    head.writeUInt32BE(bytes.byteLength, 4)
    head.write(name, 8)
    parts.push(head, bytes)
  }
  return seal.sealPieces(parts, about(device))
}

export function openedFiles(sealed: Uint8Array, device: string, seal: Seal): GoodFiles {
  const opened = Buffer.from(seal.openBytes(sealed, about(device)))
  const files = new Map<string, Uint8Array>()
  let offset = 0
  while (offset < opened.length) {
    const titleEnd = offset + 8 + opened.readUInt32BE(offset)
    const end = titleEnd + opened.readUInt32BE(offset + 4)
    files.set(opened.toString('utf8', offset + 8, titleEnd), opened.subarray(titleEnd, end))
    offset = end
  }
  return files
}

const about = (device: string) => `rendered/${device}`
