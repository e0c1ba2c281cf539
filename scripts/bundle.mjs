import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/**
 * Puts every program that is started often into one file, `dist/<program>.js`, with all it imports: node takes a second
 * and a half of CPU to find and read some 2,000 modules, and a quarter of one for this. What has not changed since is
 * left alone. `node scripts/bundle.mjs [part…]`; see docs/decisions/0010-programs-in-one-file.md.
 */
const root = fileURLToPath(new URL('../', import.meta.url))
const services = (await readdir(join(root, 'services'))).sort().map((name) => `services/${name}`)
const parts = ['deploy/local', 'packages/cli', ...services]

/** What is started of a part, and what it runs in threads of its own. */
async function programsOf(part) {
  if (part === 'deploy/local') return ['main.ts', 'migrate.ts', 'prepare.ts']
  const files = await readdir(join(root, part, 'src'), { recursive: true })
  return ['main.ts', ...files.filter((file) => file.endsWith('.thread.ts'))]
}

async function changedAtMs(file) {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY
}

/** Where it stands what a program was made of; it is as old as the program. */
function stampOf(part, name) {
  return join(root, part, 'dist', `.${name}.inputs.json`)
}

/** Whether nothing that it was made of is newer. */
async function isFresh(part, name) {
  const stamp = stampOf(part, name)
  const text = await readFile(stamp, 'utf8').catch(() => undefined)
  if (text === undefined) return false
  const inputs = ['scripts/bundle.mjs', 'pnpm-lock.yaml', ...JSON.parse(text)]
  const changed = await Promise.all(inputs.map((file) => changedAtMs(join(root, file))))
  const made = await changedAtMs(join(root, part, 'dist', `${name}.js`))
  const madeAtMs = await changedAtMs(stamp)
  return Number.isFinite(made) && changed.every((atMs) => atMs < madeAtMs)
}

async function bundle(part, program, name) {
  const build = await rolldown({
    input: { [name]: join(root, part, 'src', program) },
    platform: 'node',
    resolve: { conditionNames: ['@strowger/source', 'node', 'default'] },
    // Programs of the machine's own code, and what is only asked for when it is there.
    external: [/\.node$/, /^@node-rs\//, 'pg-native'],
    logLevel: 'warn',
    onLog(level, log, show) {
      if (!log.id?.includes('node_modules')) show(level, log)
    },
  })
  await mkdir(join(root, part, 'dist'), { recursive: true })
  await build.write({ file: join(root, part, 'dist', `${name}.js`), format: 'esm', codeSplitting: false })
  const inputs = (await build.watchFiles).map((file) => relative(root, file))
  await build.close()
  await writeFile(stampOf(part, name), JSON.stringify(inputs))
}

/** Brings programs up to date; tests and benchmarks that start them do so first. */
export async function setup(_project, wanted = parts) {
  const begunAtMs = performance.now()
  let made = 0
  for (const part of wanted) {
    for (const program of await programsOf(part)) {
      const name = basename(program, '.ts')
      if (await isFresh(part, name)) continue
      await bundle(part, program, name)
      made += 1
    }
  }
  if (made > 0) console.log(`bundled ${made} programs in ${((performance.now() - begunAtMs) / 1_000).toFixed(1)} s`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2)
  await setup(undefined, wanted.length === 0 ? parts : wanted)
}
