import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually, type House, scratchFolder, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  installRecipes,
  type Recipe,
  recipes,
  type StartDhcpServer,
  startDnsmasq,
  startIscDhcpd,
  startKea,
} from './dhcp-servers.ts'
import { missingPeers, warnOfSkipped } from './install-clients.ts'
import { layNetwork, type Network, noNetworksBecause, prefix } from './network.ts'

const missing = missingPeers('ip', 'dhcpd', 'dhclient', 'dnsmasq', 'kea-dhcp4')
const noNetworks = noNetworksBecause()
const reason = noNetworks ?? (missing.length > 0 ? `${missing.join(', ')} not installed` : undefined)
if (reason !== undefined) warnOfSkipped('DHCP', reason)

const patient = { timeoutMs: 20_000, intervalMs: 50 }
/** What a Cisco 7940 says of itself; it tells nothing over TFTP. */
const vendorClass = Buffer.from('Cisco Systems, Inc. IP Phone CP-7940\0', 'latin1')
const tftpFile = 'RINGLIST.XML'
const ownPlugins = fileURLToPath(new URL('../../packages/plugins/', import.meta.url))
const hasOwn7940 = existsSync(join(ownPlugins, 'cisco-sccp', 'legacy'))
const plugin7940 = hasOwn7940 ? 'cisco-sccp-legacy' : 'testphone-v1'
const housePort = { tftp: '6969', dhcp: '8669' }

