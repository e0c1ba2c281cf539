import {
  applyDeviceLines,
  devicesBucket,
  getPolicy,
  lineAssociations,
  lines,
  pjsipSections,
  registrars,
  type SipOption,
  sipGeneral,
  sipTemplates,
  sipTransports,
  updatePolicy,
} from '@strowger/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hotel, startFixture } from '../test/fixture.ts'

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeAll(async () => {
  fixture = await startFixture()
  fixture.bus.reply(getPolicy, async () => getPolicy.example.output)
  fixture.bus.reply(updatePolicy, async () => updatePolicy.example.output)
  await fixture.bus.flush()
})
afterAll(() => fixture?.close())

const tenant = hotel.id

describe('what holds for all endpoints of a tenant', () => {
  it('says before it is changed which endpoints would be others, and changes nothing', async () => {
    const { items } = await fixture.ask(sipTemplates.list, { label: 'global' }, tenant)
    const templates = items.map(({ uuid }) => ({ uuid }))
    for (const name of ['wide-1', 'wide-2']) await fixture.createEndpoint({ name, templates })
    const before = await fixture.ask(sipGeneral.get, {}, tenant)
    const general = { ...before, options: { ...before.options, language: 'it_IT' } }
    const dry = await fixture.ask(sipGeneral.update, { general, dryRun: true, limit: 1 }, tenant)
    expect(dry).toMatchObject({
      applied: false,
      impact: {
        endpoint_count: 2,
        endpoints: [{ name: 'wide-1' }],
        options: [{ option: 'language', before: ['en_US'], after: ['it_IT'], endpoints: 2 }],
      },
    })
    expect(await fixture.ask(sipGeneral.get, {}, tenant)).toEqual(before)
  })

  it('is not written over what somebody changed since it was read', async () => {
    const { revision = 0, options } = await fixture.ask(sipGeneral.get, {}, tenant)
    const update = { general: { options: { ...options, language: 'fr_FR' } }, ifRevision: revision }
    await fixture.ask(sipGeneral.update, update, tenant)
    await expect(fixture.ask(sipGeneral.update, update, tenant)).rejects.toMatchObject({ code: 'stale-revision' })
    await expect(fixture.ask(sipGeneral.update, { ...update, dryRun: true }, tenant)).rejects.toMatchObject({
      code: 'stale-revision',
    })
    const section = { section: 'global' as const, settings: { options: { debug: 'no' } } }
    await fixture.ask(pjsipSections.update, section)
    const { revision: read = 0, options: has } = await fixture.ask(pjsipSections.get, { section: 'global' })
    expect(has).toEqual(expect.objectContaining({ debug: 'no' }))
    expect(read).toBeGreaterThan(0)
    await fixture.ask(pjsipSections.update, { ...section, ifRevision: read })
    await expect(fixture.ask(pjsipSections.update, { ...section, ifRevision: read })).rejects.toMatchObject({
      code: 'stale-revision',
    })
  })
})

it('a transport says who is on it and what would become of them, and changes nothing', async () => {
  const options: SipOption[] = [
    ['protocol', 'tcp'],
    ['bind', '0.0.0.0:5091'],
  ]
  const created = await fixture.ask(sipTransports.create, { transport: { name: 'transport-tried', options } })
  const other = await fixture.ask(sipTransports.create, {
    transport: {
      name: 'transport-after',
      options: [
        ['protocol', 'tcp'],
        ['bind', '0.0.0.0:5092'],
      ],
    },
  })
  const { uuid, revision } = created
  await fixture.createEndpoint({ name: 'on-tcp', transport: { uuid } })
  const moved = { bind: ['0.0.0.0:5091', '0.0.0.0:5093'] }
  const update = {
    uuid,
    transport: { name: 'transport-named-anew', options: [options[0], ['bind', '0.0.0.0:5093']] as SipOption[] },
    dryRun: true,
  }
  expect(await fixture.ask(sipTransports.update, update)).toMatchObject({
    applied: false,
    users: 1,
    options: [{ option: 'bind', before: [moved.bind[0]], after: [moved.bind[1]] }],
    impact: {
      endpoint_count: 1,
      endpoints: [{ name: 'on-tcp' }],
      options: [{ option: 'transport', before: ['transport-tried'], after: ['transport-named-anew'] }],
    },
  })
  await expect(fixture.ask(sipTransports.update, { ...update, ifRevision: revision - 1 })).rejects.toMatchObject({
    code: 'stale-revision',
  })
  await expect(fixture.ask(sipTransports.delete, { uuid, dryRun: true })).rejects.toMatchObject({ code: 'in-use' })
  expect(await fixture.ask(sipTransports.delete, { uuid, fallback: other.uuid, dryRun: true })).toMatchObject({
    applied: false,
    users: 1,
    impact: { options: [{ option: 'transport', before: ['transport-tried'], after: ['transport-after'] }] },
  })
  expect(await fixture.ask(sipTransports.get, { uuid })).toMatchObject({ name: 'transport-tried', revision, options })
})

it('a section of Asterisk says which options would be others, and changes nothing', async () => {
  const { options } = await fixture.ask(pjsipSections.get, { section: 'system' })
  const settings = { options: { ...options, timer_t1: '600' } }
  expect(await fixture.ask(pjsipSections.update, { section: 'system', settings, dryRun: true })).toEqual({
    applied: false,
    options: [{ option: 'timer_t1', before: [], after: ['600'] }],
  })
  expect(await fixture.ask(pjsipSections.get, { section: 'system' })).toMatchObject({ options })
})

it('a registrar says of which devices the configs would change', async () => {
  const host = { main_host: '192.0.2.7', proxy_main_host: '192.0.2.7' }
  const { id, revision } = await fixture.ask(registrars.create, { registrar: host })
  const dry = (registrar: object) => fixture.ask(registrars.update, { id, registrar, dryRun: true })
  expect(await dry({ main_host: '192.0.2.8' })).toEqual({ applied: false, devices: [], device_count: 0 })
  const answering = fixture.bus.reply(applyDeviceLines, async () => ({ revision: 1 }))
  await fixture.bus.flush()
  const username: SipOption = ['username', 'registering']
  const endpoint_sip = { name: 'registering', auth_section_options: [username] }
  const line = await fixture.ask(lines.create, { line: { context: 'hotel-reg', registrar: id, endpoint_sip } }, tenant)
  const device = 'desk-phone'
  await fixture.bus.bucket(devicesBucket).put(device, { ...devicesBucket.example.value, id: device, tenant })
  await fixture.ask(lineAssociations.putDevice, { id: line.id, device_id: device }, tenant)
  expect(await dry({ main_host: '192.0.2.8' })).toEqual({ applied: false, devices: [device], device_count: 1 })
  expect(await dry({ name: 'another name' })).toMatchObject({ device_count: 0 })
  expect(await fixture.ask(registrars.get, { id })).toMatchObject({ main_host: '192.0.2.7', revision })
  await answering.close()
})
