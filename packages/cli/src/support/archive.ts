import { gzipSync } from 'node:zlib'

export interface ArchiveEntry {
  readonly name: string
  readonly text: string
}

const blockBytes = 512

/** A tar archive (POSIX ustar), gzipped. `atMs`: when its files were made. */
export function archive(entries: readonly ArchiveEntry[], atMs: number): Uint8Array {
  const blocks: Buffer[] = []
  for (const { name, text } of entries) {
    const content = Buffer.from(text, 'utf8')
    blocks.push(header(name, content.length, atMs), content, Buffer.alloc(-content.length & (blockBytes - 1)))
  }
  // Two empty blocks are its end.
  blocks.push(Buffer.alloc(2 * blockBytes))
  return gzipSync(Buffer.concat(blocks))
}

function header(name: string, size: number, atMs: number): Buffer {
  const block = Buffer.alloc(blockBytes)
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`
  if (Buffer.byteLength(name) > 100) throw new Error(`the name is too long for an archive: ${name}`)
  block.write(name, 0)
  block.write(octal(0o600, 7), 100)
  block.write(octal(0, 7), 108)
  block.write(octal(0, 7), 116)
  block.write(octal(size, 11), 124)
  block.write(octal(Math.floor(atMs / 1_000), 11), 136)
  // The sum is made with blanks in its own place.
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\0', 257)
  block.write('00', 263)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
