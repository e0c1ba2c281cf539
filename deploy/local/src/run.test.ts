import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { status } from './commands.ts'
import { type Home, openHome } from './home.ts'
import { run } from './run.ts'
import { findRunning } from './running.ts'
import { freePort } from './servers/free-port.ts'
import { startPostgres } from './servers/postgres.ts'
import { services } from './services.ts'
import { readLocalSettings } from './settings.ts'

const scratch = fileURLToPath(new URL('../node_modules/', import.meta.url))
const fixture = fileURLToPath(new URL('../test/service.mjs', import.meta.url))
const releases: (() => unknown)[] = []
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release()
})

interface Started {
  home: Home
  output: () => string
  /** Resolves when the text was printed. */
  printed: (text: string) => Promise<void>
  end: () => Promise<number>
}

/** All that it binds: a house that runs on this machine has those of the defaults. */
function freePorts() {
  const [http, tftp, dhcp, gateway] = [freePort(), freePort(), freePort(), freePort()].map(String)
  return { PHONE_HTTP_PORT: http, PHONE_TFTP_PORT: tftp, DHCP_INFO_PORT: dhcp, GATEWAY_PORT: gateway }
}

async function start(given?: {
  home: Home
  environment: NodeJS.ProcessEnv
}): Promise<Started & { environment: NodeJS.ProcessEnv }> {
  const home = given?.home ?? openHome(mkdtempSync(join(scratch, 'home-')))
  if (given === undefined) releases.push(() => rmSync(home.folder, { recursive: true, force: true }))
  const environment = given?.environment ?? {
    PATH: process.env['PATH'],
    ...freePorts(),
    ADVERTISED_HOST: '192.0.2.10',
  }
  for (const { name } of services) {
    mkdirSync(join(home.folder, 'fixture', name), { recursive: true })
    copyFileSync(fixture, join(home.folder, 'fixture', name, 'main.mjs'))
  }
  let output = ''
  const waiting: { text: string; resolve: () => void }[] = []
  const stopping = new AbortController()
  const ended = run({
    home,
    services,
    environment,
    settings: readLocalSettings(environment),
    scriptOf: (name) => join(home.folder, 'fixture', name, 'main.mjs'),
    print(text) {
      output += text
      for (const { resolve } of waiting.filter((one) => output.includes(one.text))) resolve()
    },
    stopping: stopping.signal,
  })
  const end = () => {
    stopping.abort()
    return ended
  }
  releases.push(end)
  return {
    home,
    environment,
    output: () => output,
    printed: (text) =>
      Promise.race([
        new Promise<void>((resolve) => {
          if (output.includes(text)) resolve()
          else waiting.push({ text, resolve })
        }),
        ended.then(() => {
          if (!output.includes(text)) throw new Error(`"${text}" was not printed:\n${output}`)
        }),
      ]),
    end,
  }
}

test('everything starts, is told once, and stops in order: ingress, gateway, the others, NATS, PostgreSQL', async () => {
  const first = await start()
  await first.printed('Strowger is ready')
  await first.printed('./strowger devices list')
  const password = readFileSync(join(first.home.secrets, 'admin-password'), 'utf8').trim()
  expect(first.output()).toContain(`admin / ${password}`)
  expect(first.output()).toContain('tftp://192.0.2.10:')
  expect(statSync(join(first.home.secrets, 'admin-password')).mode & 0o777).toBe(0o600)
  expect(statSync(first.home.folder).mode & 0o777).toBe(0o700)
  const { processes } = findRunning(first.home) ?? { processes: {} }
  expect(Object.keys(processes)).toHaveLength(services.length + 2)

  const second = await start(first)
  expect(await second.end()).toBe(0)
  expect(second.output()).toContain('Strowger runs already')
  expect(second.output()).toContain('http://192.0.2.10:')

  let said = ''
  expect(await status(first.home, (text) => (said += text))).toBe(0)
  expect(said).toMatch(/identification +\d+ +ready/)

  expect(await first.end()).toBe(0)
  const order = [...first.output().matchAll(/stopping (.*)/g)].map(([, names]) => names)
  expect(order).toEqual([
    'ingress',
    'gateway',
    expect.stringMatching(/^(?!.*ingress).*identification/),
    'nats',
    'postgresql',
  ])
  expect(first.output()).toMatch(/ingress +\| [\d:]+ drained/)
  for (const pid of Object.values(processes)) expect(existsSync(`/proc/${pid}`)).toBe(false)
  expect(readFileSync(join(first.home.log, 'identification.log'), 'utf8')).toContain('"user":"strowger_identification"')
  expect(findRunning(first.home)).toBeUndefined()

  const again = await start(first)
  await again.printed('Strowger is ready')
  expect(again.output()).not.toContain(password)
})

test('a service and a server that are killed come back', async () => {
  const started = await start()
  await started.printed('Strowger is ready')
  const processes: Readonly<Record<string, number>> = findRunning(started.home)?.processes ?? {}
  for (const name of ['rendering', 'nats', 'postgresql']) {
    process.kill(processes[name] ?? 0, 'SIGKILL')
    await started.printed(`${name.padEnd(14)} | was ended by SIGKILL; starting again in`)
    await expect.poll(() => findRunning(started.home)?.processes[name], { timeout: 10_000 }).not.toBe(processes[name])
  }
})

test('an existing PostgreSQL is used when DATABASE_URL names it, and not stopped', async () => {
  const folder = mkdtempSync(join(scratch, 'home-'))
  const server = await startPostgres({ dataDir: folder, password: 'its-own', durable: false })
  releases.push(() => rmSync(folder, { recursive: true, force: true }), server.stop)
  const home = openHome(mkdtempSync(join(scratch, 'home-')))
  releases.push(() => rmSync(home.folder, { recursive: true, force: true }))
  const environment = {
    DATABASE_URL: server.url,
    ...freePorts(),
  }
  const started = await start({ home, environment })
  await started.printed('Strowger is ready')
  expect(Object.keys(findRunning(home)?.processes ?? {})).not.toContain('postgresql')
  expect(await started.end()).toBe(0)
  expect(existsSync(`/proc/${server.pid()}`)).toBe(true)
  expect(readFileSync(join(home.log, 'identification.log'), 'utf8')).not.toContain('its-own')
})

test('waiting for a server that is away can be given up', async () => {
  const home = openHome(mkdtempSync(join(scratch, 'home-')))
  releases.push(() => rmSync(home.folder, { recursive: true, force: true }))
  const environment = { ...freePorts(), NATS_URL: `nats://127.0.0.1:${freePort()}` }
  const started = await start({ home, environment })
  await started.printed('0001_provisioning')
  expect(await started.end()).toBe(0)
  expect(started.output()).not.toContain('could not start')
})

test('a busy port is named with its setting and its holder, and nothing is started', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  releases.push(() => blocker.close())
  await new Promise((resolve) => blocker.once('listening', resolve))
  const address = blocker.address()
  const port = String(typeof address === 'object' && address ? address.port : 0)
  const home = openHome(mkdtempSync(join(scratch, 'home-')))
  releases.push(() => rmSync(home.folder, { recursive: true, force: true }))
  const environment = { PHONE_HTTP_PORT: port, PHONE_TFTP_PORT: '1', GATEWAY_PORT: String(freePort()) }
  const started = await start({ home, environment })
  await started.printed('Strowger cannot start')
  expect(started.output()).toContain(`TCP port ${port} is held by process ${process.pid}`)
  expect(started.output()).toContain('PHONE_HTTP_PORT=')
  expect(existsSync(join(home.postgres, 'cluster'))).toBe(false)
  expect(await started.end()).toBe(1)
})
