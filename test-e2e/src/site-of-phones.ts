import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootTenantId } from '@strowger/schema'
import { askHttp, askRest, eventually, type House, type HttpAnswered } from '@strowger/testkit'

/** A phone with a password in its file that no other file has. */
export interface SitePhone {
  readonly id: string
  readonly mac: string
  readonly address: string
  readonly tenant: string
  readonly agent: string
  /** `<mac>.cfg` */
  readonly file: string
  /** Stands in its file, and nowhere else. */
  readonly secret: string
}

export interface DeviceKey {
  readonly key: string
  readonly username: string
  readonly password: string
}

export const agentOf = (mac: string) => `Yealink SIP-T46S 66.86.0.15 ${mac}`

export async function createTenant(house: House, name: string): Promise<string> {
  const { body } = await askRest<{ id: string }>(house, 'POST', '/tenants', { body: { name } })
  return body.id
}

/** A phone asks for the first time, is claimed, and gets a config of its own. Resolves when its file has it. */
export async function installPhone(house: House, tenant: string, mac: string, address: string): Promise<SitePhone> {
  const bare = mac.replaceAll(':', '')
  const phone = { mac, address, tenant, agent: agentOf(mac), file: `${bare}.cfg`, secret: `only-in-${bare}` }
  const { httpPort: port } = house.phones
  const fetched = () => askHttp({ port, address, path: `/${phone.file}`, headers: { 'user-agent': phone.agent } })
  await eventually(async () => (await fetched()).status === 200, { timeoutMs: 20_000 })
  const claimed = await askRest<{ id: string }>(house, 'POST', `/devices/${mac}/claim`, { tenant })
  const id = claimed.body.id
  const raw = { sip_lines: { 1: { username: bare, password: phone.secret, display_name: bare } } }
  const config = { id, parents: ['base', 'defaultconfigdevice'], raw }
  const written = await askRest(house, 'POST', '/configs', { body: config, tenant })
  if (written.status !== 201) throw new Error(`the config was not written: ${JSON.stringify(written)}`)
  await eventually(async () => (await fetched()).body.includes(phone.secret), { timeoutMs: 20_000 })
  // That it has taken its file is known when the fact has arrived.
  await eventually(async () => {
    await fetched()
    const { body } = await askRest<{ fetched?: { current: boolean } }>(house, 'GET', `/devices/${id}`, { tenant })
    if (body.fetched?.current !== true) throw new Error(JSON.stringify(body))
  })
  return { ...phone, id }
}

export async function setPolicy(house: House, tenants: readonly string[], policy: object): Promise<void> {
  for (const tenant of tenants) {
    const { status, body } = await askRest(house, 'PATCH', '/policy', { body: policy, tenant })
    if (status !== 200) throw new Error(`the policy was not changed: ${JSON.stringify(body)}`)
  }
}

export async function keyOf(house: House, phone: SitePhone): Promise<DeviceKey> {
  return (await askRest<DeviceKey>(house, 'GET', `/devices/${phone.id}/key`, { tenant: phone.tenant })).body
}

export async function tenantKey(house: House, tenant = rootTenantId): Promise<string> {
  return (await askRest<{ key: string }>(house, 'GET', '/policy/key', { tenant })).body.key
}

/** A phone asks for its file over HTTP. `under`: what stands before the name, as a key and a slash. */
export function fetchOwn(
  house: House,
  phone: SitePhone,
  more: { under?: string; address?: string; headers?: Record<string, string> } = {},
): Promise<HttpAnswered> {
  return askHttp({
    port: house.phones.httpPort,
    address: more.address ?? phone.address,
    path: `/${more.under ?? ''}${phone.file}`,
    headers: { 'user-agent': phone.agent, ...more.headers },
  })
}

export const basic = ({ username, password }: { username: string; password: string }) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
})

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0

/** A vendor's root, and what it has vouched for; a server certificate besides. */
export function makeCertificates(folder: string, macs: readonly string[]) {
  mkdirSync(join(folder, 'roots'), { recursive: true })
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' })
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl('req', '-x509', ...ec, '-days', '2', '-subj', '/CN=vendor', '-keyout', 'root.key', '-out', 'roots/root.pem')
  openssl('req', '-x509', ...ec, '-days', '2', '-subj', '/CN=site', '-keyout', 'server.key', '-out', 'server.pem')
  function made(mac: string) {
    const name = mac.replaceAll(':', '')
    openssl('req', ...ec, '-subj', `/O=Yealink/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    const serial = String(Number.parseInt(name.slice(-4), 16) + 2)
    const signing = ['-CA', 'roots/root.pem', '-CAkey', 'root.key', '-set_serial', serial, '-days', '2']
    openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`)
    const read = (kind: string) => readFileSync(join(folder, `${name}.${kind}`), 'utf8')
    return [mac, { cert: read('pem'), key: read('key') }] as const
  }
  return {
    ofPhones: new Map(macs.map(made)),
    environment: {
      PHONE_TLS_CERTIFICATE: join(folder, 'server.pem'),
      PHONE_TLS_KEY: join(folder, 'server.key'),
      PHONE_CLIENT_CA_DIR: join(folder, 'roots'),
    },
  }
}
