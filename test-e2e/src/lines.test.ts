import { askHttp, askRest, eventually, type House, startHouse, strowger } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTenant } from './site-of-phones.ts'

let house: House
let hotel: string
const mac = '00:15:65:cc:00:01'
let device: string
let line: number
let endpoint: string

const rest = <Body = Record<string, unknown>>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  askRest<Body>(house, method, path, { tenant: hotel, ...(body === undefined ? {} : { body }) })

/** The file of the phone, as it fetches it. */
async function file(): Promise<string> {
  const { body } = await askHttp({
    port: house.phones.httpPort,
    address: '127.0.6.9',
    path: `/${mac.replaceAll(':', '')}.cfg`,
    headers: { 'user-agent': `Yealink SIP-T46S 66.86.0.15 ${mac}` },
  })
  return body.toString()
}
const config = async () => (await rest<{ id: string; raw: Record<string, never> }>('GET', `/configs/${device}`)).body

beforeAll(async () => {
  house = await startHouse()
  hotel = await createTenant(house, 'Hotel')
})
afterAll(() => house?.close())

test('a new tenant has its templates; a line is made with endpoint and extension in one request', async () => {
  const templates = await eventually(async () => {
    const { body } = await rest<{ items: { uuid: string; label: string }[] }>('GET', '/endpoints/sip/templates')
    return body.items.length === 5 ? body.items : false
  })
  const global = templates.find(({ label }) => label === 'global')
  const made = await rest<{ id: number; endpoint_sip: { uuid: string } }>('POST', '/lines', {
    context: 'hotel-internal',
    caller_id_name: 'Alice',
    endpoint_sip: {
      name: 'room101',
      auth_section_options: [
        ['username', 'room101'],
        ['password', 'wonderland'],
      ],
      templates: [{ uuid: global?.uuid }],
    },
    extensions: [{ exten: '1001' }],
  })
  expect(made.status).toBe(201)
  line = made.body.id
  endpoint = made.body.endpoint_sip.uuid
  const merged = await rest<{ aor_section_options: string[][] }>('GET', `/endpoints/sip/${endpoint}?view=merged`)
  expect(merged.body.aor_section_options).toContainEqual(['max_contacts', '1'])
})

test('put on a new phone, the line gives it its tenant, its config and its file, before the answer is there', async () => {
  await file()
  device = await eventually(async () => {
    const { body } = await askRest<{ items: { id: string }[] }>(house, 'GET', `/devices?mac=${mac}`)
    return body.items[0]?.id ?? false
  })
  const put = await rest('PUT', `/lines/${line}/devices/${device}`)
  expect(put).toEqual({ status: 204, body: undefined })
  const raw = (await config()).raw as unknown as { sip_lines: Record<string, object>; protocol: string }
  expect(raw.protocol).toBe('SIP')
  expect(raw.sip_lines).toEqual({
    1: expect.objectContaining({
      username: 'room101',
      auth_username: 'room101',
      display_name: 'Alice',
      number: '1001',
    }),
  })
  const shown = await rest<{ tenant: string }>('GET', `/devices/${device}`)
  expect(shown.body.tenant).toBe(hotel)
  await eventually(async () => (await file()).includes('wonderland'))
  expect((await rest<{ total: number }>('GET', `/devices/${device}/lines`)).body.total).toBe(1)
})

test('other credentials reach phone and Asterisk as one operation, whose steps are shown', async () => {
  const changed = await rest<{ steps: { step: string; state: string }[] }>('PUT', `/lines/${line}/credentials`, {
    password: 'looking-glass',
  })
  expect(changed.status).toBe(200)
  expect(changed.body.steps).toEqual([
    { step: 'stored', state: 'done' },
    expect.objectContaining({ step: 'config', state: 'done' }),
    expect.objectContaining({ step: 'asterisk', state: 'waiting' }),
  ])
  await eventually(async () => (await file()).includes('looking-glass'))
  expect(await file()).not.toContain('wonderland')
  expect(JSON.stringify((await rest('GET', `/endpoints/sip/${endpoint}`)).body)).not.toContain('looking-glass')
})

test('keys of the line and codes of the tenant are in the file of its phone, and follow what they name', async () => {
  const { body: colleague } = await rest<{ id: number; extensions: { id: number }[] }>('POST', '/lines', {
    context: 'hotel-internal',
    extensions: [{ exten: '1002' }],
  })
  const codes = { dnd: '*25', pickup_call: '*8' }
  expect(await rest('PUT', '/extensions/features?dry_run=true', { codes })).toEqual({
    status: 200,
    body: { applied: false, devices: [device], device_count: 1 },
  })
  expect((await rest('PUT', '/extensions/features', { codes })).status).toBe(204)
  const keys = {
    2: { type: 'blf', line_id: colleague.id, label: 'Bob' },
    3: { type: 'blf', feature: 'dnd', label: 'Rest' },
  }
  expect(await rest('PUT', `/lines/${line}/funckeys`, { keys })).toEqual({ status: 204, body: undefined })
  const holds = (...lines: string[]) =>
    eventually(async () => {
      const text = await file()
      for (const one of lines) expect(text.split(/\r?\n/)).toContain(one)
    })
  await holds('linekey.2.value = 1002', 'linekey.2.label = Bob', 'linekey.2.extension = *81002')
  await holds('linekey.3.value = *25', 'features.dnd.on_code = *25')
  await rest('PUT', `/extensions/${colleague.extensions[0]?.id}`, { exten: '1003' })
  await holds('linekey.2.value = 1003')
  expect((await rest('PUT', '/extensions/features', { codes: { dnd: '*26' } })).status).toBe(204)
  await holds('linekey.3.value = *26', 'features.dnd.on_code = *26')
  expect(await file()).not.toContain('*81003')
  const shown = await strowger(house, 'lines', 'keys', String(line), '--tenant', 'Hotel')
  expect(shown).toMatch(/2\s+blf\s+line \d+\s+Bob/)
  await strowger(house, 'lines', 'delete-key', String(line), '2', '--tenant', 'Hotel')
  await strowger(house, 'extensions', 'set-codes', 'dnd=', 'voicemail=*98', '--tenant', 'Hotel')
  await holds('voice_mail.number.1 = *98')
  await eventually(async () => !(await file()).includes('*26'))
  expect(await file()).not.toContain('1003')
})

