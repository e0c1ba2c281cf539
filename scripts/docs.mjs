// Writes docs/reference from what has been built (`make docs`), and the table of boundaries in CONTRIBUTING.md.
// With --check it changes nothing and ends with 1 when a page is not what it would write.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bucketsPage } from './docs/buckets.mjs'
import { documentsPage } from './docs/documents.mjs'
import { errorsPage } from './docs/errors.mjs'
import { manifestSchema } from './docs/manifest.mjs'
import { openApi } from './docs/open-api.mjs'
import { permissionsPage } from './docs/permissions.mjs'
import { settingsPage } from './docs/settings.mjs'
import { streamsPage } from './docs/streams.mjs'
import { subjectsPage } from './docs/subjects.mjs'

const checkOnly = process.argv.includes('--check')
const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url))

/** Written by people; everything else in the folder is made here. */
const byHand = ['README.md', 'benchmarks.md']

const pages = {
  'subjects.md': subjectsPage(),
  'documents.md': documentsPage(),
  'buckets.md': bucketsPage(),
  'streams.md': streamsPage(),
  'permissions.md': permissionsPage(),
  'errors.md': errorsPage(),
  'settings.md': await settingsPage(),
  'openapi.json': await openApi(),
  'plugin-manifest.json': manifestSchema(),
}

mkdirSync(folder, { recursive: true })
const present = (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined)
const differing = Object.keys(pages).filter((name) => present(name) !== pages[name])
const superfluous = readdirSync(folder).filter((name) => !(name in pages) && !byHand.includes(name))

if (checkOnly) {
  for (const name of differing) console.error(`docs/reference/${name} is not up to date: run make docs`)
  for (const name of superfluous)
    console.error(`docs/reference/${name} is made by nothing: run make docs, or remove it`)
} else {
  for (const name of differing) writeFileSync(join(folder, name), pages[name])
  for (const name of superfluous) rmSync(join(folder, name))
}
console.log(`docs: ${Object.keys(pages).length} pages, ${differing.length} ${checkOnly ? 'differ' : 'written'}`)

const boundaries = checkOnly ? 0 : runBoundaries()
process.exitCode = (checkOnly && differing.length + superfluous.length > 0) || boundaries !== 0 ? 1 : 0

function runBoundaries() {
  const script = fileURLToPath(new URL('./boundaries.mjs', import.meta.url))
  return spawnSync(process.execPath, [script, '--write'], { stdio: 'inherit' }).status
}
