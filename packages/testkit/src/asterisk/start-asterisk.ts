import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@strowger/local'
import { eventually } from '../eventually.ts'
import { type AsteriskFileOptions, asteriskFiles } from './asterisk-files.ts'
import { asteriskRoot, modulesFolder } from './asterisk-root.ts'

/** A real Asterisk of a test's own, on free ports of 127.0.0.1. It does not outlive this process. */
export interface RunningAsterisk {
  readonly sipPort: number
  readonly ariPort: number
  readonly amiPort: number
  /** Of the user `strowger`, for ARI and AMI. */
  readonly secret: string
  readonly pid: number
  /** What a command of its console prints. */
  cli(command: string): string
  /** Everything it logged (notices, warnings, errors and its verbose lines), also of lives before this one. */
  log(): string
  /** Where its CDR file is, Master.csv. */
  readonly cdrFolder: string
  /** Lines of its CDR file. */
  cdrs(): string[]
  /** Writes a file that pjsip.conf includes, and reads it by `module reload`: what Strowger never does. */
  writePjsip(name: string, text: string): void
  /** As a power cut. */
  kill(): Promise<void>
  /** Starts it again on the same ports; resolves when it is fully booted. */
  restart(): Promise<void>
  /** CPU time that it has used (ms) and memory that it holds (MiB). */
  usage(): { readonly cpuMs: number; readonly rssMib: number }
  close(): Promise<void>
}

export interface AsteriskOptions {
  readonly profile?: AsteriskFileOptions['profile']
  readonly dialplan?: string
  readonly database?: AsteriskFileOptions['database']
}

/** Starts in half a second; `prepareAsterisk` must have succeeded before. */
export async function startAsterisk(options: AsteriskOptions = {}): Promise<RunningAsterisk> {
  const { profile = 'memory', dialplan = '', database } = options
  const modules = modulesFolder(asteriskRoot)
  if (modules === undefined) throw new Error(`there is no Asterisk in ${asteriskRoot}`)
  const [sipPort, ariPort, amiPort] = [freePort(), freePort(), freePort()]
  const secret = 's3cret-of-test'
  const folder = `/runs/${process.pid}-${sipPort}`
  const outside = join(asteriskRoot, folder)
  const etc = join(outside, 'etc')
  for (const name of ['etc/pjsip.d', 'var', 'spool', 'run', 'log/cdr-csv']) {
    mkdirSync(join(outside, name), { recursive: true })
  }
  const given = { profile, sipPort, ariPort, amiPort, secret, folder, modulesFolder: modules, dialplan }
  const files = asteriskFiles(database === undefined ? given : { ...given, database })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(etc, name), text)
  spawnSync('chroot', [asteriskRoot, 'chown', '-R', 'asterisk:asterisk', folder])
  const configuration = `${folder}/etc/asterisk.conf`
  let child: ChildProcess | undefined
  let output = ''

  function cli(command: string): string {
    const args = [asteriskRoot, '/usr/sbin/asterisk', '-C', configuration, '-rx', command]
    return spawnSync('chroot', args, { encoding: 'utf8', timeout: 60_000 }).stdout ?? ''
  }

  async function start(): Promise<void> {
    // The signal at our death is set last: a change of user would clear it (prctl(2)).
    const command = ['setpriv', '--pdeathsig', 'KILL', '/usr/sbin/asterisk', '-f', '-C', configuration]
    const started = spawn('chroot', ['--userspec=asterisk:asterisk', asteriskRoot, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: folder },
    })
    child = started
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (bytes) => {
        output = (output + String(bytes)).slice(-4_000)
      })
    }
    const isBooted = () => {
      if (started.exitCode !== null || started.signalCode !== null) throw new Error(`Asterisk ended: ${output}`)
      return cli('core waitfullybooted').includes('fully booted')
    }
    await eventually(isBooted, { timeoutMs: 20_000, intervalMs: 50 })
  }

  async function kill(): Promise<void> {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill('SIGKILL')
    await ended
  }

  const killAtExit = () => child?.kill('SIGKILL')
  process.on('exit', killAtExit)
  const read = (name: string) => (existsSync(join(outside, name)) ? readFileSync(join(outside, name), 'utf8') : '')
  try {
    await start()
  } catch (error) {
    await kill()
    throw new Error(`Asterisk did not start: ${read('log/messages').slice(-2_000)}`, { cause: error })
  }
  return {
    sipPort,
    ariPort,
    amiPort,
    secret,
    cdrFolder: join(outside, 'log/cdr-csv'),
    get pid() {
      return child?.pid ?? 0
    },
    cli,
    log: () => read('log/full'),
    cdrs: () =>
      read('log/cdr-csv/Master.csv')
        .split('\n')
        .filter((line) => line !== ''),
    writePjsip(name, text) {
      writeFileSync(join(etc, 'pjsip.d', name), text)
      cli('module reload res_pjsip.so')
    },
    kill,
    async restart() {
      await kill()
      appendFileSync(join(outside, 'log/full'), '---- started again ----\n')
      await start()
    },
    usage() {
      // utime and stime (proc(5)), in hundredths of a second.
      const stat = readFileSync(`/proc/${child?.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child?.pid}/status`, 'utf8'))
      return { cpuMs: (Number(stat[11]) + Number(stat[12])) * 10, rssMib: Number(rss?.[1] ?? 0) / 1_024 }
    },
    async close() {
      process.off('exit', killAtExit)
      await kill()
      rmSync(outside, { recursive: true, force: true })
    },
  }
}
