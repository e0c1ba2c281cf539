import { catalogue, changeAreas } from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, runGateway } from '../test/running-gateway.ts'
import { operationsOf } from './rest/operation.ts'

const otherAreas = Object.keys(changeAreas)
  .filter((area) => area !== 'access')
  .sort()

const revealing = operationsOf(catalogue.requests).filter(({ rest }) => rest.reveals !== undefined)

let gateway: RunningGateway
let ask: RunningGateway['ask']
beforeAll(async () => {
  gateway = await runGateway()
  ask = gateway.ask
})
afterAll(() => gateway?.close())

const latest = async (query = '') => (await ask('GET', `/api/v1/audit?limit=1${query}`)).json.items[0]

describe('the audit', () => {
  test('tells who changed what, from where, and with what difference', async () => {
    const made = await ask('POST', '/api/v1/tenants', {
      body: { name: 'Lyon' },
      headers: { 'strowger-note': 'new site' },
    })
    const entry = await latest()
    expect(entry).toMatchObject({
      actor: 'bootstrap',
      operation: 'tenants.create',
      method: 'POST',
      path: '/api/v1/tenants',
      status: 201,
      note: 'new site',
      address: '127.0.0.1',
      request: made.headers.get('x-request-id'),
    })
    const { json } = await ask('GET', `/api/v1/audit/${entry.id}`)
    expect(json.changeSets).toMatchObject([
      {
        area: 'access',
        note: 'new site',
        request: entry.request,
        changes: [{ table: 'tenant', after: { name: 'Lyon' } }],
      },
    ])
    // Nobody answers for the other services here.
    expect(json.away).toEqual(otherAreas)
  })

  test('tells of what was refused, and of log-ins that failed, but not of what was only read', async () => {
    const { total } = (await ask('GET', '/api/v1/audit')).json
    await ask('GET', '/api/v1/tenants')
    await ask('DELETE', '/api/v1/tokens/none')
    await ask('POST', '/api/v1/sessions', { token: null, headers: { authorization: `Basic ${btoa('mallory:x')}` } })
    const { json } = await ask('GET', `/api/v1/audit?limit=2`)
    expect(json.total).toBe(total + 2)
    expect(json.items).toMatchObject([
      { operation: 'sessions.create', actor: 'mallory', status: 401, code: 'unauthenticated' },
      { operation: 'tokens.delete', actor: 'bootstrap', status: 404, code: 'not-found' },
    ])
  })

  test.each(revealing.map((definition) => [definition.subject, definition] as const))(
    'tells who has read a secret by %s, and where, and never the secret',
    async (_subject, definition) => {
      const { rest, example, domain, verb } = definition
      const secret = { key: 'key-that-nobody-writes-down', password: 'pass-that-nobody-writes-down' }
      const answering = gateway.others.reply(definition, async () => ({ ...(example.output as object), ...secret }))
      await gateway.others.flush()
      const input = example.input as Record<string, unknown>
      const path = rest.path.replaceAll(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(String(input[name])))
      const { status, headers } = await ask('GET', path)
      expect(status).toBe(200)
      const entry = await latest()
      expect(entry).toMatchObject({
        actor: 'bootstrap',
        operation: `${domain}.${verb}`,
        method: 'GET',
        path,
        status: 200,
        address: '127.0.0.1',
        request: headers.get('x-request-id'),
      })
      expect(Date.parse(entry.at)).toBeGreaterThan(0)
      const { text } = await ask('GET', '/api/v1/audit?limit=1000')
      expect(text).not.toContain('that-nobody-writes-down')
      await answering.close()
      expect((await ask('GET', path)).status).toBe(503)
      expect(await latest()).toMatchObject({ operation: `${domain}.${verb}`, status: 503, code: 'unavailable' })
    },
  )

  test('is searched and narrowed, with exact totals', async () => {
    for (const name of ['a1', 'a2', 'a3']) await ask('POST', '/api/v1/tenants', { body: { name } })
    const created = await ask('GET', '/api/v1/audit?operation=tenants.create&outcome=done&limit=2&direction=asc')
    expect(created.json.total).toBeGreaterThanOrEqual(3)
    expect(created.json.items).toHaveLength(2)
    const none = await ask('GET', '/api/v1/audit?since=2100-01-01T00:00:00Z')
    expect(none.json).toEqual({ items: [], total: 0 })
    expect((await ask('GET', '/api/v1/audit?search=mallory')).json.total).toBeGreaterThanOrEqual(1)
  })

  test('is exported whole, an entry a line, first things first', async () => {
    const { text, headers } = await ask('GET', '/api/v1/audit', { headers: { accept: 'application/x-ndjson' } })
    expect(headers.get('content-type')).toContain('application/x-ndjson')
    const ids = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id)
    expect(ids).toHaveLength((await ask('GET', '/api/v1/audit')).json.total)
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
  })

  test('of a tenant is shown to it and to those above it, to nobody else', async () => {
    const { json: one } = await ask('POST', '/api/v1/tenants', { body: { name: 'one' } })
    const { json: other } = await ask('POST', '/api/v1/tenants', { body: { name: 'other' } })
    const tokenOf = async (tenant: string) =>
      (
        await ask('POST', '/api/v1/tokens', {
          body: { name: 'a', permission: 'admin' },
          headers: { 'strowger-tenant': tenant },
        })
      ).json.text
    const [mine, theirs] = [await tokenOf(one.id), await tokenOf(other.id)]
    await ask('POST', '/api/v1/roles', { token: mine, body: { name: 'secret plan', permission: 'read' } })
    expect((await ask('GET', '/api/v1/audit', { token: mine })).text).toContain('/api/v1/roles')
    expect((await ask('GET', '/api/v1/audit?recurse=true', { token: theirs })).text).not.toContain('roles.create')
    const { json: entry } = await ask('GET', '/api/v1/audit?limit=1', { token: mine })
    expect((await ask('GET', `/api/v1/audit/${entry.items[0].id}`, { token: theirs })).status).toBe(404)
    expect((await ask('GET', '/api/v1/audit?recurse=true&operation=roles.create')).json.total).toBe(1)
  })

  test('cannot be changed or forgotten by the service', async () => {
    const rows = await gateway.database.sql<{ may: boolean }>(
      `select has_table_privilege('strowger_gateway', 'access.audit', what) as may
       from unnest(array['update', 'delete', 'truncate']) what`,
    )
    expect(rows.map(({ may }) => may)).toEqual([false, false, false])
  })
})

