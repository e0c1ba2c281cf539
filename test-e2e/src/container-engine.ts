import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '@strowger/testkit'

export const cloneFolder = fileURLToPath(new URL('../../', import.meta.url))

/** Where containers can be run: the environment that makes `docker` and `docker-compose` talk to it. */
export interface ContainerEngine {
  readonly env: Readonly<Record<string, string>>
  docker(...args: string[]): Promise<string>
  /** `docker compose`, or what Debian has of it. */
  compose(folder: string, project: string, ...args: string[]): Promise<string>
  /** Between the parts of a container's name: project, service, number. */
  readonly separator: '-' | '_'
  /** Ends what was started here. */
  close(): Promise<void>
}

const isThere = (program: string) => spawnSync('which', [program]).status === 0

/** An engine that answers already, or Debian’s own one started here as root; else the reason why there is none. */
export async function openEngine(): Promise<ContainerEngine | { readonly reason: string }> {
  if (!isThere('docker')) return { reason: 'there is no docker' }
  const given = { ...baseEnvironment() }
  if (answers(given)) return composed(given, async () => {})
  if (process.getuid?.() !== 0) return { reason: 'no container engine answers, and only root can start one' }
  if (!isThere('dockerd')) return { reason: 'no container engine answers, and there is no dockerd' }
  const started = await startDockerd()
  if ('reason' in started) return started
  return composed({ ...baseEnvironment(), DOCKER_HOST: started.host }, started.stop)
}

function baseEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', DOCKER_HOST, NODE_EXTRA_CA_CERTS } = process.env
  return {
    PATH,
    HOME,
    // The classic builder: the other one is a program of its own, which not every machine has.
    DOCKER_BUILDKIT: '0',
    COMPOSE_API_VERSION: 'auto',
    ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }),
    ...(NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS }),
  }
}

function answers(env: Readonly<Record<string, string>>): boolean {
  return spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { env, timeout: 10_000 }).status === 0
}

function composed(
  env: Readonly<Record<string, string>>,
  close: () => Promise<void>,
): ContainerEngine | { readonly reason: string } {
  const isPlugin = spawnSync('docker', ['compose', 'version'], { env }).status === 0
  if (!isPlugin && !isThere('docker-compose')) return { reason: 'there is no docker compose' }
  const run = async (program: string, args: readonly string[], cwd?: string) => {
    const { code, output } = await runToEnd(program, args, env, cwd)
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`)
    return output
  }
  return {
    env,
    separator: isPlugin ? '-' : '_',
    docker: (...args) => run('docker', args),
    compose: (folder, project, ...args) =>
      isPlugin
        ? run('docker', ['compose', '-p', project, ...args], folder)
        : run('docker-compose', ['-p', project, ...args], folder),
    close,
  }
}

/** Runs a program, for five minutes at most; its output and its errors as they came. */
function runToEnd(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = cloneFolder,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk
      })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** Its images stay in the clone, so that the next run need not make them again. */
const state = join(cloneFolder, '.strowger', 'engine')

async function startDockerd(): Promise<{ host: string; stop: () => Promise<void> } | { readonly reason: string }> {
  mkdirSync(state, { recursive: true, mode: 0o700 })
  const host = `unix://${join(state, 'docker.sock')}`
  const configuration = {
    'data-root': join(state, 'data'),
    'exec-root': join(state, 'exec'),
    pidfile: join(state, 'docker.pid'),
    hosts: [host],
    bip: '172.31.250.1/24',
    'default-address-pools': [{ base: '172.31.251.0/24', size: 28 }],
    'shutdown-timeout': 10,
  }
  const file = join(state, 'daemon.json')
  writeFileSync(file, JSON.stringify(configuration))
  // Of one that was killed.
  rmSync(join(state, 'docker.pid'), { force: true })
  let output = ''
  // The kernel ends it with us, in whatever way we end.
  const daemon = spawn('setpriv', ['--pdeathsig', 'TERM', 'dockerd', '--config-file', file], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  daemon.stderr.on('data', (chunk: Buffer) => {
    output = `${output}${chunk}`.slice(-4_000)
  })
  const ended = new Promise<void>((resolve) => daemon.once('close', () => resolve()))
  const stop = async () => {
    daemon.kill('SIGTERM')
    await ended
    spawnSync('ip', ['link', 'del', 'docker0'])
  }
  try {
    await eventually(
      () => {
        if (daemon.exitCode !== null) throw new Error('it has ended')
        if (!answers({ ...baseEnvironment(), DOCKER_HOST: host })) throw new Error('it does not answer')
      },
      { timeoutMs: 40_000, intervalMs: 500 },
    )
    removeLeftOver({ ...baseEnvironment(), DOCKER_HOST: host })
    return { host, stop }
  } catch (error) {
    await stop()
    return { reason: `dockerd does not run here (${String(error)}): ${lastLines(output)}` }
  }
}

/**
 * Begins to fetch what base images are made of, which takes a minute of waiting for a mirror, beside what else is done
 * before; answers how to end it. Nothing is fetched where there are images already, or no test asks for them.
 */
export function fetchBaseImages(): () => void {
  const named = process.argv.filter((argument) => argument.endsWith('.test.ts'))
  const isWanted = named.length === 0 || named.some((name) => name.includes('compose'))
  if (!isWanted || process.getuid?.() !== 0 || existsSync(state) || !isThere('debootstrap')) return () => {}
  const command = [join(cloneFolder, 'deploy', 'images', 'base-image.sh'), 'fetch']
  const fetching = spawn('setpriv', ['--pdeathsig', 'TERM', 'nice', ...command], { detached: true, stdio: 'ignore' })
  let isRunning = true
  fetching.once('close', () => {
    isRunning = false
  })
  fetching.unref()
  return () => {
    if (isRunning && fetching.pid !== undefined) process.kill(-fetching.pid)
  }
}

/** Of a run that was killed: our engine starts its containers again, with all that they do. */
function removeLeftOver(env: Readonly<Record<string, string>>): void {
  const docker = (...args: string[]) => spawnSync('docker', args, { env, encoding: 'utf8' }).stdout.trim()
  const left = docker('ps', '-aq').split('\n').filter(Boolean)
  if (left.length === 0) return
  docker('rm', '-f', '-v', ...left)
  for (const kind of ['network', 'volume']) docker(kind, 'prune', '-f')
}

export interface Images {
  readonly strowger: string
  readonly nats: string
  readonly postgres: string
}

/** The images, of Debian’s packages and of what is compiled here: no registry of images is asked. */
export async function buildImages(engine: ContainerEngine): Promise<Images | { readonly reason: string }> {
  if (!isThere('debootstrap')) return { reason: 'there is no debootstrap to make base images with' }
  const folder = join(cloneFolder, 'deploy', 'images')
  const env = { ...engine.env, NODE_IMAGE: 'localhost/strowger-base', COMPILED: 'yes' }
  const strowger = 'strowger:e2e'
  const base = await runToEnd(join(folder, 'base-image.sh'), ['base'], env)
  if (base.code !== 0) return { reason: `base images cannot be made here: ${lastLines(base.output)}` }
  const [servers, built] = await Promise.all([
    runToEnd(join(folder, 'base-image.sh'), ['servers'], env),
    runToEnd(join(folder, 'build.sh'), [strowger], env),
  ])
  if (servers.code !== 0) return { reason: `images of servers cannot be made here: ${lastLines(servers.output)}` }
  if (built.code !== 0) throw new Error(`the image could not be built:\n${built.output}`)
  return { strowger, nats: 'localhost/strowger-nats', postgres: 'localhost/strowger-postgres' }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ')
}
