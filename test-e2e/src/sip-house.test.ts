import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  askRest,
  createPhone,
  eventually,
  freePort,
  type House,
  type Phone,
  prepareAsterisk,
  type RunningAsterisk,
  sipp,
  startAsterisk,
  startHouse,
} from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { warnOfSkipped } from './install-clients.ts'

/** The whole house, a real Asterisk, and phones that speak SIP. */
const because = prepareAsterisk()
if (because !== undefined) warnOfSkipped('sip configurations in a real Asterisk', because)

/** Two tenants with the same numbers: what is dialled is looked for in the caller’s own context. */
const dialplan = `[acme]
exten => 101,1,Dial(PJSIP/acme-one,10)
exten => 102,1,Dial(PJSIP/acme-two,10)
include => strowger-provisioning
[other]
exten => 101,1,Dial(PJSIP/other-one,10)
`
const dialledCodes = readFileSync(new URL('../../deploy/asterisk/extensions-strowger.conf', import.meta.url), 'utf8')
let asterisk: RunningAsterisk
let house: House
let acme: string
let other: string
const secrets = mkdtempSync(join(tmpdir(), 'strowger-secrets-'))

beforeAll(async () => {
  if (because !== undefined) return
  const agiPort = String(freePort())
  asterisk = await startAsterisk({ dialplan: dialplan + dialledCodes.replaceAll('4573', agiPort) })
  house = await startHouse({
    env: {
      ARI_URL: `http://127.0.0.1:${asterisk.ariPort}`,
      ARI_PASSWORD: asterisk.secret,
      AMI_HOST: '127.0.0.1',
      AMI_PORT: String(asterisk.amiPort),
      AMI_USERNAME: 'strowger',
      AMI_SECRET: asterisk.secret,
      FASTAGI_PORT: agiPort,
    },
  })
  const make = async (name: string) =>
    (await askRest<{ id: string }>(house, 'POST', '/tenants', { body: { name } })).body.id
  acme = await make('acme')
  other = await make('other')
})
afterAll(async () => {
  await house?.close()
  await asterisk?.close()
  rmSync(secrets, { recursive: true, force: true })
})

/** Calls between desks of acme cost 0.06 a minute; the exchange is read from its file and by its events. */
async function priceCalls(): Promise<void> {
  const rating = async (path: string, body: object, tenant?: string) => {
    const answered = await askRest(house, 'POST', `/rating/${path}`, {
      body,
      ...(tenant === undefined ? {} : { tenant }),
    })
    if (answered.status >= 300) throw new Error(`${path}: ${answered.status} ${JSON.stringify(answered.body)}`)
  }
  await rating('decks', { id: 'desks', name: 'Desks', currency: 'EUR', zone: 'UTC' }, acme)
  const mapping = { columns: { prefix: 1, price: 2 } }
  await rating('decks/desks/import', { name: 'desks.csv', text: '1,0.06\n', mapping }, acme)
  await rating(
    'plans',
    { id: 'house', name: 'House', currency: 'EUR', decks: [{ deck: 'desks', direction: 'internal' }] },
    acme,
  )
  const claims = [
    { kind: 'account', pattern: acme },
    ...['101', '102'].map((pattern) => ({ kind: 'extension', pattern })),
  ]
  await rating(
    'nodes',
    {
      id: 'acme',
      name: 'Acme',
      parents: [{ parent: null }],
      plans: [{ plan: 'house' }],
      billable: [{ billable: true }],
      claims,
    },
    acme,
  )
  const numbers = {
    country: 'IT',
    callingCode: '39',
    internationalPrefixes: ['00'],
    nationalPrefix: '0',
    shortNumbers: [],
  }
  const shared = {
    provider: 'exchange',
    numbers,
    formatSettings: { zone: 'UTC' },
    tenants: [{ tenant: acme, account: acme }],
  }
  const file = { folder: asterisk.cdrFolder, files: 'Master.csv', pollMs: 100 }
  await rating('sources', { ...shared, id: 'file', kind: 'folder', format: 'asterisk-csv', settings: file })
  const secretFile = join(secrets, 'manager')
  writeFileSync(secretFile, `${asterisk.secret}\n`)
  const events = { host: '127.0.0.1', port: asterisk.amiPort, username: 'strowger', secretFile }
  await rating('sources', { ...shared, id: 'events', kind: 'ami', format: 'asterisk-event', settings: events })
}

