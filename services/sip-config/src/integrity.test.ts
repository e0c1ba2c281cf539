import {
  applyDeviceLines,
  claimDevice,
  type Device,
  devicesBucket,
  Fault,
  getPolicy,
  lineAssociations,
  lines,
  patchConfig,
  rootTenantId,
  type SipOption,
  sipChanges,
  sipEndpoints,
  sipGeneral,
  sipTemplates,
  sipTransports,
  synchronize,
  tasksBucket,
  tenantDeleted,
  updatePolicy,
} from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clinic, hotel, startFixture } from '../test/fixture.ts'

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture?.close())

const tenant = hotel.id
const update = (uuid: string, configuration: object) =>
  fixture.ask(sipEndpoints.update, { uuid, configuration }, tenant)
const aor: SipOption[] = [['max_contacts', '1']]

describe('what others name', () => {
  it('is neither removed nor renamed, nor loses what they name, while they do', async () => {
    const named = await fixture.createEndpoint({ name: 'named', aor_section_options: aor })
    const user = await fixture.createEndpoint({ name: 'naming', endpoint_section_options: [['aors', 'named']] })
    await expect(fixture.ask(sipEndpoints.delete, { uuid: named.uuid }, tenant)).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining('for the endpoint naming that names it'),
    })
    await expect(update(named.uuid, { name: 'renamed' })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(update(named.uuid, { aor_section_options: [] })).rejects.toMatchObject({
      fields: [
        {
          problem: 'endpoint.aors = named: there is no such aor of this tenant, for the endpoint naming that names it',
        },
      ],
    })
    await update(user.uuid, { endpoint_section_options: [] })
    await update(named.uuid, { name: 'renamed' })
    await fixture.ask(sipEndpoints.delete, { uuid: named.uuid }, tenant)
  })

  it('a transport that is named in an option is not removed, whatever takes its place', async () => {
    const options: SipOption[] = [
      ['protocol', 'tcp'],
      ['bind', '0.0.0.0:5090'],
    ]
    const { uuid } = await fixture.ask(sipTransports.create, { transport: { name: 'transport-named', options } })
    const template = await fixture.createTemplate({
      label: 'by-name',
      endpoint_section_options: [['transport', 'transport-named']],
    })
    const endpoint = await fixture.createEndpoint({ templates: [{ uuid: template.uuid }] })
    await expect(fixture.ask(sipTransports.delete, { uuid })).rejects.toMatchObject({ code: 'in-use' })
    await expect(
      fixture.ask(sipTransports.update, { uuid, transport: { name: 'transport-other' } }),
    ).rejects.toMatchObject({ code: 'in-use' })
    await fixture.ask(sipEndpoints.delete, { uuid: endpoint.uuid }, tenant)
    await fixture.ask(sipTransports.delete, { uuid })
  })

  it('a template is shared as long as tenants below inherit from it', async () => {
    const shared = await fixture.createTemplate({ label: 'for-all', shared: true }, rootTenantId)
    const child = await fixture.createEndpoint({ templates: [{ uuid: shared.uuid }] })
    const unshare = () => fixture.ask(sipTemplates.update, { uuid: shared.uuid, configuration: { shared: false } })
    await expect(unshare()).rejects.toMatchObject({
      fields: [{ field: '/shared', problem: `1 of tenants below inherit from it: ${child.name}` }],
    })
    await update(child.uuid, { templates: [] })
    expect(await unshare()).toEqual({})
  })
})

describe('an undo', () => {
  const lastChange = async () => {
    const { items } = await fixture.ask(sipChanges.list, { limit: 1 }, tenant)
    return items[0]?.id ?? 0
  }
  const undo = (id: number) => fixture.ask(sipChanges.undo, { id }, tenant)

  it('closes no circle', async () => {
    const a = await fixture.createTemplate({ label: 'circle-a' })
    const b = await fixture.createTemplate({ label: 'circle-b', templates: [{ uuid: a.uuid }] })
    await fixture.ask(sipTemplates.update, { uuid: b.uuid, configuration: { templates: [] } }, tenant)
    const parted = await lastChange()
    await fixture.ask(sipTemplates.update, { uuid: a.uuid, configuration: { templates: [{ uuid: b.uuid }] } }, tenant)
    const refusal = { code: 'invalid-input', message: expect.stringContaining('would make a circle') }
    await expect(fixture.ask(sipChanges.undo, { id: parted, dryRun: true }, tenant)).rejects.toMatchObject(refusal)
    await expect(undo(parted)).rejects.toMatchObject(refusal)
    const { templates } = await fixture.ask(sipTemplates.get, { uuid: b.uuid }, tenant)
    expect(templates).toEqual([])
  })

  it('takes nothing away that others need, and brings nothing back that cannot be any more', async () => {
    const template = await fixture.createTemplate({ label: 'made' })
    const made = await lastChange()
    const child = await fixture.createEndpoint({ templates: [{ uuid: template.uuid }] })
    await expect(undo(made)).rejects.toMatchObject({
      code: 'undo-conflict',
      message: expect.stringContaining(child.name ?? ''),
    })
    await update(child.uuid, { endpoint_section_options: [['timers_sess_expires', '100']] })
    await update(child.uuid, { endpoint_section_options: [] })
    const cleared = await lastChange()
    const change = { endpoint_section_options: [['timers_min_se', '600'] as SipOption] }
    await fixture.ask(sipTemplates.update, { uuid: template.uuid, configuration: change }, tenant)
    await expect(undo(cleared)).rejects.toMatchObject({ code: 'invalid-input' })
  })
})

