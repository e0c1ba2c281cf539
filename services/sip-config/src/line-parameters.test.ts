import {
  applyDeviceLines,
  claimDevice,
  type DeviceLines,
  devicesBucket,
  extensions,
  functionKeys,
  type LineKeys,
  lineAssociations,
  lines,
  type SipOption,
  serviceCodes,
  sipChanges,
} from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clinic, hotel, startFixture } from '../test/fixture.ts'

const tenant = hotel.id
let fixture: Awaited<ReturnType<typeof startFixture>>
/** What the house was last told of each device. */
const told = new Map<string, DeviceLines>()
beforeAll(async () => {
  fixture = await startFixture()
  fixture.bus.reply(claimDevice, async () => claimDevice.example.output)
  fixture.bus.reply(applyDeviceLines, async (changed) => {
    told.set(changed.device, changed)
    return { revision: 1 }
  })
  await fixture.bus.flush()
})
afterAll(() => fixture?.close())

let lastLine = 0
/** A line with an extension, on a phone of its own or on one that is named. */
async function newLine(given: { device?: string; position?: number } = {}) {
  const name = `keys${++lastLine}`
  const { device = `phone-${name}`, position = 1 } = given
  const auth: SipOption[] = [['username', name]]
  const endpoint_sip = { name, auth_section_options: auth }
  const line = { context: 'hotel-keys', position, endpoint_sip, extensions: [{ exten: String(4000 + lastLine) }] }
  const { id, extensions: own } = await fixture.ask(lines.create, { line }, tenant)
  await fixture.bus.bucket(devicesBucket).put(device, { ...devicesBucket.example.value, id: device, tenant })
  await eventually(() => fixture.ask(lineAssociations.putDevice, { id, device_id: device }, tenant))
  return { id, device, exten: own[0]?.exten ?? '', extensionId: own[0]?.id ?? 0 }
}
const putKeys = (id: number, keys: LineKeys, more: { ifRevision?: number } = {}, as = tenant) =>
  fixture.ask(functionKeys.update, { id, funckeys: { keys }, ...more }, as)
const putCodes = (codes: object, more: object = {}, as = tenant) =>
  fixture.ask(serviceCodes.update, { features: { codes }, ...more }, as)
const parametersOf = (device: string) => told.get(device)?.parameters

it('a line brings its keys to its phone: what is dialled or watched, on the line’s own position', async () => {
  const colleague = await newLine()
  const user = 'd9b6a3f0-1f3e-4c55-8a55-5a3f5f9a7c11'
  await fixture.ask(lineAssociations.putUser, { id: colleague.id, user_uuid: user }, tenant)
  const { id, device } = await newLine({ position: 2 })
  await putCodes({ dnd: '*25', fwd_unconditional: '*21' })
  await putKeys(id, {
    1: { type: 'blf', line_id: colleague.id, label: 'Bob;\nby\tthe\rdoor' },
    2: { type: 'speeddial', user_uuid: user },
    3: { type: 'blf', feature: 'dnd' },
    4: { type: 'blf', feature: 'fwd_unconditional', value: '1234', line: 1 },
    5: { type: 'speeddial', value: '0033;1', label: null },
    6: { type: 'park' },
    7: { type: 'line', line: 3 },
    8: { type: 'blf', feature: 'voicemail' },
  })
  expect(parametersOf(device)).toEqual({
    exten_dnd: '*25',
    exten_fwd_unconditional: '*21',
    funckeys: {
      1: { type: 'blf', value: colleague.exten, label: 'Bobbythedoor', line: 2 },
      2: { type: 'speeddial', value: colleague.exten, line: 2 },
      3: { type: 'blf', value: '*25', line: 2 },
      4: { type: 'blf', value: '*211234', line: 1 },
      5: { type: 'speeddial', value: '00331', line: 2 },
      6: { type: 'park', line: 2 },
      7: { type: 'line', line: 3 },
    },
  })
  const shown = await fixture.ask(functionKeys.get, { id }, tenant)
  expect(shown.keys[1]).toEqual({ type: 'blf', line_id: colleague.id, label: 'Bobbythedoor' })
})

it('a key follows the number of whom it watches, and is left out while they have none', async () => {
  const watched = await newLine()
  const { id, device } = await newLine()
  await putKeys(id, { 1: { type: 'blf', line_id: watched.id } })
  await fixture.ask(extensions.update, { id: watched.extensionId, extension: { exten: '4999' } }, tenant)
  const told = async () => {
    const { items } = await fixture.ask(lines.list, { device_id: device }, tenant)
    await fixture.ask(lineAssociations.deleteDevice, { id: items[0]?.id ?? 0, device_id: device }, tenant)
    await fixture.ask(lineAssociations.putDevice, { id, device_id: device }, tenant)
    return parametersOf(device)?.funckeys
  }
  expect(await told()).toEqual({ 1: { type: 'blf', value: '4999', line: 1 } })
  await fixture.ask(lines.delete, { id: watched.id, recursive: true }, tenant)
  expect(await told()).toBeUndefined()
})

