import { rmSync } from 'node:fs'
import { rootTenantId } from '@strowger/schema'
import {
  askHttp,
  askRest,
  askTftp,
  eventually,
  freePort,
  type House,
  type HttpAsk,
  scratchFolder,
  startHouse,
} from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  agentOf,
  basic,
  createTenant,
  type DeviceKey,
  fetchOwn,
  hasOpenssl,
  installPhone,
  keyOf,
  makeCertificates,
  type SitePhone,
  setPolicy,
  tenantKey,
} from './site-of-phones.ts'

/*
 * "No device reads another device's file": the victim is a phone of a hotel, whose file holds a password of its own.
 * Those who try are a phone beside it, a phone of another tenant, and somebody from outside. What each knows is in the
 * table; what nobody of them can know is the victim's own key, password or private key.
 */

const macs = ['00:15:65:aa:00:01', '00:15:65:aa:00:02', '00:15:65:aa:00:03'] as const
const outside = '127.0.5.99'

let house: House
let folder: string
let httpsPort: number
let certificates: ReturnType<typeof makeCertificates> | undefined
let hotel: string
let clinic: string
let victim: SitePhone
let neighbour: SitePhone
let stranger: SitePhone

beforeAll(async () => {
  folder = scratchFolder('others-')
  httpsPort = freePort()
  certificates = hasOpenssl ? makeCertificates(folder, macs) : undefined
  house = await startHouse({ env: { ...certificates?.environment, PHONE_HTTPS_PORT: String(httpsPort) } })
  // Who tries so often is banned after a while: here each attempt is to be refused for what it is.
  const unbanned = await askRest(house, 'PATCH', '/flood', { body: { banMode: 'off' } })
  expect(unbanned.status).toBe(200)
  hotel = await createTenant(house, 'Hotel')
  clinic = await createTenant(house, 'Clinic')
  victim = await installPhone(house, hotel, macs[0], '127.0.5.1')
  neighbour = await installPhone(house, hotel, macs[1], '127.0.5.2')
  stranger = await installPhone(house, clinic, macs[2], '127.0.5.3')
})
afterAll(async () => {
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What comes back, as text: all of it is searched for the victim's password. */
type Attempt = () => Promise<string>

function http(ask: Omit<HttpAsk, 'port'> & { port?: number }): Attempt {
  return async () => {
    const { status, headers, body } = await askHttp({ port: house.phones.httpPort, ...ask })
    return `${status} ${JSON.stringify(headers)} ${body.toString('latin1')}`
  }
}

function tftp(file: string, address: string): Attempt {
  return async () => {
    const answer = await askTftp({ ports: house.phones, address, file })
    return typeof answer === 'string' ? answer : answer.toString('latin1')
  }
}

const as = (agent: string) => ({ headers: { 'user-agent': agent } })

/** Nobody knows any key: by the names of files, and by what a request says of itself. */
function byNames(): Record<string, Attempt> {
  const { file, mac } = victim
  const { agent, address } = neighbour
  const bare = mac.replaceAll(':', '')
  const attempts: Record<string, Attempt> = {
    'HTTP, with its own agent': http({ address, path: `/${file}`, ...as(agent) }),
    'HTTP, from another tenant': http({ address: stranger.address, path: `/${file}`, ...as(stranger.agent) }),
    'HTTP, without an agent': http({ address, path: `/${file}` }),
    'HTTP, with an agent that tells no mac': http({ address, path: `/${file}`, ...as('Yealink SIP-T46S 66.86.0.15') }),
    'TFTP, from its own address': tftp(file, address),
    'TFTP, from the address of another tenant’s phone': tftp(file, stranger.address),
    'TFTP, with a slash': tftp(`/${file}`, address),
    'TFTP, in a folder': tftp(`${neighbour.file}/../${file}`, address),
    'both agents in one': http({ address, path: `/${file}`, ...as(`${agent} ${agentOf(mac)}`) }),
    'the victim in the query': http({ address, path: `/${neighbour.file}?mac=${bare}&file=${file}`, ...as(agent) }),
    'the victim in the query of its file': http({ address, path: `/${file}?mac=${neighbour.mac}`, ...as(agent) }),
    'the victim in a header': http({
      address,
      path: `/${neighbour.file}`,
      headers: {
        'user-agent': agent,
        'x-mac': mac,
        'x-forwarded-for': victim.address,
        forwarded: `for=${victim.address}`,
      },
    }),
    'a login in the name of the victim': http({
      address,
      path: `/${file}`,
      headers: { 'user-agent': agent, ...basic({ username: bare, password: '' }) },
    }),
  }
  const paths = [
    `//${file}`,
    `/./${file}`,
    `/${neighbour.file}/../${file}`,
    `/${neighbour.file}/%2e%2e/${file}`,
    `/${file}/`,
    `/${file}%00`,
    `/${file}%20`,
    `/${file}?`,
    `/${file};x=1`,
    `/${neighbour.file}%0d%0a${file}`,
    `/${neighbour.file}/${file}`,
    `/${file}/${neighbour.file}`,
    `/${bare.toUpperCase()}.cfg`,
    `/${bare}.CFG`,
    `/${[...file].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')}`,
    `/${mac}.cfg`,
    `/${bare}.boot`,
    `/anything/${file}`,
    `\\${file}`,
    `http://127.0.0.1/${file}`,
  ]
  for (const path of paths) attempts[`the path ${path}`] = http({ address, path, ...as(agent) })
  for (const method of ['HEAD', 'POST', 'PUT', 'OPTIONS', 'PROPFIND', 'DELETE']) {
    attempts[`the method ${method}`] = http({ address, path: `/${file}`, method, ...as(agent) })
  }
  const conditions = { range: 'bytes=0-99999', 'if-none-match': '"x"', 'if-range': '*' }
  for (const [name, value] of Object.entries(conditions)) {
    const headers = { 'user-agent': agent, [name]: value }
    attempts[`the header ${name}`] = http({ address, path: `/${file}`, headers })
  }
  const certificate = certificates?.ofPhones.get(neighbour.mac)
  if (certificate !== undefined) {
    const overTls = { address, path: `/${file}`, port: httpsPort, certificate }
    attempts['its own certificate'] = http(overTls)
    attempts['its own certificate, the victim’s agent'] = http({ ...overTls, ...as(agentOf(mac)) })
    attempts['HTTPS without a certificate'] = http({ ...overTls, certificate: 'none', ...as(agent) })
  }
  return attempts
}

interface Known {
  readonly hotelKey: string
  readonly clinicKey: string
  readonly rootKey: string
  readonly neighbour: DeviceKey
  readonly stranger: DeviceKey
  /** The victim's, which was revoked. */
  readonly revoked: string
  /** Of the hotel, which was replaced. */
  readonly replaced: string
}

/** Keys of others, and all that a forged agent can say: with keys required, that is worth nothing. */
function byKeys(known: Known): Record<string, Attempt> {
  const { file, mac } = victim
  const attempts: Record<string, Attempt> = {}
  const guessed = `${known.neighbour.key.slice(0, -1)}${known.neighbour.key.endsWith('A') ? 'B' : 'A'}`
  const keys: Record<string, string> = {
    'no key': '',
    'the key of the tenant': known.hotelKey,
    'the key of another tenant': known.clinicKey,
    'the key of the root tenant': known.rootKey,
    'the key of a phone beside it': known.neighbour.key,
    'the key of a phone of another tenant': known.stranger.key,
    'its own key, revoked': known.revoked,
    'the key of the tenant, replaced': known.replaced,
    'a guessed key': guessed,
    'an empty key': 'key-',
    'its own key in small letters': known.revoked.toLowerCase(),
    'two keys': `${known.neighbour.key}/${known.hotelKey}`,
  }
  for (const [name, key] of Object.entries(keys)) {
    const under = key === '' ? '' : `${key}/`
    for (const [who, address, agent] of [
      ['the neighbour', neighbour.address, neighbour.agent],
      ['the neighbour in the victim’s name', neighbour.address, agentOf(mac)],
      ['a stranger', stranger.address, stranger.agent],
      ['somebody outside in the victim’s name', outside, agentOf(mac)],
      ['somebody at the victim’s address', victim.address, agentOf(mac)],
    ] as const) {
      attempts[`HTTP, ${who}: ${name}`] = http({ address, path: `/${under}${file}`, ...as(agent) })
      attempts[`TFTP, ${who}: ${name}`] = tftp(`${under}${file}`, address)
    }
  }
  const { key } = known.neighbour
  const paths = [
    `/${key}/../${file}`,
    `/${key}/${neighbour.file}/../${file}`,
    `/${key}%2f${file}`,
    `/%6bey-${key.slice(4)}/${file}`,
    `//${key}//${file}`,
    `/${file}?key=${key}`,
    `/${file}/${key}`,
    `/x/${key}/${file}`,
  ]
  for (const path of paths) {
    attempts[`the path ${path}`] = http({ address: neighbour.address, path, ...as(agentOf(mac)) })
  }
  return attempts
}

async function nobodyReads(attempts: Record<string, Attempt>): Promise<void> {
  const succeeded: string[] = []
  // Twice: what was answered first may be kept and answered again.
  for (const _time of [1, 2]) {
    for (const [name, attempt] of Object.entries(attempts)) {
      const answer = await attempt().catch((error: unknown) => String(error))
      if (answer.includes(victim.secret)) succeeded.push(name)
    }
  }
  expect(succeeded).toEqual([])
}

describe('no phone reads another phone’s file', () => {
  test('without keys, by the names of files', async () => {
    expect((await fetchOwn(house, victim)).body.includes(victim.secret)).toBe(true)
    const attempts = byNames()
    await nobodyReads(attempts)
    expect((await fetchOwn(house, victim)).body.includes(victim.secret)).toBe(true)
    console.log(`others’ files: ${Object.keys(attempts).length} attempts without keys, none succeeded`)
  })

  test('also not what the victim itself has just fetched, from the cache or from a connection kept open', async () => {
    expect((await fetchOwn(house, victim)).status).toBe(200)
    expect((await fetchOwn(house, victim)).status).toBe(200)
    await nobodyReads({
      'the victim’s request from another address and agent': http({
        address: neighbour.address,
        path: `/${victim.file}`,
        ...as(neighbour.agent),
      }),
      'the same over TFTP': tftp(victim.file, neighbour.address),
    })
  })

  test('with keys, by those of others and in its name, before and after they were replaced', async () => {
    const tenants = [hotel, clinic, rootTenantId]
    await setPolicy(house, tenants, { keys: 'offered' })
    const own = await keyOf(house, victim)
    // The phone takes its key with its file; then a request without is answered no more.
    await eventually(async () => (await fetchOwn(house, victim)).body.includes(own.key))
    expect((await fetchOwn(house, victim, { under: `${own.key}/` })).body.includes(victim.secret)).toBe(true)
    const replaced = await tenantKey(house, hotel)
    await askRest(house, 'POST', '/policy/key', { tenant: hotel })
    await askRest(house, 'POST', `/devices/${victim.id}/revoke-key`, { tenant: hotel })
    await setPolicy(house, tenants, { keys: 'required' })
    const known = {
      hotelKey: await tenantKey(house, hotel),
      clinicKey: await tenantKey(house, clinic),
      rootKey: await tenantKey(house),
      neighbour: await keyOf(house, neighbour),
      stranger: await keyOf(house, stranger),
      revoked: own.key,
      replaced,
    }
    const fresh = await keyOf(house, victim)
    const isIn = async () => (await fetchOwn(house, victim, { under: `${fresh.key}/` })).body.includes(victim.secret)
    await eventually(isIn)
    // Until the change has reached the cache of ingress, which is a matter of moments.
    await eventually(async () => (await fetchOwn(house, victim, { under: `${own.key}/` })).status === 403)
    await eventually(async () => (await fetchOwn(house, victim)).status === 403)
    const attempts = { ...byNames(), ...byKeys(known) }
    await nobodyReads(attempts)
    expect(await isIn()).toBe(true)
    expect(
      (await askTftp({ ports: house.phones, address: outside, file: `${fresh.key}/${victim.file}` })).toString(),
    ).toContain(victim.secret)
    console.log(`others’ files: ${Object.keys(attempts).length} attempts with keys required, none succeeded`)
  })

  test('with its first boot open, from any address but that one', async () => {
    const opened = await askRest(house, 'POST', `/devices/${victim.id}/first-boot?address=${victim.address}`, {
      tenant: hotel,
    })
    expect(opened.body).toMatchObject({ firstBoot: { address: victim.address } })
    expect((await fetchOwn(house, victim)).body.includes(victim.secret)).toBe(true)
    await nobodyReads({
      'HTTP, in its name': http({ address: neighbour.address, path: `/${victim.file}`, ...as(victim.agent) }),
      'HTTP, with the key of the tenant': http({
        address: outside,
        path: `/${await tenantKey(house, hotel)}/${victim.file}`,
        ...as(victim.agent),
      }),
      TFTP: tftp(victim.file, neighbour.address),
    })
  })

  test.skipIf(!hasOpenssl)('with certificates required, by that of another phone or by none', async () => {
    await setPolicy(house, [hotel, clinic], { keys: 'off', clientCertificate: 'required' })
    const path = `/${victim.file}`
    const own = certificates?.ofPhones.get(victim.mac)
    const others = certificates?.ofPhones.get(stranger.mac)
    if (own === undefined || others === undefined) throw new Error('there are no certificates')
    const overTls = { address: outside, path, port: httpsPort }
    await eventually(async () => (await http({ ...overTls, certificate: own })()).includes(victim.secret))
    await eventually(async () => (await fetchOwn(house, victim)).status === 403)
    const attempts = {
      ...byNames(),
      'the certificate of another tenant’s phone': http({ ...overTls, certificate: others, ...as(victim.agent) }),
      'HTTPS in its name': http({ ...overTls, certificate: 'none', ...as(victim.agent) }),
      'HTTP in its name, at its address': http({ address: victim.address, path, ...as(victim.agent) }),
      'TFTP at its address': tftp(victim.file, victim.address),
    }
    await nobodyReads(attempts)
  })

  test('with passwords required, by that of another phone or by none', async () => {
    await setPolicy(house, [hotel, clinic], { clientCertificate: 'off', basicAuth: 'required', nat: true })
    const own = await keyOf(house, victim)
    const others = [await keyOf(house, neighbour), await keyOf(house, stranger)]
    // Its first boot is still open at its address.
    await askRest(house, 'POST', `/devices/${victim.id}/first-boot?address=192.0.2.1`, { tenant: hotel })
    await eventually(async () => (await fetchOwn(house, victim, { headers: basic(own) })).status === 200)
    const needed = await fetchOwn(house, victim)
    expect(needed.status).toBe(401)
    expect(needed.headers['www-authenticate']).toBe('Basic realm="phones"')
    const path = `/${victim.file}`
    const attempts = byNames()
    for (const [place, login] of [...others, { ...own, password: others[0]?.password ?? '' }].entries()) {
      for (const agent of [neighbour.agent, victim.agent]) {
        const headers = { 'user-agent': agent, ...basic(login) }
        attempts[`login ${place} as ${agent}`] = http({ address: victim.address, path, headers })
        const renamed = { 'user-agent': agent, ...basic({ ...login, username: own.username }) }
        attempts[`login ${place} by the victim’s name as ${agent}`] = http({
          address: neighbour.address,
          path,
          headers: renamed,
        })
      }
    }
    attempts['TFTP at its address'] = tftp(victim.file, victim.address)
    await nobodyReads(attempts)
    expect((await fetchOwn(house, victim, { headers: basic(own) })).body.includes(victim.secret)).toBe(true)
  })
})
