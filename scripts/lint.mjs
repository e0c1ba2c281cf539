import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Everything that is checked without running it, each by one command. */
const checks = [
  ['format and lint', 'node_modules/.bin/biome', 'check', '--error-on-warnings', '.'],
  ['types of tests', 'node_modules/.bin/tsc', '-p', 'tsconfig.tests.json'],
  ['boundaries', 'node', 'scripts/boundaries.mjs'],
  ['hashes of plugins', 'node', 'scripts/hash-plugins.mjs', '--check'],
  ['dead code', 'node_modules/.bin/knip', '--no-progress'],
  ['generated pages', 'node', 'scripts/docs.mjs', '--check'],
  ['manifests', 'node', 'deploy/manifests/dist/main.js', '--check'],
].filter(([, program, script]) => program !== 'node' || existsSync(script ?? ''))

let failed = 0
for (const [name = '', program = '', ...args] of checks) {
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  if (status !== 0) {
    failed += 1
    console.error(`lint: ${name} failed`)
  }
}
console.log(`lint: ${checks.length - failed} passed, ${failed} failed, 0 skipped`)
process.exit(failed === 0 ? 0 : 1)