describe('change sets of all areas', () => {
  test('are listed together, newest first, with those whose owner is away by name', async () => {
    const { status, json, text } = await ask('GET', '/api/v1/change-sets?limit=5')
    expect(status, text).toBe(200)
    expect(json.items[0]).toMatchObject({ area: 'access', actor: 'bootstrap' })
    expect(json.away).toEqual(otherAreas)
    const times = json.items.map(({ at }: { at: string }) => at)
    expect(times).toEqual([...times].sort().reverse())
  })
})

describe('Idempotency-Key', () => {
  const post = (key: string, body: object, options: object = {}) =>
    ask('POST', '/api/v1/tokens', { body, headers: { 'idempotency-key': key }, ...options })

  test('the same request again is answered the same, to the byte, and done once', async () => {
    const first = await post('k1', { name: 'once', permission: 'read' })
    const again = await post('k1', { name: 'once', permission: 'read' })
    expect([again.status, again.text]).toEqual([first.status, first.text])
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await ask('GET', '/api/v1/tokens?search=once')).json.total).toBe(1)
    const rows = await gateway.database.sql<{ text: string }>('select i::text as text from access.idempotency i')
    expect(rows.map(({ text }) => Buffer.from(text).toString()).join()).not.toContain(first.json.text)
  })

  test('a refusal is answered again, too', async () => {
    const options = { headers: { 'idempotency-key': 'k-refused' } }
    const first = await ask('DELETE', '/api/v1/tokens/none', options)
    const again = await ask('DELETE', '/api/v1/tokens/none', options)
    expect([again.status, again.text, again.headers.get('content-type')]).toEqual([
      404,
      first.text,
      'application/problem+json',
    ])
  })

  test('the key of another request is refused; of another actor it is another key', async () => {
    await post('k2', { name: 'a', permission: 'read' })
    const other = await post('k2', { name: 'b', permission: 'read' })
    expect([other.status, other.json.detail]).toEqual([409, 'This Idempotency-Key was used for another request'])
    const { json } = await post('k3', { name: 'admin', permission: 'admin' })
    expect((await post('k2', { name: 'b', permission: 'read' }, { token: json.text })).status).toBe(201)
  })

  test('of several at one time one is done, and the others are told that it is not answered yet', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('k4', { name: 'race', permission: 'read' })))
    for (const { status } of answers) expect([201, 409]).toContain(status)
    expect((await ask('GET', '/api/v1/tokens?search=race')).json.total).toBe(1)
  })

  test('what could not be done for now is done when it is asked again', async () => {
    const options = { body: {}, headers: { 'idempotency-key': 'k5' } }
    expect((await ask('PATCH', '/api/v1/policy', options)).status).toBe(503)
    expect((await ask('PATCH', '/api/v1/policy', options)).headers.get('idempotency-replayed')).toBeNull()
  })

  test('an answer is forgotten after its time, and a key that is none is refused', async () => {
    await post('k6', { name: 'late', permission: 'read' })
    await gateway.database.sql(`update access.idempotency set created_at = now() - interval '2 days'`)
    await post('k6', { name: 'late', permission: 'read' })
    expect((await ask('GET', '/api/v1/tokens?search=late')).json.total).toBe(2)
    const bad = await post('x'.repeat(300), { name: 'late' })
    expect([bad.status, bad.json.fields[0].field]).toEqual([400, 'Idempotency-Key'])
  })
})

describe('while PostgreSQL is away for the audit', () => {
  test('what is to be told is kept and written later', async () => {
    await gateway.database.sql('revoke insert on access.audit from strowger_gateway')
    const { status } = await ask('POST', '/api/v1/tenants', { body: { name: 'unseen' } })
    expect(status).toBe(201)
    await gateway.database.sql('grant insert on access.audit to strowger_gateway')
    await eventually(async () => expect((await latest('&operation=tenants.create')).status).toBe(201))
    await eventually(async () => {
      const { json } = await ask('GET', '/api/v1/change-sets/access?search=tenants&limit=1')
      expect((await latest('&operation=tenants.create')).request).toBe(json.items[0].request)
    })
  })
})
