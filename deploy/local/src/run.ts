import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@strowger/schema'
import { addressTable, example, logIn, securityLog } from './addresses.ts'
import { defaultRouteAddress } from './advertised-host.ts'
import { tlsFiles } from './certificate.ts'
import { createGatheredWrites } from './gathered-writes.ts'
import type { Home } from './home.ts'
import { migrateEverything, openNats, openPostgres, serviceEnvironment } from './infrastructure.ts'
import { createLogFile, createPrefix, shortLine } from './log-lines.ts'
import { busyPorts, type WantedPort } from './port-holder.ts'
import { type Claim, claimHome, findRunning } from './running.ts'
import { openSecrets, type Secrets } from './secrets.ts'
import type { RunningServer } from './servers/postgres.ts'
import { type ServiceProcess, startService } from './service-process.ts'
import { cloneRoot, type SupervisedService } from './services.ts'
import type { LocalSettings } from './settings.ts'
import { keepAlive } from './supervise.ts'

export interface RunOptions {
  readonly home: Home
  readonly settings: LocalSettings
  readonly services: readonly SupervisedService[]
  /** Where a service's program is. */
  readonly scriptOf: (service: string) => string
  readonly environment: NodeJS.ProcessEnv
  readonly print: (text: string) => void
  /** Aborted: stop everything, in order. */
  readonly stopping: AbortSignal
}

/** What a service must not see of our own environment: it gets its own user instead. */
const ours =
  /^(DATABASE_(URL|HOST|PORT|NAME|USER|PASSWORD(_FILE)?)|NATS_(URL|USER|PASSWORD(_FILE)?)|STROWGER_BOOTSTRAP_TOKEN(_FILE)?)$/
const readyWithinMs = 30_000

/**
 * The whole house on this machine, until it is told to stop. Everything that is started is put on a list with its
 * stop beside it; the list is worked off in the order of DESIGN §9.
 * @returns the exit code.
 */
export async function run(options: RunOptions): Promise<number> {
  const { home, settings, services, print } = options
  const claim = claimHome(home)
  if (claim === undefined) {
    const { pid, addresses } = findRunning(home) ?? { pid: 0, addresses: [] }
    print([`Strowger runs already (process ${pid}).`, ...addresses, ''].join('\n'))
    return 0
  }
  try {
    const busy = busyPorts(wantedPorts(settings))
    if (busy.length > 0) {
      print(`Strowger cannot start:\n${busy.map((line) => `  ${line}\n`).join('')}`)
      return 1
    }
    return await runClaimed(options, claim)
  } finally {
    claim.release()
  }

  function wantedPorts({
    PHONE_HTTP_PORT,
    PHONE_HTTPS_PORT,
    PHONE_TFTP_PORT,
    DHCP_INFO_PORT,
    GATEWAY_PORT,
  }: LocalSettings): WantedPort[] {
    const all: (WantedPort & { service: string })[] = [
      { service: 'ingress', protocol: 'tcp', port: PHONE_HTTP_PORT, setting: 'PHONE_HTTP_PORT' },
      ...(existsSync(tlsFiles(home).certificate)
        ? [{ service: 'ingress', protocol: 'tcp' as const, port: PHONE_HTTPS_PORT, setting: 'PHONE_HTTPS_PORT' }]
        : []),
      { service: 'ingress', protocol: 'udp', port: PHONE_TFTP_PORT, setting: 'PHONE_TFTP_PORT' },
      { service: 'ingress', protocol: 'tcp', port: DHCP_INFO_PORT, setting: 'DHCP_INFO_PORT' },
      { service: 'gateway', protocol: 'tcp', port: GATEWAY_PORT, setting: 'GATEWAY_PORT' },
    ]
    return all.filter(({ service }) => services.some(({ name }) => name === service))
  }
}