describe('a tenant', () => {
  it.each([
    ['tenantid', clinic.id, 'always the tenant itself'],
    ['accountcode', clinic.id, 'another tenant, whose calls these would be'],
    ['set_var', `__TENANT_UUID=${clinic.id}`, 'always the tenant itself'],
    ['set_var', `CHANNEL(accountcode)=${clinic.id}`, 'a tenant sets CHANNEL() of'],
    ['set_var', 'CHANNEL(hangup_handler_push)=other,s,1', 'a tenant sets CHANNEL() of'],
    ['set_var', 'FILE(/etc/asterisk/x)=y', 'a tenant sets CHANNEL(),'],
  ])('does not pass for another, nor reach beyond its calls: %s = %s', async (option, value, problem) => {
    await expect(fixture.createEndpoint({ endpoint_section_options: [[option, value]] })).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ problem: expect.stringContaining(problem) }],
    })
  })

  it('sets what is its own', async () => {
    const { name = '' } = await fixture.createEndpoint({
      endpoint_section_options: [
        ['tenantid', tenant],
        ['accountcode', 'kitchen'],
        ['set_var', 'CHANNEL(parkinglot)=kitchen'],
        ['set_var', 'TIMEOUT(absolute)=60'],
        ['call_group', '1,3-4'],
        ['named_pickup_group', 'desks'],
      ],
    })
    const fields = () => fixture.desired.desiredObjects('asterisk').get('endpoint')?.get(name)?.fields
    await eventually(() => fields() !== undefined)
    expect(fields()?.filter(([option]) => /tenantid|accountcode|group/.test(option))).toEqual([
      ['tenantid', tenant],
      ['accountcode', 'kitchen'],
      // Groups of Asterisk are of all: without this a phone would pick up calls of other tenants.
      ['named_call_group', `${tenant}-1,${tenant}-3,${tenant}-4`],
      ['named_pickup_group', `${tenant}-desks`],
    ])
  })

  it('does not transfer into the context of another, and a context is free when its tenant is gone', async () => {
    await fixture.createEndpoint({ endpoint_section_options: [['context', 'of-the-clinic']] }, clinic.id)
    const transfers = { endpoint_section_options: [['set_var', '__TRANSFER_CONTEXT=of-the-clinic'] as SipOption] }
    await expect(fixture.createEndpoint(transfers)).rejects.toMatchObject({ code: 'conflict' })
    const { endpoints } = { endpoints: await fixture.ask(sipEndpoints.list, {}, clinic.id) }
    await fixture.bus.events.publish(tenantDeleted, clinic.id, { tenant: { ...clinic, revision: 99 } })
    await eventually(async () => (await fixture.ask(sipEndpoints.list, {}, clinic.id)).total < endpoints.total)
    await eventually(() => fixture.createEndpoint(transfers))
  })

  it('reads its general section and sends it back, which changes nothing; nat is for provisioning too', async () => {
    let nat = false
    const answering = [
      fixture.bus.reply(getPolicy, async () => ({ ...getPolicy.example.output, nat })),
      fixture.bus.reply(updatePolicy, async ({ policy }) => {
        nat = policy.nat ?? nat
        return updatePolicy.example.output
      }),
    ]
    await fixture.bus.flush()
    const revision = async () => (await fixture.ask(sipTemplates.list, { label: 'global' }, tenant)).items[0]?.revision
    const shown = await fixture.ask(sipGeneral.get, {}, tenant)
    expect(shown).toMatchObject({
      nat: 'no',
      options: { language: 'en_US' },
      ordered_options: [['set_var', expect.any(String)]],
    })
    const before = await revision()
    await fixture.ask(sipGeneral.update, { general: shown }, tenant)
    expect(await revision()).toBe(before)
    await fixture.ask(sipGeneral.update, { general: { nat: 'yes' } }, tenant)
    expect(nat).toBe(true)
    const after = await fixture.ask(sipGeneral.get, {}, tenant)
    expect(after.options).toMatchObject({ force_rport: 'yes', rtp_symmetric: 'yes', language: 'en_US' })
    for (const one of answering) await one.close()
  })
})

