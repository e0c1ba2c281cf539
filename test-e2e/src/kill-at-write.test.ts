import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { deviceAutocreated, identify, requestsObserved, rootTenantId } from '@strowger/schema'
import { connectTestBus, eventually, scratchFolder, startNats, type TestBus, type TestNats } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const preload = join(root, 'test-e2e', 'programs', 'kill-at-write.mjs')
const moments = ['before', 'half', 'after'] as const
const patient = { timeoutMs: 20_000, intervalMs: 10 }

let nats: TestNats
let identification: TestBus
let ingress: TestBus
let folder: string
let log: string
beforeAll(async () => {
  folder = scratchFolder('kill-at-write-')
  log = join(folder, 'security.log')
  nats = await startNats()
  identification = await connectTestBus(nats.url, 'identification')
  ingress = await connectTestBus(nats.url, 'ingress')
  await ingress.makeStreams()
  identification.bus.reply(identify, async ({ path = '' }) => {
    const file = path.slice(1)
    return { outcome: 'served' as const, tenant: rootTenantId, file, sensitive: true, body: Buffer.from(file) }
  })
})
afterAll(async () => {
  await identification?.close()
  await ingress?.close()
  await nats?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

interface Service {
  readonly ended: Promise<NodeJS.Signals | null>
  stop(): Promise<void>
}

const running = new Set<Service>()
afterAll(() => Promise.all([...running].map((service) => service.stop())))

/** The service as it is installed, on its own. */
function start(name: string, env: Record<string, string>, kill?: Record<string, string>): Service {
  const program = join(root, 'services', name, 'dist', 'main.js')
  const child = spawn(process.execPath, [...(kill ? ['--import', preload] : []), program], {
    env: {
      PATH: process.env['PATH'],
      NATS_URL: nats.url,
      LOG_LEVEL: 'error',
      ...env,
      ...kill,
    },
    stdio: 'inherit',
  })
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('exit', (_code, signal) => {
      running.delete(service)
      resolve(signal)
    })
  })
  const service: Service = {
    ended,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
  running.add(service)
  return service
}

const at = new Date().toISOString()
const fileNames = () =>
  existsSync(log)
    ? readFileSync(log, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => {
          expect(line).toMatch(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] (?:Sensitive|New) .* from 192\.0\.2\.1|127/)
          return line.slice(line.lastIndexOf(' ') + 1)
        })
    : []

/** Which write of a life is the last, and whether it happens. */
const deathsAt = (...writes: number[]) => writes.flatMap((write) => moments.map((when) => ({ write, when })))

/** Many lives, each of which begins where the last one was ended, whatever that left half done. */
describe('kill -9', () => {
  test('of the writer of the security log, at each write between a message and its acknowledgement: no line is lost, none is there twice', async () => {
    const settings = { FAIL2BAN_LOG_FILE: log }
    const expected: string[] = []
    const deaths = deathsAt(1, 2, 3, 4)
    let number = 0
    const publish = async (files: readonly string[]) => {
      const observations = files.map((file) => {
        number += 1
        return { number, kind: 'sensitive-file' as const, address: '192.0.2.1', file, at }
      })
      await ingress.bus.events.publish(requestsObserved, rootTenantId, { producer: 'ingress-1', observations })
      expected.push(...files)
    }
    for (const { write, when } of deaths) {
      // Each message is a write of lines and one of the position.
      await publish([1, 2, 3].map((n) => `${write}-${when}-${n}.cfg`))
      const device = `${write}${when}`
      await identification.bus.events.publish(deviceAutocreated, rootTenantId, { address: '192.0.2.1', device, at })
      expected.push(device)
      await publish([`${write}-${when}-4.cfg`])
      const dying = start('fail2ban', settings, { KILL_PATHS: log, KILL_AT: String(write), KILL_WHEN: when })
      expect(await dying.ended, `write ${write}, ${when}`).toBe('SIGKILL')
    }
    const last = start('fail2ban', settings)
    await eventually(() => expect(fileNames()).toHaveLength(expected.length), patient)
    await last.stop()
    expect(fileNames()).toEqual(expected)
    console.log(`the writer was killed at ${deaths.length} writes: ${expected.length} lines, each once and in order`)
  })

  test('of ingress, at each write between a request and the acknowledgement of its event: who was answered is in the log, and nobody is twice', async () => {
    const deaths = deathsAt(1, 2, 3, 4)
    const port = String(20_000 + (process.pid % 10_000))
    const settings = {
      STATE_DIR: join(folder, 'ingress'),
      PHONE_HOST: '127.0.0.1',
      PHONE_HTTP_PORT: port,
      PHONE_TFTP_PORT: '0',
      DHCP_INFO_PORT: '0',
    }
    const writer = start('fail2ban', { FAIL2BAN_LOG_FILE: log })
    const answered: string[] = []
    const asked: string[] = []
    const ask = async (): Promise<string | undefined> => {
      const file = `ingress-${asked.length}.cfg`
      asked.push(file)
      const answer = await fetch(`http://127.0.0.1:${port}/${file}`).catch(() => undefined)
      if (answer?.status === 200) answered.push(file)
      return answer?.status === 200 ? file : undefined
    }
    for (const { write, when } of deaths) {
      // The journal for each request, and its cursor once the stream has what is in it.
      const kill = { KILL_PATHS: join(folder, 'ingress', 'security'), KILL_AT: String(write), KILL_WHEN: when }
      const dying = start('ingress', settings, kill)
      while (running.has(dying)) {
        await ask()
        await Promise.race([dying.ended, delay(20)])
      }
      expect(await dying.ended, `write ${write}, ${when}`).toBe('SIGKILL')
    }
    const last = start('ingress', settings)
    const file = await eventually(async () => (await ask()) ?? false, patient)
    await eventually(() => fileNames().includes(file), patient)
    await last.stop()
    await writer.stop()
    const lines = fileNames().filter((name) => name.startsWith('ingress-'))
    expect(lines.filter((name, index) => lines.indexOf(name) !== index)).toEqual([])
    expect(answered.filter((name) => !lines.includes(name))).toEqual([])
    expect(lines.filter((name) => !asked.includes(name))).toEqual([])
    expect(answered.length).toBeGreaterThan(0)
    console.log(
      `ingress was killed at ${deaths.length} writes: ${answered.length} requests answered, ${lines.length} lines`,
    )
  })
})
