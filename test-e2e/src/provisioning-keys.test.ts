import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootTenantId, serviceNames } from '@strowger/schema'
import {
  askHttp,
  askRest,
  askTftp,
  eventually,
  type House,
  type OtlpReceiver,
  startHouse,
  startOtlpReceiver,
  strowger,
} from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  agentOf,
  basic,
  createTenant,
  type DeviceKey,
  fetchOwn,
  installPhone,
  keyOf,
  type SitePhone,
  setPolicy,
  tenantKey,
} from './site-of-phones.ts'

let collector: OtlpReceiver
let house: House
let hotel: string
let lobby: SitePhone
/** Every secret that was ever given out: none of them may be found anywhere. */
const secrets = new Set<string>()

beforeAll(async () => {
  collector = await startOtlpReceiver()
  house = await startHouse({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
  hotel = await createTenant(house, 'Hotel')
  lobby = await installPhone(house, hotel, '00:15:65:bb:00:01', '127.0.6.1')
})
afterAll(async () => {
  await house?.close()
  await collector?.close()
})

async function noted(phone: SitePhone): Promise<DeviceKey> {
  const own = await keyOf(house, phone)
  secrets.add(own.key).add(own.password)
  return own
}

const url = (key: string) => `http://192.0.2.10:${house.phones.httpPort}/${key}\n`
const securityLog = () => readFileSync(house.securityLog, 'utf8')

test('offered: the file carries the key of the phone, which is good over HTTP and TFTP; without it is served, too', async () => {
  await strowger(house, 'policy', 'set', '--keys', 'offered', '--tenant', 'Hotel')
  const { key } = await noted(lobby)
  await eventually(async () => (await fetchOwn(house, lobby)).body.includes(url(key)))
  expect((await fetchOwn(house, lobby, { under: `${key}/` })).body.includes(lobby.secret)).toBe(true)
  for (const file of [`${key}/${lobby.file}`, `/${key}//${lobby.file}`]) {
    expect((await askTftp({ ports: house.phones, address: '127.0.6.9', file })).includes(lobby.secret)).toBe(true)
  }
  expect((await fetchOwn(house, lobby, { under: 'key-wrong/' })).status).toBe(403)
})

test('required: what was answered before is refused at once, over both protocols, and written down without the key', async () => {
  expect((await fetchOwn(house, lobby)).status).toBe(200)
  await askRest(house, 'POST', `/devices/${lobby.id}/first-boot?address=192.0.2.99`, { tenant: hotel })
  const startedMs = performance.now()
  await setPolicy(house, [hotel], { keys: 'required' })
  await eventually(async () => (await fetchOwn(house, lobby)).status === 403, { intervalMs: 2 })
  console.log(`provisioning keys: a cached answer was refused ${Math.round(performance.now() - startedMs)} ms after`)
  expect(await askTftp({ ports: house.phones, address: lobby.address, file: lobby.file })).toContain('error 2')
  const { key } = await noted(lobby)
  const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`
  for (const path of [`/${wrong}/${lobby.file}`, `/${wrong}`, `/x/${key}`, `/${lobby.file}?key=${key}`]) {
    const asked = { port: house.phones.httpPort, address: '127.0.6.7', path, headers: { 'user-agent': lobby.agent } }
    expect((await askHttp(asked)).status, path).toBe(403)
  }
  await eventually(() => securityLog().includes(`Wrong provisioning key from 127.0.6.7: ${lobby.file}\n`))
  expect(securityLog()).toContain(`Wrong provisioning key from 127.0.6.1: ${lobby.file}\n`)
  // A datagram proves nothing of its source: that one was over HTTP.
  await askTftp({ ports: house.phones, address: '127.0.6.8', file: `${wrong}/${lobby.file}` })
  await fetchOwn(house, lobby, { address: '127.0.6.10' })
  await eventually(() => securityLog().includes('from 127.0.6.10:'))
  expect(securityLog()).not.toContain('127.0.6.8')
})

test('a new phone comes with the key of the tenant, belongs to it, and goes on with its own', async () => {
  const mac = '00:15:65:bb:00:02'
  const shared = await tenantKey(house, hotel)
  secrets.add(shared)
  const ask = (key: string, address: string) =>
    askHttp({
      port: house.phones.httpPort,
      address,
      path: `/${key}/001565bb0002.cfg`,
      headers: { 'user-agent': agentOf(mac) },
    })
  const first = await ask(shared, '127.0.6.2')
  expect(first.status).toBe(200)
  const [, own = ''] = /server\.url = http:\/\/[^/]+\/(key-\S+)/.exec(first.body.toString()) ?? []
  secrets.add(own)
  expect(own).not.toBe(shared)
  expect((await ask(own, '127.0.6.3')).status).toBe(200)
  expect((await ask(shared, '127.0.6.3')).status).toBe(403)
  const { body } = await askRest<{ items: { mac: string }[] }>(house, 'GET', '/devices', { tenant: hotel })
  expect(body.items.map((device) => device.mac)).toContain(mac)
  const list = await strowger(house, 'devices', 'list', '--tenant', 'Hotel')
  expect(list).not.toContain('key-')

  const replaced = await strowger(house, 'policy', 'replace-key', '--tenant', 'Hotel')
  const next = await tenantKey(house, hotel)
  secrets.add(next)
  expect(replaced).toContain(next)
  await eventually(async () => (await ask(shared, '127.0.6.2')).status === 403)
  expect((await ask(next, '127.0.6.2')).status).toBe(200)
})

test('a revoked key is refused, the files are rendered again, and a first boot gives the phone the new one', async () => {
  const before = await noted(lobby)
  expect((await fetchOwn(house, lobby, { under: `${before.key}/` })).status).toBe(200)
  await strowger(house, 'devices', 'revoke-key', lobby.mac, '--tenant', 'Hotel')
  await eventually(async () => (await fetchOwn(house, lobby, { under: `${before.key}/` })).status === 403)
  await strowger(house, 'devices', 'first-boot', lobby.mac, '--address', lobby.address, '--tenant', 'Hotel')
  const after = await noted(lobby)
  const told = await fetchOwn(house, lobby, { under: `${before.key}/` })
  expect(told.body.includes(url(after.key))).toBe(true)
  expect((await fetchOwn(house, lobby, { under: `${after.key}/`, address: '127.0.6.20' })).status).toBe(200)
})

test('passwords: the file carries them; required, a phone that shows none is asked for it', async () => {
  await setPolicy(house, [hotel], { basicAuth: 'required' })
  const own = await noted(lobby)
  const asked = (headers = {}) => fetchOwn(house, lobby, { under: `${own.key}/`, address: '127.0.6.20', headers })
  await eventually(async () => (await asked()).status === 401)
  const given = await asked(basic(own))
  expect(given.status).toBe(200)
  expect(given.body.toString()).toContain(`server.username = ${own.username}\n`)
  expect(given.body.toString()).toContain(`server.password = ${own.password}\n`)
  expect((await asked(basic({ ...own, password: 'guessed' }))).status).toBe(401)
  // The answer that was kept for the right password is for that one only.
  expect((await asked(basic(own))).status).toBe(200)
  expect((await asked()).status).toBe(401)
  await setPolicy(house, [hotel], { basicAuth: 'off' })
})

test('addresses: a phone outside of the list is refused at once, also with what it was given before', async () => {
  const { key } = await noted(lobby)
  const asked = (address: string) => fetchOwn(house, lobby, { under: `${key}/`, address })
  await eventually(async () => (await asked('127.0.6.20')).status === 200)
  await strowger(house, 'policy', 'set', '--allow', '127.0.6.0/28', '--tenant', 'Hotel')
  await eventually(async () => (await asked('127.0.6.20')).status === 403)
  expect((await asked('127.0.6.5')).status).toBe(200)
  await strowger(house, 'policy', 'set', '--allow', 'all', '--tenant', 'Hotel')
  await eventually(async () => (await asked('127.0.6.20')).status === 200)
})

test('every change is in the list of changes, and can be undone', async () => {
  const list = async () =>
    (await askRest<{ items: { id: number; note?: string }[] }>(house, 'GET', '/change-sets/devices', { tenant: hotel }))
      .body
  await askRest(house, 'POST', `/devices/${lobby.id}/consent`, { tenant: hotel })
  const before = (await list()).items
  expect(before.length).toBeGreaterThan(5)
  await setPolicy(house, [hotel], { keys: 'off' })
  await eventually(async () => (await fetchOwn(house, lobby)).status === 200)
  const [{ id = 0 } = {}] = (await list()).items
  await askRest(house, 'POST', `/change-sets/devices/${id}/undo`, { tenant: hotel })
  await eventually(async () => (await fetchOwn(house, lobby, { address: '127.0.6.30' })).status === 403)
})

test('no key and no password is in anything that is written, shown or measured', async () => {
  for (const tenant of [rootTenantId, hotel]) {
    for (const path of [
      '/devices?recurse=true',
      '/policy',
      '/change-sets/devices',
      '/configs',
      `/devices/${lobby.id}`,
    ]) {
      const shown = JSON.stringify((await askRest(house, 'GET', path, { tenant })).body)
      for (const secret of secrets) expect(shown.includes(secret), `${path} of ${tenant}`).toBe(false)
    }
  }
  for (const service of serviceNames) {
    const metrics = await house.metrics(service)
    for (const secret of secrets) expect(metrics.includes(secret), service).toBe(false)
  }
  await eventually(() => collector.spans.some(({ name }) => name === 'phone request'))
  for (const secret of secrets) expect(JSON.stringify(collector.spans).includes(secret)).toBe(false)
  expect(house.output()).not.toContain('key-A')

  // Everything the house keeps: logs, journals, streams, buckets and tables as they lie on the disk.
  await house.end()
  const found: string[] = []
  let bytes = 0
  for (const entry of readdirSync(house.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes(join(house.folder, 'bin'))) continue
    const path = join(entry.parentPath, entry.name)
    const content = readFileSync(path)
    bytes += content.length
    for (const secret of secrets) if (content.includes(secret.replace('key-', ''))) found.push(path)
  }
  expect(found).toEqual([])
  expect(secrets.size).toBeGreaterThan(6)
  console.log(`provisioning keys: ${secrets.size} secrets, none in ${Math.round(bytes / 1_000_000)} MB of files`)
})
