import { applyDeviceLines, type DeviceLines, devicesBucket, getConfig } from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clinic, hotel, startFixture } from '../test/fixture.ts'

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture?.close())

const line = { line: 1, position: 1, username: 'room1', servers: { registrar_ip: '192.0.2.1' } }

it('what was made of lines goes with them; what an administrator wrote beside stays', async () => {
  const { id } = await fixture.newDevice(hotel.id)
  let revision = 0
  const apply = (parameters?: DeviceLines['parameters']) => {
    const lines: DeviceLines = { device: id, tenant: hotel.id, revision: ++revision, lines: [line] }
    return fixture.ask(applyDeviceLines, parameters === undefined ? lines : { ...lines, parameters }, hotel.id)
  }
  const raw = async () => (await fixture.ask(getConfig, { id }, hotel.id)).raw
  await apply()
  await eventually(raw)
  await fixture.set(id, { timezone: 'Europe/Paris', exten_voicemail: '*98' }, hotel.id)
  const funckeys = { 1: { type: 'blf' as const, value: '1002', line: 1 } }
  await apply({ exten_dnd: '*25', exten_park: '700', funckeys })
  const built = await raw()
  expect(built).toMatchObject({ timezone: 'Europe/Paris', exten_voicemail: '*98', exten_dnd: '*25', funckeys })
  await apply({ exten_park: '701' })
  const { X_built_of_lines: names, ...left } = await raw()
  expect(names).toEqual(['exten_park'])
  expect(left).toMatchObject({ timezone: 'Europe/Paris', exten_voicemail: '*98', exten_park: '701' })
  expect(left).not.toHaveProperty('exten_dnd')
  expect(left).not.toHaveProperty('funckeys')
  await apply({})
  expect(await raw()).not.toHaveProperty('exten_park')
  expect(await raw()).not.toHaveProperty('X_built_of_lines')
})

it('a device that had lines in one tenant has lines in another', async () => {
  const device = await fixture.newDevice(hotel.id)
  const apply = (tenant: string, revision: number, lines: DeviceLines['lines']) =>
    fixture.ask(applyDeviceLines, { device: device.id, tenant, revision, lines }, tenant)
  await apply(hotel.id, 101, [line])
  await apply(hotel.id, 102, [])
  await fixture.bus.bucket(devicesBucket).put(device.id, { ...device, tenant: clinic.id, revision: 1_000 })
  await apply(clinic.id, 103, [line])
  const { raw } = await fixture.ask(getConfig, { id: device.id }, clinic.id)
  expect(raw['sip_lines']).toMatchObject({ 1: { username: 'room1' } })
})
