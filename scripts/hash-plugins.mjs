// Writes packages/plugins/hashes.json, by which the built-in plugins are trusted: SHA-256 of every file.
// With --check it changes nothing and ends with 1 when the file is not up to date.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../packages/plugins/', import.meta.url))
const target = join(folder, 'hashes.json')

const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) =>
    relative(folder, join(entry.parentPath ?? entry.path, entry.name))
      .split(sep)
      .join('/'),
  )
  // What lies beside the families is for people.
  .filter((path) => path.includes('/'))
  .sort()

const hashes = Object.fromEntries(
  paths.map((path) => [
    path,
    createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('hex'),
  ]),
)
const text = `${JSON.stringify(hashes, null, 2)}\n`

if (!process.argv.includes('--check')) {
  writeFileSync(target, text)
  console.log(`${paths.length} files of plugins hashed`)
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('packages/plugins/hashes.json is not up to date: run node scripts/hash-plugins.mjs')
  process.exitCode = 1
}
