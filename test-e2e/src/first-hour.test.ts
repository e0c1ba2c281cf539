import { readFileSync } from 'node:fs'
import { askRest, eventually, type House, runProgram, startHouse, strowger } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const mac = '00:15:65:12:34:56'
const file = '001565123456.cfg'

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(() => house?.close())

interface DeviceAnswer {
  readonly id: string
  readonly tenant: string
  readonly config: string
  readonly status: string
  readonly rendered?: { readonly revision: number }
  readonly fetched?: { readonly revision: number; readonly current: boolean; readonly transport: string }
}

async function curl(...args: string[]): Promise<Buffer> {
  const { code, stdout, stderr } = await runProgram('curl', ['-sS', '--fail', '-m', '10', ...args])
  if (code !== 0) throw new Error(`curl ended with ${code}: ${stderr}`)
  return stdout
}

const overHttp = () =>
  curl('-A', `Yealink SIP-T46S 66.86.0.15 ${mac}`, `http://127.0.0.1:${house.phones.httpPort}/${file}`)
const overTftp = () => curl(`tftp://127.0.0.1:${house.phones.tftpPort}/${file}`)

async function theDevice(): Promise<DeviceAnswer> {
  const { body } = await askRest<{ items: DeviceAnswer[]; total: number }>(house, 'GET', '/devices?recurse=true')
  expect(body.total).toBe(1)
  const [device] = body.items
  if (device === undefined) throw new Error('there is no device')
  return device
}

/** The file once it says this. */
async function fileSaying(text: string): Promise<Buffer> {
  return eventually(
    async () => {
      const bytes = await overHttp()
      expect(bytes.toString()).toContain(text)
      return bytes
    },
    { timeoutMs: 15_000, intervalMs: 100 },
  )
}

test('with nothing configured a phone gets its autoprov file, over HTTP and over TFTP the same bytes', async () => {
  const bytes = await overHttp()
  expect(bytes.toString()).toMatch(/^#!version:1\.0\.0\.1\n/)
  expect(bytes.toString()).toContain('192.0.2.10')
  expect((await overTftp()).equals(bytes)).toBe(true)

  const listed = await strowger(house, 'devices', 'list')
  for (const text of [mac, '127.0.0.1', 'Yealink', 'T46S', '66.86.0.15', 'yealink-v86', 'autoprov']) {
    expect(listed).toContain(text)
  }

  // The account in it is the one that Asterisk will have, also when the file was there first.
  await eventually(
    async () => {
      const { body } = await askRest<{ total: number }>(house, 'GET', '/endpoints/sip?search=Phones%20that%20nobody')
      expect(body.total).toBe(1)
    },
    { timeoutMs: 30_000 },
  )
  expect((await overHttp()).equals(bytes)).toBe(true)
})

test('the security log has both lines to the byte', async () => {
  const { id } = await theDevice()
  const time = String.raw`\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\]`
  const created = new RegExp(`^${time} New device created automatically from 127\\.0\\.0\\.1: ${id}$`, 'gm')
  const requested = new RegExp(`^${time} Sensitive file requested from 127\\.0\\.0\\.1: 001565123456\\.cfg$`, 'gm')
  await eventually(
    () => {
      const log = readFileSync(house.securityLog, 'utf8')
      expect(log.match(created)).toHaveLength(1)
      expect(log.match(requested)).toHaveLength(3)
      expect(log.trimEnd().split('\n')).toHaveLength(4)
    },
    { timeoutMs: 10_000 },
  )
})

test('a config that is set reaches the phone, and the device shows that it has it; undone, the old file comes back', async () => {
  const { id } = await theDevice()
  const before = await overHttp()
  const line = ['sip_lines.1.username=1001', 'sip_lines.1.password=secret', 'sip_lines.1.display_name=Reception']
  await strowger(house, 'configs', 'set', id, ...line)
  await fileSaying('account.1.user_name = 1001')
  await eventually(
    async () => {
      await overHttp()
      const { rendered, fetched, status } = await theDevice()
      expect(status).toBe('configured')
      expect(fetched).toMatchObject({ revision: rendered?.revision, current: true, transport: 'http' })
    },
    { timeoutMs: 15_000, intervalMs: 100 },
  )

  const { body } = await askRest<{ items: { id: number; note?: string }[] }>(house, 'GET', '/change-sets/configs')
  const [newest] = body.items
  const undone = await askRest(house, 'POST', `/change-sets/configs/${newest?.id}/undo`)
  expect(undone).toMatchObject({ status: 200, body: { applied: true } })
  await eventually(async () => expect((await overHttp()).equals(before)).toBe(true), {
    timeoutMs: 15_000,
    intervalMs: 100,
  })
})

test('a tenant claims the device by writing it; for another tenant it does not exist', async () => {
  const { id } = await theDevice()
  const [hotel, clinic] = await Promise.all(
    ['Hotel Paris', 'Clinic'].map(async (name) => {
      const { status, body } = await askRest<{ id: string }>(house, 'POST', '/tenants', { body: { name } })
      expect(status).toBe(201)
      return body.id
    }),
  )
  // The tree reaches the other services a moment later.
  await eventually(
    async () => {
      const options = { tenant: hotel ?? '', body: { description: 'Room 12' } }
      expect(await askRest(house, 'PUT', `/devices/${id}`, options)).toMatchObject({
        status: 200,
        body: { tenant: hotel },
      })
    },
    { timeoutMs: 10_000, intervalMs: 100 },
  )
  expect((await askRest(house, 'GET', `/devices/${id}`, { tenant: hotel ?? '' })).status).toBe(200)
  expect((await askRest(house, 'GET', `/devices/${id}`, { tenant: clinic ?? '' })).status).toBe(404)
  const stolen = await askRest(house, 'PUT', `/devices/${id}`, { tenant: clinic ?? '', body: {} })
  expect(stolen.status).toBe(404)
  await overHttp()
})
