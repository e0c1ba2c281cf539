import {
  askRest,
  createPhone,
  eventually,
  type House,
  type ManagerStandIn,
  type Phone,
  startHouse,
  startManagerStandIn,
  strowger,
} from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Real phones' requests, the whole house, and something that takes NOTIFYs as Asterisk does and passes them on. */
let house: House
let manager: ManagerStandIn
let phones: Phone[]

const site = 40

beforeAll(async () => {
  manager = await startManagerStandIn('s3cret')
  house = await startHouse({
    env: {
      AMI_HOST: '127.0.0.1',
      AMI_PORT: String(manager.port),
      AMI_USERNAME: 'strowger',
      AMI_SECRET: 's3cret',
      SYNCHRONIZE_PER_SECOND: '10',
      SYNCHRONIZE_WAIT_MS: '20000',
    },
  })
  phones = Array.from({ length: site }, (_, number) => {
    const mac = `00:15:65:00:10:${number.toString(16).padStart(2, '0')}`
    return createPhone({ ports: house.phones, mac, address: `127.0.7.${number + 1}` })
  })
  await Promise.all(phones.map((phone) => phone.fetchHttp()))
})
afterAll(async () => {
  await house?.close()
  await manager?.close()
})

interface Listed {
  readonly items: { id: string; mac: string; plugin: string; fetched?: { current: boolean } }[]
}
const devices = async () => (await askRest<Listed>(house, 'GET', '/devices?recurse=true&limit=1000')).body.items
const devicesWith = async (plugin: string) => (await devices()).filter((device) => device.plugin === plugin)
const allCurrent = async () => (await devices()).every(({ fetched }) => fetched?.current === true)

/** Phones that hear a NOTIFY fetch their file. */
function phonesListen(): void {
  manager.onNotify(({ uri }) => {
    const phone = phones.find(({ address }) => uri === `sip:anonymous@${address}`)
    void phone?.fetchHttp()
  })
}

test('the printed commands reconfigure, synchronize and try a change, with the phones that come back', async () => {
  expect(await devicesWith('yealink-v86')).toHaveLength(site)
  const [device] = await devices()
  const reconfigured = await strowger(house, '-c', 'devices.using_plugin("wazo-yealink-v86").reconfigure()')
  expect(reconfigured).toContain(`Reconfiguring device ${device?.id}`)
  expect(reconfigured).toContain(`${site} rendered`)

  phonesListen()
  const synchronized = await strowger(house, '-c', 'devices.using_mac("0015.6500.1000").synchronize()')
  expect(synchronized).toContain('1 synchronized, 0 failed')
  expect(manager.notifies).toMatchObject([{ uri: 'sip:anonymous@127.0.7.1' }])

  const tried = await strowger(house, 'devices', 'change-plugin', 'yealink-v86', 'yealink-v85', '--dry-run')
  expect(tried).toMatch(/T46S +40 +(knows it|does not know it) +render/)
  expect(tried).toContain(`It would change ${site} devices`)
  expect(await devicesWith('yealink-v86')).toHaveLength(site)
})

test('a mass change outlives the death of its owner: every phone gets the new plugin’s file, and one undo takes it back', async () => {
  phonesListen()
  manager.notifies.splice(0)
  const change = { old: 'yealink-v86', new: 'yealink-v85', synchronize: true, recurse: true }
  const { status, body } = await askRest<{ task: { id: string } }>(house, 'POST', '/devices/change-plugin', {
    body: change,
  })
  expect(status).toBe(202)
  await eventually(() => manager.notifies.length >= site / 4, { timeoutMs: 30_000 })
  await house.kill9('rendering')
  expect(manager.notifies.length).toBeLessThan(site)

  interface Task {
    state: string
    reason?: string
    result: { changed: number; failed: number; synchronization: { synchronized: number; failed: number } }
  }
  const task = async () => (await askRest<Task>(house, 'GET', `/tasks/${body.task.id}`)).body
  await eventually(async () => (await task()).state !== 'running', { timeoutMs: 90_000, intervalMs: 200 })
  expect(await task()).toMatchObject({
    state: 'done',
    result: { changed: site, failed: 0, synchronization: { synchronized: site, failed: 0 } },
  })
  expect(await devicesWith('yealink-v85')).toHaveLength(site)
  expect(await allCurrent()).toBe(true)
  // Those that had come before the death are not made to restart again; those under way may be.
  expect(manager.notifies.length).toBeLessThan(site * 1.5)

  interface ChangeSets {
    items: { id: number; rows: number; undoes?: number }[]
  }
  const sets = (await askRest<ChangeSets>(house, 'GET', '/change-sets/devices?limit=1')).body.items
  expect(sets).toMatchObject([{ rows: site }])
  await strowger(house, 'changes', 'undo', `devices/${sets[0]?.id}`)
  expect(await devicesWith('yealink-v86')).toHaveLength(site)
})

test('without a phone that comes the command says what it waited for, and fails', async () => {
  manager.onNotify(() => {})
  await expect(strowger(house, '-c', 'devices.using_mac("00:15:65:00:10:01").synchronize()')).rejects.toThrow(
    '1 phone was not synchronized',
  )
})
