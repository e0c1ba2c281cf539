import type { Seal } from '@strowger/service'

/** Rendered files of a device, by name. */
export type GoodFiles = ReadonlyMap<string, Uint8Array>

/** All files of a device as one sealed value: each as length of name, name, length, bytes. */
export function sealedFiles(files: GoodFiles, device: string, seal: Seal): Uint8Array {
  const parts: Buffer[] = []
  for (const [name, bytes] of files) {
    const title = Buffer.from(name, 'utf8')
    const lengths = Buffer.alloc(8)
    lengths.writeUInt32BE(title.length, 0)
    lengths.writeUInt32BE(bytes.byteLength, 4)
    parts.push(lengths, title, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  }
  return seal.sealBytes(Buffer.concat(parts), about(device))
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