describe.skipIf(reason !== undefined)('DHCP', () => {
  let network: Network
  let folder: string
  let plugins: string
  let house: House
  let recipe: Recipe

  const start = async (env: Record<string, string> = {}) => {
    house = await startHouse({
      startedBy: network.host('house').enter,
      folder: join(folder, 'house'),
      env: {
        PHONE_HOST: '0.0.0.0',
        PHONE_TFTP_PORT: housePort.tftp,
        DHCP_INFO_PORT: housePort.dhcp,
        PLUGINS_DIR: plugins,
        ...env,
      },
    })
    recipe = installRecipes(
      folder,
      `http://${network.host('house').address}:${housePort.dhcp}/dhcp`,
      house.secret('dhcp-token'),
    )
  }

  beforeAll(async () => {
    folder = scratchFolder('dhcp-')
    plugins = pluginsWith7940(join(folder, 'plugins'))
    network = await layNetwork({ house: [10], server: [1], phone: [] })
    await start()
  })
  afterAll(async () => {
    await house?.close()
    await network?.close()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })

  interface Listed {
    readonly id: string
    readonly ip?: string
    readonly vendor?: string
    readonly model?: string
    readonly plugin?: string
  }
  async function deviceOf(mac: string): Promise<Listed | undefined> {
    const url = `${house.restUrl}/api/v1/devices?limit=500`
    const asked = ['-sS', '-H', `x-auth-token: ${house.token()}`, url]
    const { stdout, stderr } = await network.host('house').run('curl', asked)
    const { items } = JSON.parse(stdout.toString() || `{"error":${JSON.stringify(stderr)}}`) as {
      items: (Listed & { mac?: string })[]
    }
    return items.find((device) => device.mac === mac)
  }

  type Client = (folder: string) => { program: string; args: string[] }
  const udhcpc: Client = (to) => {
    const script = join(to, 'udhcpc.sh')
    const set = '[ "$1" = bound ] && ip address add "$ip/24" dev "$interface"; exit 0'
    writeFileSync(script, `#!/bin/sh\n${set}\n`, { mode: 0o755 })
    const args = ['udhcpc', '-i', 'eth0', '-f', '-q', '-n', '-t', '8', '-T', '1', '-s', script, '-V', '']
    return { program: 'busybox', args: [...args, '-x', `0x3c:${vendorClass.toString('hex')}`] }
  }
  const dhclient: Client = (to) => {
    const file = (name: string) => join(to, name)
    const bytes = [...vendorClass].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
    writeFileSync(file('dhclient.conf'), `send vendor-class-identifier ${bytes};\ntimeout 10;\n`)
    const set = '[ "$reason" = BOUND ] && ip address add "$new_ip_address/24" dev "$interface"; exit 0'
    writeFileSync(file('dhclient.sh'), `#!/bin/sh\n${set}\n`, { mode: 0o755 })
    rmSync(file('dhclient.leases'), { force: true })
    const files = ['-cf', file('dhclient.conf'), '-lf', file('dhclient.leases'), '-pf', file('dhclient.pid')]
    return { program: 'dhclient', args: ['-4', '-1', ...files, '-sf', file('dhclient.sh'), 'eth0'] }
  }

  /** The phone starts: it asks for an address, and later for a file with nothing in its name. */
  async function boots(mac: string, client: Client): Promise<void> {
    const phone = network.host('phone')
    await phone.becomeAnother(mac)
    const { program, args } = client(folder)
    const { code, stdout, stderr } = await phone.run(program, args)
    expect(code, `${stdout}${stderr}`).toBe(0)
    await phone.run('sh', [
      '-c',
      `kill $(cat ${join(folder, 'dhclient.pid')}) 2>/dev/null; rm -f ${folder}/dhclient.pid`,
    ])
  }
  async function fetches(): Promise<string> {
    const to = join(folder, 'fetched')
    rmSync(to, { force: true })
    const { address } = network.host('house')
    const { code, stderr } = await network
      .host('phone')
      .run('atftp', ['-g', '-r', tftpFile, '-l', to, address, housePort.tftp])
    return code === 0 ? readFileSync(to, 'latin1') : stderr
  }
  const isAt = (mac: string, byte: number) =>
    eventually(async () => expect(await deviceOf(mac)).toMatchObject({ ip: `${prefix}.${byte}` }), patient)

  async function movesThrough(mac: string, startServer: StartDhcpServer, client: Client): Promise<Listed> {
    const options = { host: network.host('server'), folder, recipe }
    const first = await startServer({ ...options, gives: 100 })
    await boots(mac, client)
    await isAt(mac, 100)
    const device = await deviceOf(mac)
    await first.stop()
    const second = await startServer({ ...options, gives: 120 })
    await boots(mac, client)
    await isAt(mac, 120)
    await second.stop()
    expect((await deviceOf(mac))?.id).toBe(device?.id)
    return device as Listed
  }

  for (const [name, mac, startServer, client] of [
    ['ISC dhcpd and dhclient', '00:1a:e2:00:00:01', startIscDhcpd, dhclient],
    ['dnsmasq and udhcpc', '00:1a:e2:00:00:02', startDnsmasq, udhcpc],
  ] as const) {
    test(`${name}: a phone that tells nothing over TFTP is known with its model, and moves with its address`, async () => {
      const device = await movesThrough(mac, startServer, client)
      expect(device).toMatchObject({ vendor: 'Cisco', model: '7940', plugin: plugin7940 })
      expect(await fetches()).toContain('CiscoIPPhoneRingList')
    })
  }

  test('Kea tells the address, and what the phone says it is, is overheard beside it on the same machine', async () => {
    await house.end()
    await start({ DHCP_LISTEN_HOST: '255.255.255.255' })
    const mac = '00:1a:e2:00:00:03'
    const options = { host: network.host('house'), folder, recipe }
    const first = await startKea({ ...options, gives: 101 })
    await boots(mac, udhcpc)
    await isAt(mac, 101)
    await eventually(
      async () => expect(await deviceOf(mac)).toMatchObject({ model: '7940', plugin: plugin7940 }),
      patient,
    )
    expect(await fetches()).toContain('CiscoIPPhoneRingList')
    await first.stop()
    // A raw socket hears everything until its filter is in place; what is no DHCP is left by Kea, and said.
    const errors = first
      .output()
      .split('\n')
      .filter((line) => /ERROR/.test(line) && !/RECEIVE_FAIL.*Truncated/.test(line))
    expect(errors).toEqual([])
    // The address comes from Kea’s hook alone: nobody listens any more.
    await house.end()
    await start()
    const second = await startKea({ ...options, gives: 121 })
    await boots(mac, udhcpc)
    await isAt(mac, 121)
    await second.stop()
  })

  test('a server that tells nothing: the phone is overheard from another machine', async () => {
    await house.end()
    await start({ DHCP_LISTEN_HOST: '0.0.0.0' })
    const mac = '00:1a:e2:00:00:04'
    const server = await startDnsmasq({ host: network.host('server'), folder, gives: 102 })
    await boots(mac, udhcpc)
    await isAt(mac, 102)
    expect(await deviceOf(mac)).toMatchObject({ vendor: 'Cisco', model: '7940' })
    expect(await fetches()).toContain('CiscoIPPhoneRingList')
    await server.stop()
  })

  test('what tells phones where we are is accepted by each server', async () => {
    const written = async (format: string) => {
      const made = await network
        .host('server')
        .run(process.execPath, [join(recipes, 'phone-options.mjs'), format, '192.0.2.10'])
      expect(made.code, made.stderr).toBe(0)
      return made.stdout.toString()
    }
    const file = (name: string) => join(folder, name)
    writeFileSync(file('options.isc'), `${await written('isc')}\nsubnet ${prefix}.0 netmask 255.255.255.0 {}\n`)
    writeFileSync(file('options.dnsmasq'), await written('dnsmasq'))
    const classes = await written('kea')
    writeFileSync(file('options.kea'), `{"Dhcp4":{"lease-database":{"type":"memfile"},"client-classes":${classes}}}`)
    const server = network.host('server')
    const kea = { KEA_LOCKFILE_DIR: 'none', KEA_PIDFILE_DIR: folder }
    for (const { code, stderr } of [
      await server.run('dhcpd', ['-t', '-cf', file('options.isc')]),
      await server.run('dnsmasq', ['--test', `--conf-file=${file('options.dnsmasq')}`]),
      await server.run('kea-dhcp4', ['-t', file('options.kea')], kea),
    ]) {
      expect(code, stderr).toBe(0)
    }
  })
})

