import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serviceNames } from '@strowger/schema'
import { eventually, freePort, runProgram, scratchFolder } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildImages, type ContainerEngine, cloneFolder, type Images, openEngine } from './container-engine.ts'
import { warnOfSkipped } from './install-clients.ts'
import { startPatientPhones } from './patient-phones.ts'
import { bootInTurn, phoneOfSite } from './phone-load.ts'

const opened = await openEngine()
if ('reason' in opened) warnOfSkipped('the Compose stack', opened.reason)

const siteSize = 200
const project = `strowger${process.pid}`
const mac = '00:15:65:12:34:56'
const agent = `Yealink SIP-T46S 66.86.0.15 ${mac}`

describe.skipIf('reason' in opened)('the Compose stack', () => {
  const engine = opened as ContainerEngine
  const folder = scratchFolder('compose-')
  let images: Images
  const ports = { http: 0, https: 0, tftp: 0, dhcp: 0, gateway: 0, agi: 0 }
  const compose = (...args: string[]) => engine.compose(folder, project, ...args)
  const containerOf = (service: string) => `${project}${engine.separator}${service}${engine.separator}1`

  beforeAll(async () => {
    const built = await buildImages(engine)
    if ('reason' in built) throw new Error(built.reason)
    images = built
    for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = freePort()
    for (const file of ['compose.yaml', 'prepare.sh']) {
      copyFileSync(join(cloneFolder, 'deploy', 'compose', file), join(folder, file))
    }
    const settings = {
      STROWGER_IMAGE: images.strowger,
      NATS_IMAGE: images.nats,
      POSTGRES_IMAGE: images.postgres,
      ADVERTISED_HOST: '192.0.2.10',
      GATEWAY_PORT: ports.gateway,
      PHONE_HTTP_PORT: ports.http,
      PHONE_HTTPS_PORT: ports.https,
      PHONE_TFTP_PORT: ports.tftp,
      DHCP_INFO_PORT: ports.dhcp,
      FASTAGI_PORT: ports.agi,
    }
    writeFileSync(
      join(folder, '.env'),
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
    const prepared = spawnSync(join(folder, 'prepare.sh'), { env: { ...engine.env, STROWGER_IMAGE: images.strowger } })
    if (prepared.status !== 0) throw new Error(`prepare.sh failed: ${prepared.stderr}`)
    await compose('up', '-d')
    await Promise.all(serviceNames.map(healthy))
  }, 400_000)

  afterAll(async () => {
    // Nothing of it is kept: there is nothing to drain.
    await compose('kill').catch(() => {})
    await compose('down', '-v').catch((error: unknown) => console.warn(String(error)))
    rmSync(folder, { recursive: true, force: true })
    await engine.close()
  }, 240_000)

  /** Resolves when its own check says that a service is ready. */
  async function healthy(service: string): Promise<void> {
    await eventually(
      async () => {
        const id = containerOf(service)
        const state = await engine.docker('inspect', '--format', '{{.State.Health.Status}}', id)
        if (state.trim() !== 'healthy')
          throw new Error(`${service} is ${state.trim()}: ${await engine.docker('logs', '--tail', '5', id)}`)
      },
      { timeoutMs: 90_000, intervalMs: 500 },
    )
  }

  /** The same by its check itself: the engine asks every five seconds only. */
  async function ready(service: string): Promise<void> {
    const check = () => engine.docker('exec', containerOf(service), 'node', '/app/deploy/images/healthy.mjs')
    await eventually(check, { timeoutMs: 90_000, intervalMs: 250 })
  }

  async function strowger(...args: string[]): Promise<string> {
    const env = {
      STROWGER_URL: `http://127.0.0.1:${ports.gateway}`,
      STROWGER_TOKEN: readFileSync(join(folder, 'secrets', 'admin-token'), 'utf8').trim(),
    }
    const { code, stdout, stderr } = await runProgram(join(cloneFolder, 'strowger'), args, env)
    if (code !== 0) throw new Error(`strowger ${args.join(' ')} ended with ${code}: ${stderr}`)
    return stdout.toString()
  }

  async function curl(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runProgram('curl', ['-sS', '--fail', '-m', '15', ...args])
    if (code !== 0) throw new Error(`curl ended with ${code}: ${stderr}`)
    return stdout.toString()
  }
  const overHttp = () => curl('-A', agent, `http://127.0.0.1:${ports.http}/001565123456.cfg`)

  it('plays the example of the README', async () => {
    const first = await eventually(overHttp, { timeoutMs: 30_000 })
    expect(first).toMatch(/^#!version:1\.0\.0\.1\n/)
    expect(first).toContain(`http://192.0.2.10:${ports.http}`)
    expect(await curl(`tftp://127.0.0.1:${ports.tftp}/001565123456.cfg`)).toBe(first)
    await strowger(
      'configs',
      'set',
      mac,
      'sip_lines.1.username=1001',
      'sip_lines.1.password=secret',
      'sip_lines.1.proxy_ip=192.0.2.20',
    )
    await eventually(async () => expect(await overHttp()).toContain('account.1.user_name = 1001'), {
      timeoutMs: 20_000,
    })
    await eventually(async () => expect(await strowger('devices', 'list')).toMatch(/T46S .* own +configured +\d+ ✓/), {
      timeoutMs: 20_000,
    })
    const log = readFileSync(join(folder, 'log', 'strowger-fail2ban.log'), 'utf8')
    expect(log).toMatch(/New device created automatically from [\d.]+: [0-9a-f]{32}\n/)
    expect(log).toMatch(/Sensitive file requested from [\d.]+: 001565123456\.cfg\n/)
  })

  it('runs every service as a user of no rights, who can write nothing of the image and reads no secret of another', async () => {
    const look = 'id -u; grep CapEff /proc/self/status; touch /app/x 2>&1; touch /usr/x 2>&1; ls /run/secrets'
    await Promise.all(
      serviceNames.map(async (service) => {
        const looked = await engine.docker('exec', containerOf(service), 'sh', '-c', look)
        expect(looked).toMatch(/^10001\nCapEff:\t0000000000000000\n/)
        expect(looked.match(/Read-only file system/g), service).toHaveLength(2)
        for (const other of serviceNames) {
          if (other !== service) expect(looked).not.toMatch(new RegExp(`(nats|role)-${other}$`, 'm'))
        }
      }),
    )
  })

  it('gives the metrics that alerts and dashboard ask for', async () => {
    const script =
      "fetch('http://127.0.0.1:9464/metrics').then((answer) => answer.text()).then((text) => console.log(text))"
    const given = new Set<string>()
    await Promise.all(
      serviceNames.map(async (service) => {
        const text = await engine.docker('exec', containerOf(service), 'node', '-e', script)
        for (const [, name = ''] of text.matchAll(/^# TYPE (\S+)/gm)) given.add(name)
      }),
    )
    const asked = ['alerts.yaml', 'grafana-dashboard.json'].flatMap((file) => {
      const text = readFileSync(join(cloneFolder, 'deploy', 'monitoring', file), 'utf8')
      return [...text.matchAll(/\bstrowger_[a-z0-9_]+/g)].map(([name]) => name.replace(/_bucket$/, ''))
    })
    expect(asked.length).toBeGreaterThan(20)
    expect([...new Set(asked)].filter((name) => !given.has(name))).toEqual([])
  })

  it('lets ingress take port 69 by the one capability for it, and no longer as root', async () => {
    const caps = ['NET_BIND_SERVICE', 'SETUID', 'SETGID', 'SETPCAP'].flatMap((name) => ['--cap-add', name])
    const confined = [
      '--cap-drop',
      'ALL',
      ...caps,
      '--sysctl',
      'net.ipv4.ip_unprivileged_port_start=1024',
      '--read-only',
    ]
    const settings = {
      PHONE_TFTP_PORT: '69',
      NATS_URL: 'nats://nats:4222',
      NATS_USER: 'ingress',
      NATS_PASSWORD_FILE: '/run/secrets/nats-ingress',
      SEAL_KEYS_FILE: '/run/secrets/seal-keys.json',
    }
    const mounts = ['-v', `${join(folder, 'secrets')}:/run/secrets:ro`, '-v', '/var/lib/strowger']
    const given = Object.entries(settings).flatMap(([name, value]) => ['-e', `${name}=${value}`])
    const started = ['run', '-d', '--user', '0', '--network', `${project}_house`, ...confined, ...mounts, ...given]
    const id = (await engine.docker(...started, images.strowger, 'ingress')).trim()
    try {
      await eventually(
        async () => {
          const status = await engine.docker(
            'exec',
            id,
            'sh',
            '-c',
            'cat /proc/1/status /proc/1/net/udp /proc/1/net/udp6',
          )
          expect(status).toMatch(/^Uid:\t10001\t10001\t10001\t10001$/m)
          expect(status).toMatch(/^CapEff:\t0000000000000400$/m)
          expect(status).toMatch(/^CapBnd:\t0000000000000400$/m)
          // Port 69 as the kernel writes it.
          expect(status).toMatch(/:0045 /)
        },
        { timeoutMs: 60_000, intervalMs: 500 },
      )
    } finally {
      await engine.docker('rm', '-f', '-v', id)
    }
  })

  it('is restarted service by service while 200 phones fetch, and none of them fails', async () => {
    // Whatever this machine itself asks comes from the address of the network's bridge: a site behind one address.
    const inspected = await engine.docker(
      'network',
      'inspect',
      '--format',
      '{{(index .IPAM.Config 0).Gateway}}',
      `${project}_outside`,
    )
    await strowger('flood', 'set', `banIgnore=${inspected.trim()}/32`)
    await strowger('policy', 'set', '--nat', 'yes')
    const house = { httpPort: ports.http, tftpPort: ports.tftp, httpUrl: `http://127.0.0.1:${ports.http}` }
    const phones = Array.from({ length: siteSize }, (_, n) => phoneOfSite(house, n + 1))
    await bootInTurn(phones)
    const load = startPatientPhones(phones)
    const took: string[] = []
    for (const service of serviceNames) {
      const begun = performance.now()
      await engine.docker('restart', '-t', '20', containerOf(service))
      await ready(service)
      took.push(`${service} ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
    }
    const { fetched, longestMs, problems } = await load.stop()
    console.log(
      `rolling restart: ${fetched} files, the longest wait for one ${(longestMs / 1_000).toFixed(1)} s; ready again after ${took.join(', ')}`,
    )
    expect(problems.slice(0, 5)).toEqual([])
    expect(fetched).toBeGreaterThan(2 * siteSize)
    // Seconds each on a machine that does nothing else.
  }, 480_000)
})

const promtool = spawnSync('promtool', ['--version']).status === 0
if (!promtool) warnOfSkipped('the check of alerts by promtool', 'there is no promtool')

it.skipIf(!promtool)('the alerts are found right by promtool', async () => {
  const { code, stdout, stderr } = await runProgram('promtool', [
    'check',
    'rules',
    join(cloneFolder, 'deploy', 'monitoring', 'alerts.yaml'),
  ])
  expect(code, `${stdout}${stderr}`).toBe(0)
  expect(stdout.toString()).toContain('SUCCESS')
})
