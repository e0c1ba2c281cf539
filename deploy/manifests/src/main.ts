import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cloneRoot } from '@strowger/local'
import { madeFiles, madeFolders } from './files.ts'

// Writes the files of deploy/ that follow from the list of services. With --check it changes nothing, and ends with 1
// when one is not what it would write.
const checkOnly = process.argv.includes('--check')
const deploy = join(cloneRoot, 'deploy')
const files = madeFiles()

const present = (path: string) =>
  existsSync(join(deploy, path)) ? readFileSync(join(deploy, path), 'utf8') : undefined
const differing = Object.keys(files).filter((path) => present(path) !== files[path])
const superfluous = Object.entries(madeFolders).flatMap(([folder, others]) => {
  const there = existsSync(join(deploy, folder)) ? readdirSync(join(deploy, folder)) : []
  return there
    .filter((name) => !others.includes(name) && !(`${folder}/${name}` in files))
    .map((name) => `${folder}/${name}`)
})

for (const path of differing) {
  if (checkOnly) console.error(`deploy/${path} is not up to date: run make manifests`)
  else {
    mkdirSync(dirname(join(deploy, path)), { recursive: true })
    writeFileSync(join(deploy, path), files[path] ?? '')
  }
}
for (const path of superfluous) {
  if (checkOnly) console.error(`deploy/${path} is made by nothing: run make manifests, or remove it`)
  else rmSync(join(deploy, path), { recursive: true })
}
console.log(`manifests: ${Object.keys(files).length} files, ${differing.length} ${checkOnly ? 'differ' : 'written'}`)
process.exitCode = checkOnly && differing.length + superfluous.length > 0 ? 1 : 0
