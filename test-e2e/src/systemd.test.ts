import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { serviceNames } from '@strowger/schema'
import { eventually, freePort, scratchFolder, startNats, startTestPostgres } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneFolder } from './container-engine.ts'
import { warnOfSkipped } from './install-clients.ts'

const unitFolder = join(cloneFolder, 'deploy', 'systemd')
const nobody = 65_534

const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0
if (!hasAnalyze) warnOfSkipped('systemd-analyze verify', 'systemd is not installed here')

/** As another user where that can be: a clone in the home of root, which nobody else may enter, is run as root. */
const canBeOther =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, ['-e', `require('fs').readdirSync(${JSON.stringify(unitFolder)})`], {
    uid: nobody,
    gid: nobody,
  }).status === 0
if (!canBeOther) warnOfSkipped('units run by a user without rights', 'the clone cannot be entered by another user')

describe.skipIf(!hasAnalyze)('the units', () => {
  it('are found right by systemd-analyze', () => {
    const folder = scratchFolder('units-')
    try {
      for (const name of readdirSync(unitFolder).filter((file) => /\.(?:service|target)$/.test(file))) {
        // Node and the two servers are not where they will be.
        const text = readFileSync(join(unitFolder, name), 'utf8')
          .replaceAll('/usr/bin/node', process.execPath)
          .replaceAll('/opt/strowger', cloneFolder)
          .replaceAll(/ (?:postgresql|nats-server)\.service/g, '')
        writeFileSync(join(folder, name), text)
      }
      const files = readdirSync(folder).map((name) => join(folder, name))
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], { encoding: 'utf8' })
      expect(stderr.split('\n').filter((line) => line.includes('strowger'))).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** What systemd reads of a unit to start its program. */
interface Unit {
  readonly program: readonly string[]
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

describe('every unit, begun as systemd would, by the steps of the guide', () => {
  const folder = scratchFolder('systemd-')
  const etc = join(folder, 'etc')
  const running: ChildProcess[] = []
  const healthPorts: Record<string, number> = {}
  let nats: Awaited<ReturnType<typeof startNats>>
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>
  let output = ''

  beforeAll(async () => {
    const secrets = join(etc, 'secrets')
    const prepare = [join(cloneFolder, 'deploy/local/dist/prepare.js'), '--folder', secrets]
    expect(spawnSync(process.execPath, prepare).status).toBe(0)
    postgres = await startTestPostgres()
    // The guide gives the superuser the password that was made; here it is the other way round.
    writeFileSync(join(secrets, 'postgres-password'), 'test')
    const configuration = readFileSync(join(secrets, 'nats.conf'), 'utf8').replaceAll(
      /^(?:port|http_port|jetstream).*$/gm,
      '',
    )
    nats = await startNats({ configuration })
    const databaseUrl = `127.0.0.1:${postgres.port}/strowger`
    const ports = ['PHONE_HTTP_PORT', 'PHONE_HTTPS_PORT', 'PHONE_TFTP_PORT', 'DHCP_INFO_PORT', 'GATEWAY_PORT']
    const settings: Record<string, string> = {
      ADVERTISED_HOST: '192.0.2.10',
      NATS_URL: nats.url,
      DATABASE_URL: `postgres://${databaseUrl}`,
      FASTAGI_PORT: String(freePort()),
    }
    for (const name of ports) settings[name] = String(freePort())
    writeEnvironment('strowger', settings)
    writeEnvironment('migrate', { NATS_URL: nats.url, DATABASE_URL: `postgres://postgres@${databaseUrl}` })
    for (const name of serviceNames) {
      healthPorts[name] = freePort()
      writeEnvironment(name, { HEALTH_PORT: String(healthPorts[name]) })
    }
  }, 120_000)

  afterAll(async () => {
    await Promise.all(running.map((one) => ended(one)))
    await nats?.close()
    await postgres?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function writeEnvironment(name: string, values: Readonly<Record<string, string>>): void {
    const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`)
    writeFileSync(join(etc, `${name}.env`), lines.join(''))
  }

  /** Its settings in the order in which systemd takes them, with the credentials it would be handed. */
  function unitOf(name: string): Unit {
    const credentials = join(folder, 'credentials', name)
    mkdirSync(credentials, { recursive: true })
    const text = readFileSync(join(unitFolder, `strowger-${name}.service`), 'utf8')
      .replaceAll('/usr/bin/node', process.execPath)
      .replaceAll('/opt/strowger', cloneFolder)
      .replaceAll('/etc/strowger', etc)
      .replaceAll(/\/var\/(?:lib|log)\/strowger/g, join(folder, 'var'))
      .replaceAll('%d', credentials)
    const values = (key: string) => [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value)
    const entries = (lines: readonly string[]) =>
      lines.filter(Boolean).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
    for (const credential of values('LoadCredential')) {
      const [id = '', file = ''] = credential.split(':')
      copyFileSync(file, join(credentials, id))
      give(join(credentials, id), 0o400)
    }
    for (const state of values('StateDirectory')) {
      const at = join(folder, 'var', state.replace('strowger/', ''))
      mkdirSync(at, { recursive: true })
      give(at, 0o750)
    }
    give(credentials, 0o500)
    // The folder of logs, and what leads to all of it.
    if (values('LogsDirectory').length > 0) give(join(folder, 'var'), 0o755)
    const files = values('EnvironmentFile').flatMap((file) => {
      try {
        return entries(readFileSync(file.replace(/^-/, ''), 'utf8').split('\n'))
      } catch {
        return []
      }
    })
    return {
      program: (values('ExecStart')[0] ?? '').split(' '),
      folder: values('WorkingDirectory')[0] ?? '',
      env: Object.fromEntries([...entries(values('Environment')), ...files]),
    }
  }

  function give(path: string, mode: number): void {
    chmodSync(path, mode)
    if (canBeOther) chownSync(path, nobody, nobody)
  }

  function start(name: string): ChildProcess {
    const { program, folder: cwd, env } = unitOf(name)
    const [command = '', ...args] = program
    chmodSync(folder, 0o755)
    const child = spawn(command, args, { cwd, env, ...(canBeOther ? { uid: nobody, gid: nobody } : {}) })
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-20_000)
      })
    return child
  }

  async function ended(child: ChildProcess): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await exit
    }
    return child.exitCode
  }

  it('migrates, then each service is ready and ends when it is asked to', async () => {
    const migrate = start('migrate')
    const code = await new Promise((resolve) => migrate.once('exit', resolve))
    expect(code, output).toBe(0)
    for (const name of serviceNames) running.push(start(name))
    for (const name of serviceNames)
      await eventually(
        async () => {
          const answer = await fetch(`http://127.0.0.1:${healthPorts[name]}/health/ready`)
          if (answer.status !== 200) throw new Error(`${name}: ${await answer.text()} ${output.slice(-2_000)}`)
        },
        { timeoutMs: 60_000, intervalMs: 250 },
      )
    for (const child of running) expect(await ended(child)).toBe(0)
  }, 120_000)
})