/** The plugins of the house; where none is for the 7940, with one that knows it by DHCP alone. */
function pluginsWith7940(folder: string): string {
  if (hasOwn7940) return ownPlugins
  cpSync(ownPlugins, folder, { recursive: true })
  const place = join(folder, 'testphone', 'v1')
  mkdirSync(join(place, 'static'), { recursive: true })
  const manifest = {
    id: 'testphone-v1',
    version: '1.0.0',
    description: 'Phones that tell nothing over TFTP',
    vendors: ['Cisco'],
    firmware: [],
    models: {
      '7940': {
        lines: 2,
        keys: 0,
        expansionModules: 0,
        type: 'deskphone',
        protocols: ['SCCP'],
        switchboard: false,
        highAvailability: false,
        firmware: [],
      },
    },
    identify: { dhcp: [{ options: { '60': 'IP Phone CP-(?<model>79[0-9]{2})' }, set: { vendor: 'Cisco' } }] },
    files: { device: [], common: [], static: [{ name: tftpFile, contentType: 'text/xml' }] },
    sensitive: [],
    format: 'xml',
    notOffered: {},
  }
  const files = {
    'manifest.json': JSON.stringify(manifest),
    [`static/${tftpFile}`]: '<CiscoIPPhoneRingList></CiscoIPPhoneRingList>\n',
  }
  const hashes = JSON.parse(readFileSync(join(folder, 'hashes.json'), 'utf8')) as Record<string, string>
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(place, name), text)
    hashes[`testphone/v1/${name}`] = createHash('sha256').update(text).digest('hex')
  }
  writeFileSync(join(folder, 'hashes.json'), JSON.stringify(hashes))
  return folder
}
