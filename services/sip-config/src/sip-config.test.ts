import {
  resetSipTemplates,
  type SipOption,
  sipChanges,
  sipEndpoints,
  sipTemplates,
  sipTransports,
  tenantChanged,
  tenantDeleted,
  tenantsBucket,
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
const merged = async (uuid: string) =>
  (await fixture.ask(sipEndpoints.get, { uuid, view: 'merged' }, tenant)).endpoint_section_options
const builtIn = async (label: string, as = tenant) => {
  const { items } = await fixture.ask(sipTemplates.list, { label }, as)
  const [found] = items
  if (!found) throw new Error(`no template ${label}`)
  return found
}
const objectsOf = (asterisk = 'asterisk') => fixture.desired.desiredObjects(asterisk)
const fieldsOf = (type: 'endpoint' | 'auth' | 'aor' | 'identify' | 'registration', id: string) =>
  objectsOf().get(type)?.get(id)?.fields

describe('templates that every tenant is given', () => {
  it('are five, the global one inherited by the others, each tenant’s own', async () => {
    const { items } = await fixture.ask(sipTemplates.list, {}, tenant)
    expect(items.map(({ label }) => label).sort()).toEqual([
      'global',
      'meeting_guest',
      'registration_trunk',
      'twilio_trunk',
      'webrtc',
    ])
    const webrtc = await builtIn('webrtc')
    const global = await builtIn('global')
    expect(webrtc.templates).toEqual([{ uuid: global.uuid, label: 'global' }])
    expect((await builtIn('global', clinic.id)).uuid).not.toBe(global.uuid)
    expect((await builtIn('twilio_trunk')).identify_section_options).toHaveLength(32)
    const { items: transports } = await fixture.ask(sipTransports.list, {}, tenant)
    expect(transports.map(({ name }) => name)).toEqual(['transport-udp', 'transport-wss'])
  })

  it('come with a new tenant, and go with it; an event that comes late brings none back', async () => {
    const [motel, inn] = ['8d3f', '9e4a'].map((id) => ({ ...hotel, id: `${id}0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4` }))
    if (motel === undefined || inn === undefined) throw new Error('there are two')
    const tenantIds = fixture.bus.bucket(tenantsBucket)
    const count = async (id: string) => (await fixture.ask(sipTemplates.list, {}, id)).total
    await tenantIds.put(motel.id, motel)
    await fixture.bus.events.publish(tenantChanged, motel.id, { tenant: motel })
    await eventually(async () => (await count(motel.id)) === 5)
    await tenantIds.delete(motel.id)
    await fixture.bus.events.publish(tenantDeleted, motel.id, { tenant: motel })
    await eventually(async () => (await count(motel.id)) === 0)
    await fixture.bus.events.publish(tenantChanged, motel.id, { tenant: motel })
    await tenantIds.put(inn.id, inn)
    await fixture.bus.events.publish(tenantChanged, inn.id, { tenant: inn })
    await eventually(async () => (await count(inn.id)) === 5)
    expect(await count(motel.id)).toBe(0)
  })

  it('are made again what they were at first, in place, and a dry run says which', async () => {
    const global = await builtIn('global')
    await fixture.ask(
      sipTemplates.update,
      { uuid: global.uuid, configuration: { endpoint_section_options: [] } },
      tenant,
    )
    const dry = await fixture.ask(resetSipTemplates, { dryRun: true }, tenant)
    expect(dry.templates.filter(({ changed }) => changed).map(({ label }) => label)).toEqual(['global'])
    expect((await builtIn('global')).endpoint_section_options).toEqual([])
    await fixture.ask(resetSipTemplates, {}, tenant)
    const again = await builtIn('global')
    expect(again.uuid).toBe(global.uuid)
    expect(again.endpoint_section_options).toEqual(global.endpoint_section_options)
  })
})

describe('an endpoint', () => {
  it('is made of nothing, with a name of its own, and Asterisk is to have it', async () => {
    const created = await fixture.createEndpoint({})
    const name = created.name ?? ''
    expect(name).toMatch(/^[a-z0-9]{8}$/)
    await eventually(() => fieldsOf('endpoint', name) !== undefined)
    expect(fieldsOf('endpoint', name)).toEqual([
      ['tenantid', tenant],
      ['accountcode', tenant],
      ['set_var', `__TENANT_UUID=${tenant}`],
      ['context', `tenant-${tenant}`],
    ])
  })

  it('becomes auth, aor and endpoint with what it inherits; its secret is masked for people and clear for Asterisk', async () => {
    const global = await builtIn('global')
    const created = await fixture.createEndpoint({
      name: 'alice',
      auth_section_options: [
        ['username', 'alice'],
        ['password', 'wonderland'],
      ],
      endpoint_section_options: [['direct_media', 'yes']],
      templates: [{ uuid: global.uuid }],
    })
    expect(created.auth_section_options).toEqual([
      ['username', 'alice'],
      ['password', '********'],
    ])
    await eventually(() => fieldsOf('auth', 'alice') !== undefined)
    expect(fieldsOf('auth', 'alice')).toEqual([
      ['username', 'alice'],
      ['password', 'wonderland'],
    ])
    expect(fieldsOf('aor', 'alice')).toContainEqual(['max_contacts', '1'])
    const endpoint = fieldsOf('endpoint', 'alice') ?? []
    expect(endpoint.filter(([option]) => ['aors', 'auth', 'transport', 'direct_media'].includes(option))).toEqual([
      ['aors', 'alice'],
      ['auth', 'alice'],
      ['transport', 'transport-udp'],
      ['direct_media', 'yes'],
    ])
    const stored = await fixture.testDatabase.sql<{ text: string }>(
      `select sections::text as text from sip.configuration where name = 'alice'`,
    )
    expect(stored[0]?.text).toContain('sealed:v1:')
    expect(stored[0]?.text).not.toContain('wonderland')
  })

  it('keeps a secret that is written back masked, and takes a mask for nothing where there is none', async () => {
    const created = await fixture.createEndpoint({
      name: 'masked',
      auth_section_options: [
        ['username', 'm'],
        ['password', 'first'],
      ],
    })
    const update = (options: SipOption[]) =>
      fixture.ask(sipEndpoints.update, { uuid: created.uuid, configuration: { auth_section_options: options } }, tenant)
    await update([
      ['username', 'other'],
      ['password', '********'],
    ])
    await eventually(() => fieldsOf('auth', 'masked')?.[0]?.[1] === 'other')
    expect(fieldsOf('auth', 'masked')).toContainEqual(['password', 'first'])
    await expect(
      update([
        ['username', 'm'],
        ['md5_cred', '********'],
      ]),
    ).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('is shown merged exactly as Asterisk is given it, lists with all their entries', async () => {
    const parent = await fixture.createTemplate({
      label: 'two variables',
      endpoint_section_options: [
        ['set_var', 'A=1'],
        ['set_var', 'B=1'],
        ['language', 'en'],
      ],
    })
    const child = await fixture.createEndpoint({
      name: 'merged',
      templates: [{ uuid: parent.uuid }],
      endpoint_section_options: [
        ['set_var', 'A=2'],
        ['language', 'fr'],
      ],
    })
    expect(await merged(child.uuid)).toEqual([
      ['set_var', 'B=1'],
      ['set_var', 'A=2'],
      ['language', 'fr'],
    ])
    expect((await fixture.ask(sipEndpoints.get, { uuid: child.uuid }, tenant)).endpoint_section_options).toHaveLength(2)
    const explained = await fixture.ask(sipEndpoints.explain, { uuid: child.uuid }, tenant)
    expect(explained.options.find(({ option }) => option === 'language')).toMatchObject({
      value: 'fr',
      set_by: { uuid: child.uuid },
      overrides: [{ value: 'en', set_by: { uuid: parent.uuid, label: 'two variables' } }],
    })
    const webrtc = await builtIn('webrtc')
    const browser = await fixture.createEndpoint({ templates: [{ uuid: webrtc.uuid }] })
    expect(await fixture.ask(sipEndpoints.explain, { uuid: browser.uuid }, tenant)).toMatchObject({
      transport: {
        value: 'transport-wss',
        set_by: { label: 'webrtc' },
        overrides: [{ value: 'transport-udp', set_by: { label: 'global' } }],
      },
    })
    const [object] = explained.objects
    expect(object?.fields.map(({ option, value }) => [option, value])).toEqual(fieldsOf('endpoint', 'merged'))
  })

  it('of another tenant is not there, nor is a template of that kind, nor one of another tenant as a parent', async () => {
    const mine = await fixture.createEndpoint({ name: 'mine' })
    const get = (uuid: string, as: string) => fixture.ask(sipEndpoints.get, { uuid }, as)
    await expect(get(mine.uuid, clinic.id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(get((await builtIn('global')).uuid, tenant)).rejects.toMatchObject({ code: 'not-found' })
    const foreign = await builtIn('global', clinic.id)
    await expect(fixture.createEndpoint({ templates: [{ uuid: foreign.uuid }] })).rejects.toMatchObject({
      code: 'invalid-input',
    })
    await expect(fixture.createEndpoint({ name: 'mine' }, clinic.id)).rejects.toMatchObject({ code: 'conflict' })
    expect((await get(mine.uuid, '00000000-0000-4000-8000-000000000001')).name).toBe('mine')
    const shared = await fixture.createTemplate(
      { label: 'for all', shared: true },
      '00000000-0000-4000-8000-000000000001',
    )
    expect((await fixture.createEndpoint({ templates: [{ uuid: shared.uuid }] })).templates).toHaveLength(1)
  })
})

describe('bad input', () => {
  it('is answered with every fault at once, each with section, option, value and what is allowed', async () => {
    const refused = await fixture
      .createEndpoint({
        endpoint_section_options: [
          ['direct_media', 'maybe'],
          ['no_such_option', '1'],
          ['rtp_timeout', '-5'],
        ],
        auth_section_options: [
          ['password', 'a\nb'],
          ['pasword', 'mistyped'],
        ],
        templates: [{ uuid: '00000000-0000-4000-8000-00000000dead' }],
      })
      .catch((error: unknown) => error)
    const { fields } = refused as { fields: { field: string; problem: string }[] }
    expect(fields).toEqual([
      { field: '/templates/0', problem: expect.stringContaining('there is no template') },
      {
        field: '/auth_section_options/0',
        problem: expect.stringMatching(/^auth\.password = \*{8}: .*control characters/),
      },
      {
        field: '/auth_section_options/1',
        problem: expect.stringMatching(/^auth\.pasword = \*{8}: there is no such option/),
      },
      { field: '/endpoint_section_options/0', problem: 'endpoint.direct_media = maybe: must be yes or no' },
      { field: '/endpoint_section_options/1', problem: expect.stringContaining('there is no such option') },
      {
        field: '/endpoint_section_options/2',
        problem: 'endpoint.rtp_timeout = -5: must be a whole number of at least 0',
      },
    ])
  })

  it.each([
    [
      '513 options',
      { endpoint_section_options: Array.from({ length: 513 }, (_, n) => ['set_var', `V${n}=1`]) },
      'invalid-input',
    ],
    [
      'a value of 4,097 characters',
      { endpoint_section_options: [['set_var', `A=${'x'.repeat(4095)}`]] },
      'invalid-input',
    ],
    ['a value that is a number', { endpoint_section_options: [['rtp_timeout', 5]] }, 'invalid-input'],
    ['an empty value', { endpoint_section_options: [['language', '']] }, 'invalid-input'],
    ['a pair of three', { endpoint_section_options: [['language', 'en', 'x']] }, 'invalid-input'],
    ['a name with a blank', { name: 'a b' }, 'invalid-input'],
    ['the name of a section', { name: 'global' }, 'invalid-input'],
    ['a dangling aor', { endpoint_section_options: [['aors', 'nowhere']] }, 'invalid-input'],
    ['a dangling transport', { endpoint_section_options: [['transport', 'nowhere']] }, 'invalid-input'],
    ['an auth without a user name', { auth_section_options: [['password', 'x']] }, 'invalid-input'],
    ['a registration without a server', { registration_section_options: [['client_uri', 'sip:a@b']] }, 'invalid-input'],
    ['an at-name where there is none', { auth_section_options: [['@note', 'x']] }, 'invalid-input'],
    [
      'remove of an option that stands once',
      { option_operations: [{ section: 'endpoint', option: 'language', action: 'remove', value: 'x' }] },
      'invalid-input',
    ],
    ['another tenant’s context', { endpoint_section_options: [['context', 'clinic-only']] }, 'conflict'],
  ])('%s is refused, and nothing is written', async (_name, configuration, code) => {
    if (code === 'conflict')
      await fixture.createEndpoint({ endpoint_section_options: [['context', 'clinic-only']] }, clinic.id)
    const before = (await fixture.ask(sipEndpoints.list, {}, tenant)).total
    await expect(fixture.createEndpoint(configuration)).rejects.toMatchObject({ code })
    expect((await fixture.ask(sipEndpoints.list, {}, tenant)).total).toBe(before)
  })

  it('512 options and values of 4 KiB are taken, and names with an at-sign in aors and endpoints', async () => {
    const options = Array.from({ length: 511 }, (_, n): SipOption => ['set_var', `V${n}=1`])
    const created = await fixture.createEndpoint({
      name: 'large',
      endpoint_section_options: [...options, ['set_var', `LONG=${'x'.repeat(4091)}`]],
      aor_section_options: [['@note', 'x']],
    })
    expect(created.endpoint_section_options).toHaveLength(512)
  })

  it('what Asterisk would not take in one piece is refused when it is written, with its size', async () => {
    const parent = await fixture.createTemplate({
      label: 'half',
      endpoint_section_options: Array.from(
        { length: 8 },
        (_, n): SipOption => ['set_var', `P${n}=${'x'.repeat(4000)}`],
      ),
    })
    const half = Array.from({ length: 3 }, (_, n): SipOption => ['set_var', `C${n}=${'y'.repeat(4000)}`])
    await expect(
      fixture.createEndpoint({ templates: [{ uuid: parent.uuid }], endpoint_section_options: half }),
    ).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [
        {
          field: '/endpoint_section_options',
          problem: expect.stringMatching(/an object of 4\d{4} bytes, and Asterisk takes at most 40960 in one piece/),
        },
      ],
    })
    const created = await fixture.createEndpoint({ endpoint_section_options: half })
    // Nor by its template later.
    await expect(
      fixture.ask(
        sipEndpoints.update,
        { uuid: created.uuid, configuration: { templates: [{ uuid: parent.uuid }] } },
        tenant,
      ),
    ).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('a circle is refused on every way in, and shown', async () => {
    const a = await fixture.createTemplate({ label: 'a' })
    const b = await fixture.createTemplate({ label: 'b', templates: [{ uuid: a.uuid }] })
    const close = (uuid: string, parent: string, dryRun: boolean) =>
      fixture.ask(sipTemplates.update, { uuid, configuration: { templates: [{ uuid: parent }] }, dryRun }, tenant)
    for (const dryRun of [true, false]) {
      await expect(close(a.uuid, b.uuid, dryRun)).rejects.toMatchObject({
        fields: [{ field: '/templates', problem: 'would make a circle: a, b, a' }],
      })
      await expect(close(a.uuid, a.uuid, dryRun)).rejects.toMatchObject({ code: 'invalid-input' })
    }
  })

  it('a template is not made such that an endpoint below it would be refused by Asterisk', async () => {
    const parent = await fixture.createTemplate({
      label: 'timers',
      endpoint_section_options: [['timers_min_se', '90']],
    })
    await fixture.createEndpoint({
      name: 'below',
      templates: [{ uuid: parent.uuid }],
      endpoint_section_options: [['timers_sess_expires', '100']],
    })
    const change = { endpoint_section_options: [['timers_min_se', '600'] as SipOption] }
    await expect(
      fixture.ask(sipTemplates.update, { uuid: parent.uuid, configuration: change }, tenant),
    ).rejects.toMatchObject({
      fields: [{ problem: expect.stringContaining('for the endpoint below') }],
    })
  })
})

describe('a change of a template', () => {
  it('is previewed with each endpoint, object and option, and then changes just these', async () => {
    const top = await fixture.createTemplate({ label: 'top', endpoint_section_options: [['rtp_timeout', '7200']] })
    const middle = await fixture.createTemplate({ label: 'middle', templates: [{ uuid: top.uuid }] })
    for (const name of ['one', 'two', 'own'])
      await fixture.createEndpoint({
        name,
        templates: [{ uuid: middle.uuid }],
        endpoint_section_options: name === 'own' ? [['rtp_timeout', '1']] : [],
      })
    const change = {
      uuid: top.uuid,
      configuration: { endpoint_section_options: [['rtp_timeout', '300'] as SipOption] },
    }
    const preview = await fixture.ask(sipTemplates.update, { ...change, dryRun: true }, tenant)
    expect(preview).toMatchObject({
      applied: false,
      impact: {
        endpoint_count: 2,
        object_count: 2,
        endpoints: [{ name: 'one', objects: [{ type: 'endpoint', id: 'one', change: 'changed' }] }, { name: 'two' }],
        options: [{ type: 'endpoint', option: 'rtp_timeout', before: ['7200'], after: ['300'], endpoints: 2 }],
      },
    })
    const told: string[][] = []
    const stop = fixture.desired.onChanged(({ changed }) => told.push(changed.map(({ id }) => id)))
    expect(await fixture.ask(sipTemplates.update, change, tenant)).toEqual({})
    await eventually(() => told.length > 0)
    stop()
    expect(told.flat().sort()).toEqual(['one', 'two'])
  })

  it('that is in use is removed only when it is said what becomes of its users', async () => {
    const used = await fixture.createTemplate({ label: 'used', endpoint_section_options: [['language', 'de']] })
    const other = await fixture.createTemplate({ label: 'other', endpoint_section_options: [['language', 'it']] })
    const child = await fixture.createEndpoint({ templates: [{ uuid: used.uuid }] })
    const remove = (more: object) => fixture.ask(sipTemplates.delete, { uuid: used.uuid, ...more }, tenant)
    await expect(remove({})).rejects.toMatchObject({ code: 'in-use' })
    const dry = await remove({ replacement: other.uuid, dryRun: true })
    expect(dry.impact?.options).toMatchObject([{ option: 'language', before: ['de'], after: ['it'] }])
    await remove({ replacement: other.uuid })
    expect(await merged(child.uuid)).toEqual([['language', 'it']])
    await fixture.ask(sipTemplates.delete, { uuid: other.uuid, users: 'detach' }, tenant)
    expect(await merged(child.uuid)).toEqual([])
  })
})

describe('history', () => {
  it('shows each change with its difference, secrets masked, and goes back to any version', async () => {
    const { uuid } = await fixture.createEndpoint({ name: 'history', endpoint_section_options: [['language', 'en']] })
    const update = (configuration: object) => fixture.ask(sipEndpoints.update, { uuid, configuration }, tenant)
    await update({
      endpoint_section_options: [['language', 'fr']],
      auth_section_options: [
        ['username', 'h'],
        ['password', 'secret'],
      ],
    })
    await update({ endpoint_section_options: [] })
    const { items, total } = await fixture.ask(sipEndpoints.history, { uuid }, tenant)
    expect(total).toBe(3)
    expect(items[0]?.changes).toEqual([{ field: 'endpoint.language', before: ['fr'], after: [] }])
    expect(items[1]?.changes).toContainEqual({ field: 'auth.password', before: [], after: ['********'] })
    expect(JSON.stringify(items)).not.toMatch(/sealed|"secret"/)
    const second = items[1]?.change_set ?? 0
    await fixture.ask(sipEndpoints.revert, { uuid, to: { change_set: second } }, tenant)
    expect(await merged(uuid)).toEqual([['language', 'fr']])
    await eventually(() => fieldsOf('auth', 'history')?.some(([, value]) => value === 'secret') === true)
  })

  it('is undone as a change set, and Asterisk is to have what was before', async () => {
    const { uuid } = await fixture.createEndpoint({ name: 'undone', endpoint_section_options: [['language', 'en']] })
    await fixture.ask(
      sipEndpoints.update,
      { uuid, configuration: { endpoint_section_options: [['language', 'fr']] } },
      tenant,
    )
    const { items } = await fixture.ask(sipChanges.list, { limit: 1 }, tenant)
    await fixture.ask(sipChanges.undo, { id: items[0]?.id ?? 0 }, tenant)
    await eventually(() => fieldsOf('endpoint', 'undone')?.some(([, value]) => value === 'en') === true)
  })

  it('a change that says which revision it read is refused when there is a newer one', async () => {
    const { uuid, revision } = await fixture.createEndpoint({ name: 'stale' })
    const update = { uuid, configuration: { label: 'new' }, ifRevision: revision }
    await fixture.ask(sipEndpoints.update, update, tenant)
    await expect(
      fixture.ask(sipEndpoints.update, { ...update, configuration: { label: 'x' } }, tenant),
    ).rejects.toMatchObject({
      code: 'stale-revision',
    })
  })
})