interface Endpoint {
  uuid: string
  name: string
  applied?: { state: string; reason?: string }[]
}

async function makeLine(tenant: string, context: string, name: string, password: string) {
  const body = {
    context,
    endpoint_sip: {
      name,
      auth_section_options: [
        ['username', name],
        ['password', password],
      ],
      aor_section_options: [
        ['max_contacts', '1'],
        ['remove_existing', 'yes'],
      ],
      endpoint_section_options: [
        ['allow', '!all,ulaw'],
        ['direct_media', 'no'],
      ],
    },
    extensions: [{ exten: { one: '101', two: '102' }[name.split('-')[1] ?? ''] ?? '103' }],
  }
  const { status, body: line } = await askRest<{ id: number; endpoint_sip: Endpoint; provisioning_code: string }>(
    house,
    'POST',
    '/lines',
    { body, tenant },
  )
  if (status !== 201) throw new Error(`a line was answered ${status}: ${JSON.stringify(line)}`)
  return line
}

const isApplied = (uuid: string, tenant: string) => async () => {
  const { body } = await askRest<Endpoint>(house, 'GET', `/endpoints/sip/${uuid}`, { tenant })
  if (body.applied?.length && body.applied.every(({ state }) => state === 'applied')) return true
  throw new Error(`not applied: ${JSON.stringify(body.applied)}`)
}

let port = 45_000
const register = (name: string, password: string, from = port++) =>
  sipp({
    scenario: 'register',
    sipPort: asterisk.sipPort,
    port: from,
    service: name,
    username: name,
    password,
    variables: { expires: '600' },
  })
const lastResponse = ({ lines }: { lines: readonly string[] }) =>
  lines.filter((line) => line.startsWith('SIP/2.0')).at(-1)
const reloads = () => asterisk.log().match(/Reloading module/g)?.length ?? 0