it('of two lines on a phone that have a key of the same number, the one at the lower position is heard', async () => {
  const first = await newLine()
  const second = await newLine({ device: first.device, position: 2 })
  await putKeys(second.id, { 1: { type: 'speeddial', value: '22' }, 2: { type: 'speeddial', value: '23' } })
  await putKeys(first.id, { 1: { type: 'speeddial', value: '11' } })
  expect(parametersOf(first.device)?.funckeys).toEqual({
    1: { type: 'speeddial', value: '11', line: 1 },
    2: { type: 'speeddial', value: '23', line: 2 },
  })
})

it('keys that mean nothing are refused, every one with what is wrong, and so are lines of another tenant', async () => {
  const { id } = await newLine()
  const { id: others } = await fixture.ask(lines.create, { line: { context: 'clinic-keys' } }, clinic.id)
  await expect(
    putKeys(id, {
      1: { type: 'speeddial' },
      2: { type: 'line', value: '1' },
      3: { type: 'park', feature: 'park' },
      4: { type: 'blf', line_id: id, value: '1' },
      5: { type: 'blf', value: ';\n' },
    }),
  ).rejects.toMatchObject({
    code: 'invalid-input',
    fields: [
      { field: '/keys/1/value' },
      { field: '/keys/2/value' },
      { field: '/keys/3/feature' },
      { field: '/keys/4' },
      { field: '/keys/5/value' },
    ],
  })
  await expect(putKeys(id, { 1: { type: 'blf', line_id: others } })).rejects.toMatchObject({
    code: 'invalid-input',
    fields: [{ field: '/keys/1/line_id' }],
  })
  for (const number of ['0', '1000', 'x'])
    await expect(putKeys(id, { [number]: { type: 'park' } })).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(putKeys(id, {}, {}, clinic.id)).rejects.toMatchObject({ code: 'not-found' })
  await expect(fixture.ask(functionKeys.get, { id }, clinic.id)).rejects.toMatchObject({ code: 'not-found' })
  const { revision } = await fixture.ask(functionKeys.get, { id }, tenant)
  await putKeys(id, { 1: { type: 'park' } }, { ifRevision: revision })
  await expect(putKeys(id, {}, { ifRevision: revision })).rejects.toMatchObject({ code: 'stale-revision' })
})

it('codes are of one tenant; a dry run says which devices get another config, an undo takes them back', async () => {
  const { id, device } = await newLine()
  await putCodes({ dnd: '*25', park: '700' })
  const { revision } = await fixture.ask(serviceCodes.get, {}, tenant)
  expect(await fixture.ask(serviceCodes.get, {}, clinic.id)).toEqual({ codes: {} })
  const dry = await putCodes({ park: '700' }, { dryRun: true })
  expect(dry).toMatchObject({ applied: false, devices: expect.arrayContaining([device]) })
  expect(dry.device_count).toBe(dry.devices?.length)
  expect(await putCodes({ dnd: '*25', park: '700' }, { dryRun: true })).toMatchObject({ device_count: 0 })
  expect(await putCodes({ park: '700' }, { dryRun: true }, clinic.id)).toMatchObject({ device_count: 0 })
  await putCodes({ park: '701' }, { ifRevision: revision ?? 0 })
  await expect(putCodes({}, { ifRevision: revision ?? 0 })).rejects.toMatchObject({ code: 'stale-revision' })
  await expect(putCodes({ dnd: '*2;5' })).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(putCodes({ coffee: '*26' })).rejects.toMatchObject({ code: 'invalid-input' })
  await putKeys(id, { 1: { type: 'park' } })
  expect(parametersOf(device)).toEqual({ exten_park: '701', funckeys: { 1: { type: 'park', line: 1 } } })

  const { items } = await fixture.ask(sipChanges.list, { limit: 2 }, tenant)
  for (const { id: change } of items) await fixture.ask(sipChanges.undo, { id: change }, tenant)
  await eventually(async () => {
    expect((await fixture.ask(functionKeys.get, { id }, tenant)).keys).toEqual({})
    expect((await fixture.ask(serviceCodes.get, {}, tenant)).codes).toEqual({ dnd: '*25', park: '700' })
  })
})

it('service codes are nothing of Asterisk’s', async () => {
  await putCodes({ dnd: '*25' })
  expect([...fixture.desired.desiredObjects('asterisk').keys()]).not.toContain('features')
})
