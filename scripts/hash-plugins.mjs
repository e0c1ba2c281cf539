// Writes packages/plugins/hashes.json, by which the built-in plugins are trusted: SHA-256 of every file; and, in each
// manifest that extends another plugin, the hash of that one.
// With --check it changes nothing and ends with 1 when something is not up to date. Needs `npx tsc -b` before.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pluginHash } from '../packages/render/dist/index.js'

const folder = fileURLToPath(new URL('../packages/plugins/', import.meta.url))
const target = join(folder, 'hashes.json')
const check = process.argv.includes('--check')

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
const files = new Map(paths.map((path) => [path, readFileSync(join(folder, path))]))

/** Id -> name below its folder -> bytes. */
const plugins = new Map()
for (const [path, bytes] of files) {
  const [, family, generation, name] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(path) ?? []
  const id = `${family}-${generation}`
  if (!plugins.has(id)) plugins.set(id, { place: `${family}/${generation}`, files: new Map() })
  plugins.get(id).files.set(name, bytes)
}

const pinned = new Set()
/** Writes the parent's hash into a manifest, the parent's own pin first. */
function pin(id) {
  const plugin = plugins.get(id)
  if (plugin === undefined || pinned.has(id)) return
  pinned.add(id)
  const text = plugin.files.get('manifest.json')?.toString('utf8') ?? '{}'
  const parent = JSON.parse(text).extends?.id
  if (parent === undefined) return
  if (!plugins.has(parent)) throw new Error(`${id} extends ${parent}, which is not there`)
  pin(parent)
  const hash = pluginHash(plugins.get(parent).files)
  const changed = text.replace(/("extends"\s*:\s*\{[^}]*"hash"\s*:\s*")[^"]*(")/, `$1${hash}$2`)
  if (changed === text) return
  const path = `${plugin.place}/manifest.json`
  plugin.files.set('manifest.json', Buffer.from(changed))
  files.set(path, Buffer.from(changed))
  if (!check) writeFileSync(join(folder, path), changed)
}
for (const id of plugins.keys()) pin(id)

const hashes = Object.fromEntries(
  paths.map((path) => [path, createHash('sha256').update(files.get(path)).digest('hex')]),
)
const text = `${JSON.stringify(hashes, null, 2)}\n`

if (!check) {
  writeFileSync(target, text)
  console.log(`${paths.length} files of plugins hashed`)
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('packages/plugins/hashes.json is not up to date: run node scripts/hash-plugins.mjs')
  process.exitCode = 1
}