describe.skipIf(because !== undefined)('what is configured over REST', () => {
  let one: Awaited<ReturnType<typeof makeLine>>

  test('is what a phone registers with; a changed password is the only one from then on, contact kept, no reload', async () => {
    one = await makeLine(acme, 'acme', 'acme-one', 'first')
    const { uuid } = one.endpoint_sip
    await eventually(isApplied(uuid, acme))
    expect(lastResponse(await register('acme-one', 'first'))).toContain('200')
    const contacts = asterisk.cli('pjsip list contacts')
    expect(contacts).toContain('acme-one/sip:acme-one@127.0.0.1')

    const auth = [
      ['username', 'acme-one'],
      ['password', 'second'],
    ]
    const change = await askRest(house, 'PUT', `/endpoints/sip/${uuid}`, {
      body: { auth_section_options: auth },
      tenant: acme,
    })
    expect(change.status).toBe(204)
    await eventually(isApplied(uuid, acme))
    expect(lastResponse(await register('acme-one', 'first'))).toContain('401')
    expect(asterisk.cli('pjsip list contacts')).toContain('acme-one/sip:acme-one@127.0.0.1')
    expect(lastResponse(await register('acme-one', 'second'))).toContain('200')
    expect(reloads()).toBe(0)
  })

  test('lets phones of a tenant call each other and the call say whose it is; those of two tenants never meet', async () => {
    const two = await makeLine(acme, 'acme', 'acme-two', 'two')
    const stranger = await makeLine(other, 'other', 'other-one', 'stranger')
    await eventually(isApplied(two.endpoint_sip.uuid, acme))
    await eventually(isApplied(stranger.endpoint_sip.uuid, other))
    expect((await register('acme-one', 'second', 45_901)).succeeded).toBe(true)
    expect((await register('acme-two', 'two', 45_902)).succeeded).toBe(true)

    const call = (caller: string, password: string, service: string) =>
      sipp({
        scenario: 'call',
        sipPort: asterisk.sipPort,
        port: port++,
        username: caller,
        password,
        service,
        variables: { caller },
      })
    const callee = sipp({ scenario: 'answer', sipPort: asterisk.sipPort, port: 45_901 })
    expect((await call('acme-two', 'two', '101')).succeeded).toBe(true)
    expect((await callee).succeeded).toBe(true)
    const cdr = await eventually(() => asterisk.cdrs().find((line) => line.includes('acme-one')) ?? false)
    expect(cdr).toContain(`"${acme}"`)
    expect(cdr).toContain('"ANSWERED"')

    const unmet = sipp({ scenario: 'answer', sipPort: asterisk.sipPort, port: 45_901, timeoutMs: 3_000 })
    expect(lastResponse(await call('other-one', 'stranger', '102'))).toMatch(/404|603|480/)
    await call('other-one', 'stranger', '101')
    expect((await unmet).lines).toEqual([])
  })

  test('rates a call to the tenant that made it within two seconds of its end, once, though it is told twice', async () => {
    await priceCalls()
    const isListening = async () => {
      const { body } = await askRest<{ ok: boolean }>(house, 'POST', '/rating/sources/events/test')
      return body.ok
    }
    await eventually(isListening, { timeoutMs: 10_000 })
    const before = await eventually(async () => {
      const { body } = await askRest<{ total: number }>(house, 'GET', '/rating/calls', { tenant: acme })
      return body.total > 0 && body
    })
    const callee = sipp({ scenario: 'answer', sipPort: asterisk.sipPort, port: 45_901 })
    const call = { username: 'acme-two', password: 'two', service: '101', variables: { caller: 'acme-two' } }
    await sipp({ scenario: 'call', sipPort: asterisk.sipPort, port: port++, ...call })
    const ended = performance.now()
    await callee
    interface Rated {
      status: string
      direction: string
      node: string
      income: string
      billableS: number
      revision: number
    }
    const rated = await eventually(
      async () => {
        const { body } = await askRest<{ total: number; items: Rated[] }>(house, 'GET', '/rating/calls', {
          tenant: acme,
        })
        return body.total > before.total && body.items[0]
      },
      { intervalMs: 20 },
    )
    expect(performance.now() - ended).toBeLessThan(2_000)
    expect(rated).toMatchObject({ status: 'rated', direction: 'internal', node: 'acme' })
    expect(Number(rated?.income)).toBeCloseTo((0.06 * Number(rated?.billableS)) / 60, 6)
    // From the file and by the event: one call.
    await eventually(async () => {
      const { body } = await askRest<{ items: { source: string }[] }>(house, 'GET', '/rating/batches')
      return new Set(body.items.map(({ source }) => source)).size === 2
    })
    const { body } = await askRest<{ total: number }>(house, 'GET', '/rating/calls', { tenant: acme })
    expect(body.total).toBe(before.total + 1)
    const others = await askRest<{ total: number }>(house, 'GET', '/rating/calls', { tenant: other })
    expect(others.body.total).toBe(0)
  })

  test('registers a trunk with its carrier, and not any more when it is gone', async () => {
    const carrier = sipp({ scenario: 'registrar', sipPort: asterisk.sipPort, port: 45_800 })
    const body = {
      name: 'carrier',
      registration_section_options: [
        ['server_uri', 'sip:127.0.0.1:45800'],
        ['client_uri', 'sip:acme@127.0.0.1:45800'],
        ['max_random_initial_delay', '0'],
      ],
      registration_outbound_auth_section_options: [
        ['username', 'acme'],
        ['password', 'pa55'],
      ],
    }
    const made = await askRest<Endpoint>(house, 'POST', '/endpoints/sip', { body, tenant: acme })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const { succeeded, messages } = await carrier
    expect(succeeded, messages).toBe(true)
    expect(messages).toMatch(/Authorization: Digest.*username="acme"/)
    await eventually(() => asterisk.cli('pjsip show registrations').includes('Registered'))
    await askRest(house, 'DELETE', `/endpoints/sip/${made.body.uuid}`, { tenant: acme })
    await eventually(() => !asterisk.cli('pjsip show registrations').includes('127.0.0.1:45800'))
  })

  test('is all there again after Asterisk was killed', async () => {
    await asterisk.restart()
    const { uuid } = one.endpoint_sip
    await eventually(async () => (await register('acme-one', 'second')).succeeded, { timeoutMs: 10_000 })
    await eventually(isApplied(uuid, acme))
    expect(reloads()).toBe(0)
  })

  /** What line 1 of a phone is told, as soon as Asterisk takes it. */
  async function accountOf(
    phone: Phone,
    isMeant: (name: string) => boolean,
  ): Promise<{ name: string; password: string }> {
    return eventually(
      async () => {
        const file = (await phone.fetchHttp()).toString()
        const told = (field: string) => new RegExp(`^account\\.1\\.${field}\\s*=\\s*(.*)$`, 'm').exec(file)?.[1] ?? ''
        const [name, password] = [told('user_name'), told('password')]
        return isMeant(name) && (await register(name, password)).succeeded && { name, password }
      },
      { timeoutMs: 20_000 },
    )
  }
  const isAutoprov = (name: string) => /^ap[a-z0-9]{8}$/.test(name)

  test('is in the file that a phone boots with, and it registers with that', async () => {
    const mac = '00:15:65:0a:0b:0c'
    const phone = createPhone({ ports: house.phones, mac, address: '127.0.9.1' })
    await phone.fetchHttp()
    const { body } = await askRest<{ items: { id: string }[] }>(house, 'GET', `/devices?mac=${mac}`)
    const device = body.items[0]?.id
    // Before anybody has configured it, it registers as all such phones do, so that a code can be dialled on it.
    const account = await accountOf(phone, isAutoprov)
    expect(asterisk.cli(`pjsip show endpoint ${account.name}`)).toMatch(/context\s+: strowger-provisioning/)
    const { status } = await askRest(house, 'PUT', `/lines/${one.id}/devices/${device}`, { tenant: acme })
    expect([202, 204]).toContain(status)
    await accountOf(phone, (name) => name === 'acme-one')
  })

  test('comes to a phone on which its code is dialled, whatever address it calls from, and leaves it by *guest', async () => {
    const mac = '00:15:65:0a:0b:0d'
    const phone = createPhone({ ports: house.phones, mac, address: '127.0.9.2' })
    const { provisioning_code: code, endpoint_sip: endpoint } = await makeLine(acme, 'acme', 'acme-three', 'three')
    await eventually(isApplied(endpoint.uuid, acme))
    const instance = `;+sip.instance="<urn:uuid:00000000-0000-1000-8000-${mac.replaceAll(':', '')}>"`
    const dial = ({ name, password }: { name: string; password: string }, service: string) =>
      sipp({
        scenario: 'call',
        sipPort: asterisk.sipPort,
        port: port++,
        username: name,
        password,
        service,
        talkMs: 1_500,
        variables: { caller: name, instance },
      })
    await dial(await accountOf(phone, isAutoprov), code)
    const account = await accountOf(phone, (name) => name === 'acme-three')
    expect(account.password).toBe('three')
    await dial(account, '*guest')
    await accountOf(phone, isAutoprov)
  })

  test('is gone from Asterisk with its tenant, and what a phone of it registered', async () => {
    expect((await register('other-one', 'stranger')).succeeded).toBe(true)
    const of = (what: string) => asterisk.cli(what).includes('other-one')
    const everywhere = [
      'pjsip show endpoints',
      'pjsip show auths',
      'pjsip show aors',
      'pjsip list contacts',
      'database show registrar/contact',
    ]
    expect(everywhere.filter(of)).toEqual(everywhere)
    const { body } = await askRest<{ task: { id: string } }>(house, 'POST', `/tenants/${other}/erase`, {
      body: { name: 'other' },
    })
    const task = await eventually(
      async () => {
        const { body: seen } = await askRest<{ state: string; result?: { areas: unknown[] } }>(
          house,
          'GET',
          `/tasks/${body.task.id}`,
        )
        return ['done', 'failed'].includes(seen.state) && seen
      },
      { timeoutMs: 20_000 },
    )
    expect(task).toMatchObject({
      state: 'done',
      result: {
        areas: expect.arrayContaining([
          { area: 'sip', removed: expect.objectContaining({ 'objects of Asterisk': 3 }) },
        ]),
      },
    })
    expect(everywhere.filter(of)).toEqual([])
    expect((await register('acme-one', 'second')).succeeded).toBe(true)
  })

  test('is refused when Asterisk would not take it, and nothing of it reaches Asterisk', async () => {
    const before = asterisk.cli('pjsip show endpoint acme-one')
    const { uuid } = one.endpoint_sip
    const body = { endpoint_section_options: [['dtmf_mode', 'shouted']] }
    expect((await askRest(house, 'PUT', `/endpoints/sip/${uuid}`, { body, tenant: acme })).status).toBe(400)
    const number = { endpoint_section_options: [['rtp_timeout', 60]] }
    expect((await askRest(house, 'PUT', `/endpoints/sip/${uuid}`, { body: number, tenant: acme })).status).toBe(400)
    expect(asterisk.cli('pjsip show endpoint acme-one')).toBe(before)
  })
})
