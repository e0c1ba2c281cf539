import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const built = pathToFileURL(join(root, 'packages/service/dist/index.js')).href
const children = new Set<ChildProcess>()
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strowger-service-'))
  // A process runs what was built; compiling again when nothing changed takes a tenth of a second.
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/service'], {
    cwd: root,
  })
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

interface Entry {
  level: string
  message: string
  [field: string]: unknown
}

/** Starts a process whose `main.ts` is `start`, and gathers what it logs. */
function startService(start: string, environment: Record<string, string> = {}) {
  const source = `import { runService, commonSettings } from ${JSON.stringify(built)}
    await runService('tested', { ...commonSettings }, async ({ settings, scope, health, log, clock }) => { ${start} })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const entries: Entry[] = []
  let rest = ''
  const waiters: (() => void)[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    entries.push(...lines.map((line) => JSON.parse(line) as Entry))
    for (const wake of waiters.splice(0)) wake()
  })
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    entries,
    exited,
    /** Whoever reads its log goes away. */
    stopReading: () => child.stdout.destroy(),
    signal: (name: NodeJS.Signals) => child.kill(name),
    async logged(message: string): Promise<Entry> {
      for (;;) {
        const found = entries.find((entry) => entry.message === message)
        if (found) return found
        await Promise.race([new Promise<void>((resolve) => waiters.push(resolve)), exited])
        if (child.exitCode !== null && !entries.some((entry) => entry.message === message)) {
          throw new Error(`it ended without saying "${message}": ${JSON.stringify(entries)}`)
        }
      }
    },
  }
}

const say = (what: string) => `log.info({}, '${what}')`

test('SIGTERM drains in reverse and exits 0; ready says why it is not', async () => {
  const portFile = join(folder, 'port')
  const service = startService(
    `await scope.use('first', () => 1, () => ${say('first released')})
     await scope.use('second', () => 2, async () => { await clock.sleep(100); ${say('second released')} })
     health.add('bus', () => ({ ok: false, reason: 'NATS is away' }))`,
    { HEALTH_PORT_FILE: portFile },
  )
  await service.logged('started')
  const answer = await fetch(`http://127.0.0.1:${readFileSync(portFile, 'utf8').trim()}/health/ready`)
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({
    checks: [
      { name: 'service', ok: true },
      { name: 'bus', ok: false, reason: 'NATS is away' },
    ],
  })
  service.signal('SIGTERM')
  expect(await service.exited).toBe(0)
  expect(service.entries.map(({ message }) => message)).toEqual([
    'started',
    'stopping',
    'second released',
    'first released',
    'stopped',
  ])
})

test('a fault at the start releases what exists, is logged and exits 1', async () => {
  const service = startService(
    `await scope.use('first', () => 1, () => ${say('first released')}); throw new Error('refused')`,
  )
  expect(await service.exited).toBe(1)
  expect(service.entries.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'fatal could not start',
    'info first released',
    'info stopped',
  ])
  expect(JSON.stringify(service.entries[0])).toContain('refused')
})

test('faulty settings are all named, and exit 1', async () => {
  const service = startService('', { HEALTH_PORT: 'x', LOG_LEVEL: 'loud' })
  expect(await service.exited).toBe(1)
  expect(service.entries[0]).toMatchObject({
    level: 'fatal',
    problems: [{ name: 'HEALTH_PORT' }, { name: 'LOG_LEVEL' }],
  })
})

test('an exception that nobody catches is logged and exits 1', async () => {
  const service = startService(`setTimeout(() => { throw new Error('late') }, 10)`)
  expect(await service.exited).toBe(1)
  expect(service.entries.at(-1)).toMatchObject({ level: 'fatal', message: 'an error was caught by nobody' })
})

test('SIGTERM ends a start that waits for something', async () => {
  const portFile = join(folder, 'waiting')
  const service = startService(
    `scope.defer(() => ${say('released')}); ${say('waiting')}; await new Promise(() => {})`,
    { HEALTH_PORT_FILE: portFile },
  )
  await service.logged('waiting')
  expect(existsSync(portFile)).toBe(true)
  service.signal('SIGTERM')
  expect(await service.exited).toBe(0)
  expect(service.entries.map(({ message }) => message)).toContain('released')
})

test('work that does not end in time does not keep the process', async () => {
  const service = startService('scope.defer(() => new Promise(() => {}))', { SHUTDOWN_DRAIN_MS: '50' })
  await service.logged('started')
  service.signal('SIGTERM')
  expect(await service.exited).toBe(0)
  await service.logged('work in flight did not end in time')
})

test('ends when it is told to, also when nobody reads its log any more', async () => {
  const service = startService(`log.info({}, 'before'); scope.defer(async () => { log.info({}, 'after'.repeat(9)) })`)
  await service.logged('started')
  service.stopReading()
  service.signal('SIGTERM')
  expect(await service.exited).toBe(0)
})
