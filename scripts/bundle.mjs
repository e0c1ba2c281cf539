import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/**
 * Puts every program that is started often - the services and the command line - into one file, `dist/main.js`, with
 * all it imports: node takes a second and a half of CPU to find and read some 2,000 modules, and a quarter of one for
 * this. What has not changed since is left alone. See docs/decisions/0010-programs-in-one-file.md.
 */
const root = fileURLToPath(new URL('../', import.meta.url))
const services = (await readdir(join(root, 'services'))).sort().map((name) => join('services', name))
const stampName = '.bundle.json'

async function changedAtMs(file) {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY
}

/** Whether nothing that it was made of is newer. */
async function isFresh(part) {
  const stamp = join(root, part, 'dist', stampName)
  const text = await readFile(stamp, 'utf8').catch(() => undefined)
  if (text === undefined) return false
  const madeAtMs = await changedAtMs(stamp)
  const { inputs, outputs } = JSON.parse(text)
  const tools = [fileURLToPath(import.meta.url), join(root, 'pnpm-lock.yaml')]
  const changed = await Promise.all([...tools, ...inputs.map((file) => join(root, file))].map(changedAtMs))
  const made = await Promise.all(outputs.map((file) => changedAtMs(join(root, part, 'dist', file))))
  return changed.every((atMs) => atMs < madeAtMs) && made.every(Number.isFinite)
}

/** The program, and what it runs in threads of its own: a worker lies beside `main.js`. */
async function entriesOf(part) {
  const files = await readdir(join(root, part, 'src'), { recursive: true })
  const chosen = files.filter((file) => file === 'main.ts' || file.endsWith('-worker.ts'))
  return Object.fromEntries(chosen.map((file) => [basename(file, '.ts'), join(root, part, 'src', file)]))
}

async function bundle(part) {
  const build = await rolldown({
    input: await entriesOf(part),
    platform: 'node',
    resolve: { conditionNames: ['@strowger/source', 'node', 'default'] },
    // Programs of the machine's own code, and what is only asked for when it is there.
    external: [/\.node$/, /^@node-rs\//, 'pg-native'],
    checks: { circularDependency: false },
    logLevel: 'warn',
    onLog(level, log, show) {
      if (level !== 'warn' || log.id?.includes('node_modules') !== true) show(level, log)
    },
  })
  const folder = join(root, part, 'dist')
  await mkdir(folder, { recursive: true })
  const { output } = await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name]-[hash].js',
  })
  const inputs = (await build.watchFiles).map((file) => relative(root, file))
  const outputs = output.map(({ fileName }) => fileName)
  await build.close()
  await writeFile(join(folder, stampName), JSON.stringify({ inputs, outputs }))
}

/** Brings all programs up to date; tests and benchmarks that start them do so first. */
export async function setup() {
  const begunAtMs = performance.now()
  let made = 0
  for (const part of [...services, join('packages', 'cli')]) {
    if (await isFresh(part)) continue
    await bundle(part)
    made += 1
  }
  if (made > 0) console.log(`bundled ${made} programs in ${((performance.now() - begunAtMs) / 1_000).toFixed(1)} s`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup()