test('a template is changed: a dry run answers with what would be, and the change with nothing', async () => {
  const { body } = await rest<{ items: { uuid: string }[] }>('GET', '/endpoints/sip/templates?label=global')
  const path = `/endpoints/sip/templates/${body.items[0]?.uuid}`
  const change = { endpoint_section_options: [['language', 'fr']] }
  const dry = await rest<{ applied: boolean; impact: { endpoint_count: number } }>(
    'PUT',
    `${path}?dry_run=true`,
    change,
  )
  expect(dry).toMatchObject({ status: 200, body: { applied: false, impact: { endpoint_count: 1 } } })
  expect(await rest('PUT', path, change)).toEqual({ status: 204, body: undefined })
})

test('the command line shows lines, and why an endpoint is what it is', async () => {
  expect(await strowger(house, 'lines', 'list', '--tenant', 'Hotel')).toContain('room101')
  const explained = await strowger(house, 'sip', 'explain', 'room101', '--tenant', 'Hotel')
  expect(explained).toMatch(/language\s+fr\s+global/)
  expect(await strowger(house, 'sip', 'export')).toContain('[room101]\ntype = endpoint')
})

test('taken from the phone, the line leaves it in autoprov, in its tenant', async () => {
  expect((await rest('DELETE', `/lines/${line}/devices/${device}`)).status).toBe(204)
  const config = async () => (await rest<{ config: string }>('GET', `/devices/${device}`)).body.config
  await eventually(async () => expect(await config()).toBe(`autoprov${device}`))
  await eventually(async () => !(await file()).includes('looking-glass'))
})

test('NAT of a tenant is one setting, for Asterisk and for provisioning', async () => {
  expect((await rest('PUT', '/asterisk/sip/general', { nat: 'yes' })).status).toBe(204)
  expect((await rest<{ nat: boolean }>('GET', '/policy')).body.nat).toBe(true)
  const general = await rest<{ options: Record<string, string> }>('GET', '/asterisk/sip/general')
  expect(general.body).toMatchObject({ nat: 'yes', options: { force_rport: 'yes', rewrite_contact: 'yes' } })
})

test('a script for Wazo makes an endpoint and a line of it, by the paths and bodies it knows', async () => {
  const headers = { 'x-auth-token': house.token(), 'wazo-tenant': hotel, 'content-type': 'application/json' }
  const confd = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${house.restUrl}/api/confd/1.1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      body: text === '' ? undefined : JSON.parse(text),
    }
  }
  const made = await confd('POST', '/endpoints/sip', {
    name: 'room102',
    auth_section_options: [['username', 'room102']],
  })
  expect(made).toMatchObject({ status: 201, location: `/api/confd/1.1/endpoints/sip/${made.body.uuid}` })
  const own = await confd('POST', '/lines', { context: 'hotel-internal' })
  const path = `/lines/${own.body.id}/endpoints/sip/${made.body.uuid}`
  expect((await confd('PUT', path)).status).toBe(204)
  expect((await confd('GET', `/lines/${own.body.id}?recurse=True`)).body.name).toBe('room102')
  expect(await confd('PUT', `/endpoints/sip/${made.body.uuid}`, { ...made.body, label: 'Room 102' })).toMatchObject({
    status: 204,
  })
  const features = await confd('GET', '/extensions/features')
  expect(features.body).toMatchObject({ total: 9 })
  const pickup = features.body.items.find(({ feature }: { feature: string }) => feature === 'pickup')
  expect(pickup).toMatchObject({ exten: '', enabled: false })
  const { uuid } = pickup
  expect((await confd('PUT', `/extensions/features/${uuid}`, { exten: '_*8.', enabled: true })).status).toBe(204)
  expect((await confd('GET', `/extensions/features/${uuid}`)).body).toMatchObject({ exten: '*8', enabled: true })
  expect((await confd('GET', '/extensions/features/nothing')).status).toBe(404)
  const wrong = await confd('POST', '/endpoints/sip', { endpoint_section_options: [['no_such_option', 'x']] })
  expect(wrong.status).toBe(400)
  expect(JSON.stringify(wrong.body)).toContain('there is no such option')
  expect((await confd('GET', `/endpoints/sip/${hotel}`)).body).toEqual([
    expect.stringMatching(/^Resource Not Found - /),
  ])
})
