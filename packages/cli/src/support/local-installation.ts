import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Surroundings } from '../surroundings.ts'
import type { ArchiveEntry } from './archive.ts'
import { shownSetting } from './redact.ts'

/** Of each log so much of its end. */
const logBytes = 2 * 1_048_576
const askedWithinMs = 5_000

/** What `make run` has left on this machine; undefined when nothing. */
export interface LocalInstallation {
  /** Values that must be in no bundle. */
  secrets(): string[]
  entries(): Promise<ArchiveEntry[]>
}

export function localInstallation({ env, cloneRoot, fetch }: Surroundings): LocalInstallation | undefined {
  const home = env['STROWGER_HOME'] ?? join(cloneRoot, '.strowger')
  if (!existsSync(join(home, 'secrets'))) return undefined
  const inFolder = (folder: string) => (existsSync(join(home, folder)) ? readdirSync(join(home, folder)).sort() : [])

  async function health(service: string, port: string): Promise<ArchiveEntry[]> {
    const ask = async (path: string) => {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(askedWithinMs) })
        return await answer.text()
      } catch (error) {
        return `no answer: ${String(error)}\n`
      }
    }
    return [
      { name: `health/${service}.json`, text: await ask('/health/ready') },
      { name: `metrics/${service}.txt`, text: await ask('/metrics') },
    ]
  }

  return {
    secrets: () =>
      inFolder('secrets').flatMap((file) => {
        const text = readFileSync(join(home, 'secrets', file), 'utf8')
        // A file of several, as the ring of keys: each of its values.
        return [text, ...(text.match(/[A-Za-z0-9+/=_-]{16,}/g) ?? [])]
      }),
    async entries() {
      const ports = inFolder('run').filter((name) => name.endsWith('.port'))
      const told = await Promise.all(
        ports.map((file) => health(file.replace(/\.port$/, ''), readFileSync(join(home, 'run', file), 'utf8').trim())),
      )
      const logs = inFolder('log')
        .filter((name) => name.endsWith('.log'))
        .map((name) => ({ name: `log/${name}`, text: endOf(join(home, 'log', name)) }))
      return [...told.flat(), ...settings(home), ...streams(home, cloneRoot), ...logs]
    },
  }
}

/** Names of settings of ours; everything else of an environment is nobody’s business. */
const ourSettings =
  /^(?:APPLY|AUDIT|CHANGE_SETS|DEFAULT|DRIFT|FASTAGI|IDEMPOTENCY|POSTGRES|SECRETS|SESSION|WAIT|PHONE|DHCP|GATEWAY|PORTAL|NATS|DATABASE|HEALTH|LOG|OTEL|TRACE|ADVERTISED|JOURNAL|ANSWER|FAIL2BAN|AMI|ARI|ASTERISKS?|PLUGINS?|SITE|RECENT|SYNCHRONIZE|UNKNOWN|SEAL|STATE|SHUTDOWN|ADMIN|STROWGER|OPENID|RATING|SIP)_[A-Z0-9_]+$/

export const isOurSetting = (name: string): boolean => ourSettings.test(name)

/** With what each process was started, as the kernel tells. */
function settings(home: string): ArchiveEntry[] {
  const running = read(join(home, 'run', 'supervisor.json'))
  const { processes = {} } =
    running === undefined ? {} : (JSON.parse(running) as { processes?: Record<string, number> })
  return Object.entries(processes).flatMap(([name, pid]) => {
    const environment = read(join('/proc', String(pid), 'environ'))
    if (environment === undefined) return []
    const shown = environment
      .split('\0')
      .map((line) => ({ setting: line.slice(0, line.indexOf('=')), value: line.slice(line.indexOf('=') + 1) }))
      .filter(({ setting }) => isOurSetting(setting))
      .map(({ setting, value }) => `${setting}=${shownSetting(setting, value)}\n`)
      .sort()
    return [{ name: `settings/${name}.txt`, text: shown.join('') }]
  })
}

/** Streams and their consumers, as the program of the installation sees them: only it may ask NATS for all. */
function streams(home: string, cloneRoot: string): ArchiveEntry[] {
  const program = join(cloneRoot, 'deploy', 'local', 'dist', 'main.js')
  if (!existsSync(program)) return []
  const { stdout, stderr } = spawnSync(process.execPath, [program, 'streams'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], STROWGER_HOME: home },
    timeout: 20_000,
  })
  return [{ name: 'streams.json', text: `${stdout ?? ''}${stderr ?? ''}` }]
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** The last whole lines of a file. */
function endOf(file: string): string {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const bytes = Buffer.alloc(Math.min(size, logBytes))
    readSync(handle, bytes, 0, bytes.length, size - bytes.length)
    const text = bytes.toString('utf8')
    return size <= logBytes ? text : text.slice(text.indexOf('\n') + 1)
  } finally {
    closeSync(handle)
  }
}
