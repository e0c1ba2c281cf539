import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually, type Finished, type House, runProgram, scratchFolder, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missingPeers, warnOfSkipped } from './install-clients.ts'
import { type Daemon, type Host, layNetwork, type Network, noNetworksBecause } from './network.ts'

const missing = missingPeers('ip', 'fail2ban-server', 'nft')
const noNetworks = noNetworksBecause()
const reason = noNetworks ?? (missing.length > 0 ? `${missing.join(', ')} not installed` : undefined)
if (reason !== undefined) warnOfSkipped('fail2ban', reason)

const root = fileURLToPath(new URL('../../', import.meta.url))
const recipe = join(root, 'deploy', 'fail2ban')
const patient = { timeoutMs: 20_000, intervalMs: 50 }
const maxRetry = 12
const neighbourMac = '02:00:00:00:00:30'

describe.skipIf(reason !== undefined)('fail2ban', () => {
  let network: Network
  let folder: string
  let house: House
  let daemon: Daemon
  const host = (name: string): Host => network.host(name)

  beforeAll(async () => {
    folder = scratchFolder('fail2ban-')
    network = await layNetwork({ house: [10], scanner: [20], neighbour: [30] })
    const addresses = `ip link set eth0 down; ip link set eth0 address ${neighbourMac} up`
    await host('neighbour').run('sh', ['-c', addresses])
    house = await startHouse({
      startedBy: host('house').enter,
      folder: join(folder, 'house'),
      env: { PHONE_HOST: '0.0.0.0', PHONE_HTTP_PORT: '8667', PHONE_TFTP_PORT: '6969' },
    })
    daemon = await startFail2ban()
  })
  afterAll(async () => {
    if (daemon) await fail2banClient('stop')
    await house?.close()
    await network?.close()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  })

  const file = (name: string) => join(folder, name)
  const fail2banClient = (...args: string[]): Promise<Finished> =>
    runProgram('fail2ban-client', ['-c', file('etc'), '-s', file('socket'), ...args])
  const banned = async () => (await fail2banClient('get', 'strowger', 'banip')).stdout.toString().trim().split(/\s+/)

  /** As deploy/fail2ban/README.md says, in a folder of the test’s own; only the paths and how soon it bans are changed. */
  async function startFail2ban(): Promise<Daemon> {
    cpSync('/etc/fail2ban', file('etc'), { recursive: true })
    rmSync(file('etc/jail.d'), { recursive: true })
    cpSync(join(recipe, 'jail.d'), file('etc/jail.d'), { recursive: true })
    cpSync(join(recipe, 'filter.d', 'strowger.conf'), file('etc/filter.d/strowger.conf'))
    // Who has taken its own file is a known phone until many new ones have come from there: too many for a test.
    const changes = `[strowger]\nlogpath = ${house.securityLog}\nmaxretry = ${maxRetry}\nignorecommand =\n`
    writeFileSync(file('etc/jail.local'), changes)
    const places = `socket = ${file('socket')}\npidfile = ${file('pid')}\ndbfile = :memory:\nlogtarget = ${file('log')}\n`
    writeFileSync(file('etc/fail2ban.local'), `[Definition]\nloglevel = INFO\n${places}`)
    const args = ['-c', file('etc'), '-s', file('socket'), '-p', file('pid'), '-f', 'start']
    const started = host('house').start('fail2ban-server', args)
    await eventually(async () => {
      const { stdout } = await fail2banClient('status', 'strowger')
      expect(stdout.toString(), started.output()).toContain('Currently banned')
    }, patient)
    return started
  }

  const macOf = (n: number) => `001565f2b${n.toString(16).padStart(3, '0')}`
  async function byHttp(from: Host, mac: string): Promise<string> {
    const agent = `Yealink SIP-T46S 66.86.0.15 ${mac.match(/../g)?.join(':')}`
    const url = `http://${host('house').address}:8667/${mac}.cfg`
    const { stdout } = await from.run('curl', [
      '-s',
      '--max-time',
      '3',
      '-A',
      agent,
      '-w',
      '%{http_code}',
      '-o',
      '/dev/null',
      url,
    ])
    return stdout.toString()
  }
  async function byTftp(from: Host, mac: string): Promise<string> {
    const args = [
      '-s',
      '-S',
      '--max-time',
      '3',
      '-o',
      file('fetched'),
      `tftp://${host('house').address}:6969/${mac}.cfg`,
    ]
    const { code } = await from.run('curl', args)
    return code === 0 ? 'served' : 'nothing'
  }
  /** The scanner tries four names; answers how many. */
  async function scans(first: number): Promise<number> {
    await Promise.all([1, 2, 3, 4].map((n) => byHttp(host('scanner'), macOf(first + n))))
    return 4
  }
  const lines = () => readFileSync(house.securityLog, 'utf8')

  test('a request over TFTP whose source is forged bans nobody, however often it comes and whatever it asks for', async () => {
    const neighbour = host('neighbour').address
    expect(await byHttp(host('neighbour'), macOf(1))).toBe('200')
    // The house answers to the one whose address it is, and gets no acknowledgement.
    await host('house').run('ip', ['neighbour', 'replace', neighbour, 'lladdr', neighbourMac, 'dev', 'eth0'])
    await host('scanner').run('ip', ['address', 'add', `${neighbour}/32`, 'dev', 'eth0'])
    const forged = `
      // Each from a port of its own: what comes again from a port is one phone that asks again.
      (async () => {
        for (let n = 0; n < 60; n += 1) {
          const socket = require('node:dgram').createSocket('udp4')
          await new Promise((bound) => socket.bind(0, '${neighbour}', bound))
          const name = n % 2 === 0 ? '${macOf(1)}.cfg' : '001565f2c' + String(n).padStart(3, '0') + '.cfg'
          const request = Buffer.from('\\0\\x01' + name + '\\0octet\\0', 'latin1')
          await new Promise((sent) => socket.send(request, 6969, '${host('house').address}', sent))
          socket.close()
        }
      })()`
    const { code, stderr } = await host('scanner').run(process.execPath, ['-e', forged])
    expect(code, stderr).toBe(0)
    await host('scanner').run('ip', ['address', 'delete', `${neighbour}/32`, 'dev', 'eth0'])
    await host('house').run('ip', ['neighbour', 'flush', 'dev', 'eth0'])
    // The requests have arrived: a phone that only they have named is known by now.
    await eventually(async () => {
      const url = `${house.restUrl}/api/v1/devices?limit=500`
      const { stdout } = await host('house').run('curl', ['-s', '-H', `x-auth-token: ${house.token()}`, url])
      expect(stdout.toString()).toContain('00:15:65:f2:c0:')
    }, patient)
    expect(lines().match(new RegExp(` from ${neighbour}: `, 'g'))).toHaveLength(2)
    expect(await banned()).not.toContain(neighbour)
    expect(await byHttp(host('neighbour'), macOf(1))).toBe('200')
  })

  test('who asks for file after file is banned: HTTP and TFTP stop for it, not for its neighbour; unbanned, it is served', async () => {
    const { address } = host('scanner')
    expect(await byTftp(host('scanner'), macOf(100))).toBe('served')
    const begun = performance.now()
    let asked = 1
    while (!(await banned()).includes(address) && asked < 200) {
      asked += await scans(100 + asked)
    }
    const tookMs = performance.now() - begun
    expect(await banned()).toEqual([address])
    await eventually(async () => expect(await byHttp(host('scanner'), macOf(100))).toBe('000'), patient)
    expect(await byTftp(host('scanner'), macOf(100))).toBe('nothing')
    expect(await byHttp(host('neighbour'), macOf(1))).toBe('200')
    expect(await byTftp(host('neighbour'), macOf(1))).toBe('served')
    await fail2banClient('set', 'strowger', 'unbanip', address)
    expect(await byHttp(host('scanner'), macOf(100))).toBe('200')
    expect(await byTftp(host('scanner'), macOf(100))).toBe('served')
    console.log(`fail2ban: banned after ${asked} requests, ${Math.round(tookMs)} ms`)
  })

  test('whether a known phone is at an address is what the jail asks for', async () => {
    const isKnown = async (address: string) => {
      const env = { STROWGER_HOME: house.folder }
      const { code } = await host('house').run(join(recipe, 'ignore-known-phone'), [address], env)
      return code === 0
    }
    expect(await isKnown(host('neighbour').address)).toBe(true)
    expect(await isKnown(`${host('house').address}9`)).toBe(false)
    expect(await isKnown('; true')).toBe(false)
  })

  test('the log is read whole by our filter and by the one that Wazo has', async () => {
    const wrongKey = `[2026-11-21 12:04:26,502] Wrong provisioning key from 2001:db8::7: a from 192.0.2.9: b.cfg\n`
    const log = `${lines()}${wrongKey}`
    writeFileSync(file('sample.log'), log)
    const count = log.trimEnd().split('\n').length
    const read = async (filter: string) => {
      const { stdout } = await runProgram('fail2ban-regex', [file('sample.log'), filter])
      const [, matched] = /Lines: \d+ lines, \d+ ignored, (\d+) matched/.exec(stdout.toString()) ?? []
      return { matched: Number(matched), text: stdout.toString() }
    }
    expect((await read(join(recipe, 'filter.d', 'strowger.conf'))).matched).toBe(count)
    const phrases = ['New device created automatically', 'Sensitive file requested']
    const failregex = phrases.map((phrase) => `${phrase} from <HOST>:`).join('\n            ')
    writeFileSync(file('wazo-provd.conf'), `[Definition]\nfailregex = ${failregex}\nignoreregex =\n`)
    expect((await read(file('wazo-provd.conf'))).matched).toBe(count - 1)
  })

  test('the log may be rotated: lines go on in the new file, and bans follow', async () => {
    const before = lines().trimEnd().split('\n').length
    const { address } = host('scanner')
    const rotated = `${house.securityLog}.1`
    cpSync(house.securityLog, rotated)
    rmSync(house.securityLog)
    await byHttp(host('neighbour'), macOf(1))
    await eventually(() => expect(lines().trimEnd().split('\n')).toHaveLength(1), patient)
    expect(readFileSync(rotated, 'utf8').trimEnd().split('\n')).toHaveLength(before)
    let asked = 0
    while (!(await banned()).includes(address) && asked < 200) {
      asked += await scans(400 + asked)
    }
    expect(await banned()).toEqual([address])
  })
})