async function runClaimed(options: RunOptions, claim: Claim): Promise<number> {
  const { home, settings, services, environment, stopping } = options
  const print = createGatheredWrites(options.print).write
  const begun = performance.now()
  const secrets = openSecrets(home.secrets, settings.STROWGER_BOOTSTRAP_TOKEN)
  const prefixed = createPrefix(['strowger', 'postgresql', 'nats', ...services.map(({ name }) => name)], print)
  const say = (text: string) => prefixed('strowger', text)
  const toFile = (name: string) => createLogFile(join(home.log, `${name}.log`))
  const processes: Record<string, number> = {}
  const note = (name: string, pid: number) => {
    processes[name] = pid
    claim.update({ processes })
  }
  /** What to stop; the ranks of services come first. */
  const stops: { rank: number; name: string; stop: () => Promise<void> }[] = []

  function keepServer(name: string, rank: number, server: RunningServer | undefined): void {
    if (server === undefined) return
    note(name, server.pid())
    const life = keepAlive({
      exited: () => server.exited(),
      onTrouble: (trouble) => prefixed(name, trouble),
      async restart() {
        await server.restart()
        note(name, server.pid())
      },
    })
    stops.push({
      rank,
      name,
      stop: async () => {
        life.letGo()
        await server.stop()
      },
    })
  }

  try {
    const parts = { home, secrets, settings, log: toFile, say }
    const [postgres, nats] = await Promise.allSettled([openPostgres(parts), openNats(parts)])
    if (postgres.status === 'fulfilled') keepServer('postgresql', 101, postgres.value.server)
    if (nats.status === 'fulfilled') keepServer('nats', 100, nats.value.server)
    if (postgres.status === 'rejected') throw postgres.reason
    if (nats.status === 'rejected') throw nats.reason
    // A server that somebody else runs is waited for; we must be able to give that up.
    const slow = setTimeout(() => say(`waiting for ${postgres.value.url} and ${nats.value.url}`), 5_000)
    await Promise.race([
      migrateEverything(postgres.value, nats.value, { secrets, say }),
      aborted(stopping).then(() => Promise.reject(new Error('stopped'))),
    ]).finally(() => clearTimeout(slow))

    const advertisedHost = settings.ADVERTISED_HOST ?? defaultRouteAddress()
    const inherited = Object.fromEntries(Object.entries(environment).filter(([name]) => !ours.test(name)))
    const startOne = async (service: SupervisedService): Promise<ServiceProcess> => {
      const { name, stopRank, niceness } = service
      const write = toFile(name)
      const process = await startService({
        name,
        script: options.scriptOf(name),
        cwd: cloneRoot,
        niceness,
        home,
        env: {
          ...inherited,
          ADVERTISED_HOST: advertisedHost,
          PHONE_TLS_CERTIFICATE: environment['PHONE_TLS_CERTIFICATE'] ?? tlsFiles(home).certificate,
          PHONE_TLS_KEY: environment['PHONE_TLS_KEY'] ?? tlsFiles(home).key,
          FAIL2BAN_LOG_FILE: environment['FAIL2BAN_LOG_FILE'] ?? securityLog(home),
          ...serviceEnvironment(service, { database: postgres.value, nats: nats.value, secrets, home }),
          ...(name === 'gateway' ? gatewayEnvironment(secrets) : {}),
          ...(name === 'ingress' ? dhcpEnvironment(secrets, environment) : {}),
        },
        onLine(line) {
          write(line)
          prefixed(name, shortLine(line))
        },
        onTrouble: (trouble) => prefixed(name, trouble),
        onStart: (pid) => note(name, pid),
      })
      stops.push({ rank: stopRank, name, stop: process.stop })
      return process
    }

    // The gateway waits for the others, so that its being ready says that all are.
    const last = services.filter(({ name }) => name === 'gateway')
    const started = await Promise.all(services.filter((service) => !last.includes(service)).map(startOne))
    await allReady(started)
    const gateways = stopping.aborted ? [] : await Promise.all(last.map(startOne))
    const ready = await allReady([...started, ...gateways])
    if (!stopping.aborted) {
      const addresses = addressTable({ settings, advertisedHost, home })
      claim.update({ addresses })
      // For ./strowger, which knows nothing of the supervisor.
      const gateway = `http://127.0.0.1:${settings.GATEWAY_PORT}`
      writeFileSync(join(home.run, 'addresses.json'), `${JSON.stringify({ gateway })}\n`)
      const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
      const head = ready ? `Strowger is ready (${seconds} s)` : 'Strowger runs, but is not ready: see the reasons above'
      const text = [...addresses, ...logIn(secrets), '', 'Try:', ...example(settings).map((line) => `  ${line}`)]
      print(`\n${head}\n\n${text.map((line) => `  ${line}`.trimEnd()).join('\n')}\n\n`)
    }
    await aborted(stopping)
    return 0
  } catch (error) {
    if (!stopping.aborted) say(`could not start: ${reasonOf(error)}`)
    return stopping.aborted ? 0 : 1
  } finally {
    await stopAll()
  }

  async function allReady(started: readonly ServiceProcess[]): Promise<boolean> {
    const states = await Promise.all(
      started.map(async (service) => {
        if (await service.becomeReady(readyWithinMs, stopping)) return true
        if (!stopping.aborted) prefixed(service.name, `not ready: ${(await service.readiness()).reasons.join('; ')}`)
        return false
      }),
    )
    return states.every((state) => state)
  }

  async function stopAll(): Promise<void> {
    const ranks = [...new Set(stops.map(({ rank }) => rank))].sort((one, other) => one - other)
    for (const rank of ranks) {
      const these = stops.filter((entry) => entry.rank === rank)
      say(`stopping ${these.map(({ name }) => name).join(', ')}`)
      await Promise.all(these.map(({ stop }) => stop()))
    }
    say('stopped')
  }
}

function gatewayEnvironment(secrets: Secrets): NodeJS.ProcessEnv {
  return {
    ADMIN_PASSWORD_FILE: secrets.path('admin-password'),
    STROWGER_BOOTSTRAP_TOKEN_FILE: secrets.path('admin-token'),
  }
}

/** A token of the operator's own goes before ours. */
function dhcpEnvironment(secrets: Secrets, given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isGiven = given['DHCP_INFO_TOKEN'] !== undefined || given['DHCP_INFO_TOKEN_FILE'] !== undefined
  return isGiven ? {} : { DHCP_INFO_TOKEN_FILE: secrets.path('dhcp-token') }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error instanceof Fault && error.internal !== undefined ? `${error.message} (${error.internal})` : error.message
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}