it('what a template did is told at the template: of how many endpoints, and which first', async () => {
  const template = await fixture.createTemplate({ label: 'told' })
  const below = []
  for (const name of ['told-1', 'told-2'])
    below.push(await fixture.createEndpoint({ name, templates: [{ uuid: template.uuid }] }))
  const objectOf = (name: string) => fixture.desired.desiredObjects('asterisk').get('endpoint')?.get(name)
  await eventually(() => objectOf('told-2') !== undefined)
  const at = new Date().toISOString()
  for (const [name, state] of [
    ['told-1', 'applied'],
    ['told-2', 'failed'],
  ] as const) {
    const object = objectOf(name)
    if (object) fixture.states.record([{ asteriskId: 'asterisk', object, state, reason: 'refused by Asterisk', at }])
  }
  const shown = await fixture.ask(sipTemplates.get, { uuid: template.uuid }, tenant)
  expect(shown.applied).toMatchObject([
    {
      asterisk_id: 'asterisk',
      state: 'failed',
      reason: '1 of 2 endpoints that inherit from it, as told-2: endpoint told-2: refused by Asterisk',
    },
  ])
})

it('phones that nobody has configured have one endpoint, of the root tenant, and their config is told its account', async () => {
  const told: Record<string, unknown>[] = []
  const answering = fixture.bus.reply(patchConfig, async ({ id, patch }, { context }) => {
    if (id === 'autoprov' && context.tenant === rootTenantId) told.push(patch.set ?? {})
    return patchConfig.example.output
  })
  await fixture.bus.flush()
  const [endpoint] = await eventually(async () => {
    const { items } = await fixture.ask(sipEndpoints.list, { search: 'strowger-provisioning' })
    return items.length > 0 && items
  })
  if (endpoint === undefined) throw new Error('there is none')
  expect(endpoint.name).toMatch(/^ap[a-z0-9]{8}$/)
  const password = () => told.at(-1)?.['sip_lines.1.password']
  await eventually(() => password() !== undefined, { timeoutMs: 10_000 })
  expect(told.at(-1)).toMatchObject({ 'sip_lines.1.username': endpoint.name })
  const fieldsOf = (type: 'auth' | 'endpoint') =>
    fixture.desired
      .desiredObjects('asterisk')
      .get(type)
      ?.get(endpoint.name ?? '')?.fields
  expect(fieldsOf('auth')).toContainEqual(['password', password()])
  expect(fieldsOf('endpoint')).toContainEqual(['context', 'strowger-provisioning'])
  await fixture.ask(sipEndpoints.update, {
    uuid: endpoint.uuid,
    configuration: {
      auth_section_options: [
        ['username', endpoint.name ?? ''],
        ['password', 'another'],
      ],
    },
  })
  await eventually(() => password() === 'another', { timeoutMs: 10_000 })
  await expect(fixture.ask(sipEndpoints.delete, { uuid: endpoint.uuid })).rejects.toMatchObject({ code: 'in-use' })
  await answering.close()
})

it('a phone that could not follow at once fetches its files when it can: the task says so', {
  timeout: 30_000,
}, async () => {
  const device: Device = { ...devicesBucket.example.value, id: 'slow-phone', mac: '00:15:65:77:00:01', tenant }
  await fixture.bus.bucket(devicesBucket).put(device.id, device)
  let isAway = false
  const fetched: string[] = []
  const answering = [
    fixture.bus.reply(claimDevice, async () => claimDevice.example.output),
    fixture.bus.reply(applyDeviceLines, async () => {
      if (isAway) throw new Fault('unavailable')
      return { revision: 3 }
    }),
    fixture.bus.reply(synchronize, async ({ selection }) => {
      fetched.push(...(selection.devices ?? []))
      return synchronize.example.output
    }),
  ]
  await fixture.bus.flush()
  const auth: SipOption[] = [
    ['username', 'slow'],
    ['password', 'first'],
  ]
  const made = await fixture.ask(
    lines.create,
    { line: { context: 'slow-phones', endpoint_sip: { name: 'slow', auth_section_options: auth } } },
    tenant,
  )
  await eventually(() => fixture.ask(lineAssociations.putDevice, { id: made.id, device_id: device.id }, tenant))
  isAway = true
  const change = { id: made.id, credentials: { generate: true, synchronize: true } }
  const { task = '', steps } = await fixture.ask(lineAssociations.credentials, change, tenant)
  expect(steps).toContainEqual({ step: 'synchronize', state: 'waiting', detail: 'when its file is made' })
  expect(fetched).toEqual([])
  isAway = false
  const done = await eventually(
    async () => {
      const found = (await fixture.bus.bucket(tasksBucket).get(task))?.value
      return found?.state === 'done' && found
    },
    { timeoutMs: 15_000 },
  )
  expect(fetched).toEqual([device.id])
  expect(done.result).toMatchObject({
    steps: expect.arrayContaining([expect.objectContaining({ step: 'synchronize' })]),
  })
  for (const one of answering) await one.close()
})
