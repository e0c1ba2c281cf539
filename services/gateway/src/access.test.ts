import { isEvent } from '@strowger/bus'
import { executeAsAdmin } from '@strowger/database'
import {
  accessChanges,
  eraseConfigs,
  eraseDevices,
  eraseRating,
  eraseSip,
  rootTenantId,
  tasksBucket,
  tenantChanged,
  tenantDeleted,
  tenantsBucket,
} from '@strowger/schema'
import type { Log } from '@strowger/service'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminPassword, bootstrapToken, type RunningGateway, runGateway } from '../test/running-gateway.ts'

const logged: { fields: Readonly<Record<string, unknown>>; phrase: string }[] = []
const write = (fields: Readonly<Record<string, unknown>>, phrase: string) => void logged.push({ fields, phrase })
const log: Log = { debug: write, info: write, warn: write, error: write, fatal: write, child: () => log }

let gateway: RunningGateway
let ask: RunningGateway['ask']
beforeAll(async () => {
  gateway = await runGateway({ log })
  ask = gateway.ask
})
afterAll(() => gateway?.close())

async function newTenant(name: string, parent?: string): Promise<string> {
  const { status, json } = await ask('POST', '/api/v1/tenants', { body: { name, ...(parent ? { parent } : {}) } })
  expect(status).toBe(201)
  return json.id
}

async function newToken(tenant: string, token: object = {}): Promise<{ id: string; text: string }> {
  const headers = { 'strowger-tenant': tenant }
  const { status, json } = await ask('POST', '/api/v1/tokens', {
    headers,
    body: { name: 'a token', permission: 'admin', ...token },
  })
  expect(status).toBe(201)
  return json
}

const basic = (login: string, password: string) => ({ authorization: `Basic ${btoa(`${login}:${password}`)}` })
const logIn = (login: string, password: string, body: object = { name: 'log-in' }) =>
  ask('POST', '/api/v1/tokens', { token: null, headers: basic(login, password), body })

describe('log-in and tokens', () => {
  test('the first administrator logs in with name and password, and acts under that name', async () => {
    const { status, json } = await logIn('admin', adminPassword)
    expect(status).toBe(201)
    expect(json.permission).toBe('admin')
    await ask('POST', '/api/v1/tenants', { token: json.text, body: { name: 'by admin' } })
    const { json: changes } = await ask('GET', '/api/v1/change-sets/access?limit=1')
    expect(changes.items[0]).toMatchObject({ actor: 'admin', note: 'POST /api/v1/tenants' })
  })

  test('a wrong password and a name that does not exist are refused alike', async () => {
    const wrong = await logIn('admin', 'wrong')
    const absent = await logIn('nobody', 'wrong')
    expect([wrong.status, absent.status]).toEqual([401, 401])
    expect(wrong.json).toEqual(absent.json)
  })

  test('a second start makes no second administrator, and another bootstrap token ends the former', async () => {
    await gateway.restart({ STROWGER_BOOTSTRAP_TOKEN: 'strowger_another_bootstrap', ADMIN_PASSWORD: 'other password' })
    expect((await ask('GET', '/api/v1/tenants')).status).toBe(401)
    expect((await ask('GET', '/api/v1/tenants', { token: 'strowger_another_bootstrap' })).status).toBe(200)
    expect((await logIn('admin', 'other password')).status).toBe(401)
    await gateway.restart()
    expect((await ask('GET', '/api/v1/tenants')).status).toBe(200)
    expect((await logIn('admin', adminPassword)).status).toBe(201)
  })

  test('only a hash of a token is kept, and no list shows its text', async () => {
    const { id, text } = await newToken(rootTenantId)
    expect(text).toMatch(/^strowger_/)
    const { text: listed } = await ask('GET', '/api/v1/tokens')
    expect(listed).toContain(id)
    expect(listed).not.toContain(text)
    const rows = await gateway.database.sql<{ row: string }>('select token::text as row from access.token token')
    expect(rows.map(({ row }) => row).join()).not.toContain(text)
  })

  test('a deleted token opens nothing from that moment on', async () => {
    const { id, text } = await newToken(rootTenantId)
    expect((await ask('GET', '/api/v1/tenants', { token: text })).status).toBe(200)
    expect((await ask('DELETE', `/api/v1/tokens/${id}`)).status).toBe(204)
    expect((await ask('GET', '/api/v1/tenants', { token: text })).status).toBe(401)
  })

  test('an expired token opens nothing', async () => {
    const { id, text } = await newToken(rootTenantId, { expiresInS: 60 })
    await gateway.database.sql(
      `select set_config('app.writer', 'system', false); update access.token set expires_at = now() where id = '${id}'`,
    )
    expect((await ask('GET', '/api/v1/tenants', { token: text })).status).toBe(401)
  })

  test('the last use of a token is noted', async () => {
    const { id, text } = await newToken(rootTenantId)
    await ask('GET', '/api/v1/tenants', { token: text, headers: { authorization: `Bearer ${text}` } })
    await eventually(async () => {
      const { json } = await ask('GET', '/api/v1/tokens')
      expect(json.items.find((token: { id: string }) => token.id === id).lastUsedAt).toBeDefined()
    })
  })

  test('a token makes no other with more than it may, and its default may only read', async () => {
    const { json } = await ask('POST', '/api/v1/tokens', { body: { name: 'plain' } })
    expect(json.permission).toBe('read')
  })
})

describe('tenants', () => {
  test('are told to the house when they come, are renamed and go', async () => {
    const seen: string[] = []
    const reader = await gateway.others.events.consume(
      [tenantChanged, tenantDeleted],
      { durable: 'test-tenants', concurrency: 1 },
      async (message) => {
        seen.push(`${isEvent(message, tenantDeleted) ? 'deleted' : 'changed'} ${message.payload.tenant.name}`)
      },
    )
    const id = await newTenant('Hotel Paris')
    const stale = { 'if-match': '"1"' }
    expect((await ask('PUT', `/api/v1/tenants/${id}`, { body: { name: 'x' }, headers: stale })).status).toBe(412)
    expect((await ask('PUT', `/api/v1/tenants/${id}`, { body: { name: 'Hotel Lyon' } })).status).toBe(200)
    const bucket = gateway.others.bucket(tenantsBucket)
    await eventually(async () => (await bucket.get(id))?.value.name === 'Hotel Lyon')
    expect((await ask('DELETE', `/api/v1/tenants/${id}`)).status).toBe(204)
    await eventually(async () => (await bucket.get(id)) === undefined)
    await eventually(() => seen.includes('deleted Hotel Lyon'))
    expect(seen).toEqual(expect.arrayContaining(['changed Hotel Paris', 'changed Hotel Lyon']))
    await reader.close()
  })

  test('say before they go what there is of them, and stay', async () => {
    const id = await newTenant('Hotel Counted')
    const answering = [eraseDevices, eraseConfigs, eraseRating, eraseSip].map((erase) =>
      gateway.others.reply(erase, async ({ dryRun }) => {
        expect(dryRun).toBe(true)
        return { removed: erase === eraseDevices ? { device: 12 } : {} }
      }),
    )
    await gateway.others.flush()
    const dry = await ask('DELETE', `/api/v1/tenants/${id}?dry_run=true`)
    expect(dry.status, dry.text).toBe(200)
    expect(dry.json).toMatchObject({
      applied: false,
      areas: expect.arrayContaining([{ area: 'devices', has: { device: 12 } }]),
    })
    expect((await ask('GET', `/api/v1/tenants/${id}`)).status).toBe(200)
    const stale = await ask('DELETE', `/api/v1/tenants/${id}?dry_run=true`, { headers: { 'if-match': '"1"' } })
    expect(stale.status).toBe(412)
    for (const one of answering) await one.close()
  })

  test('with others below them stay, and so does the root', async () => {
    const parent = await newTenant('Group')
    await newTenant('Branch', parent)
    expect((await ask('DELETE', `/api/v1/tenants/${parent}`)).json.code).toBe('in-use')
    expect((await ask('DELETE', `/api/v1/tenants/${rootTenantId}`)).json.code).toBe('not-deletable')
  })

  test('are put into an empty read model at the start', async () => {
    const bucket = gateway.others.bucket(tenantsBucket)
    const { json } = await ask('GET', '/api/v1/tenants')
    const before: string[] = json.items.map(({ id }: { id: string }) => id)
    await eventually(async () => expect((await bucket.keys()).sort()).toEqual(before.sort()))
    for (const key of before) await bucket.delete(key)
    await gateway.restart()
    await eventually(async () => expect((await bucket.keys()).sort()).toEqual(before.sort()))
  })

  test('that were removed come back with their tokens when the change is undone, and no hash is shown', async () => {
    const id = await newTenant('Short')
    const { text } = await newToken(id)
    await ask('DELETE', `/api/v1/tenants/${id}`)
    expect((await ask('GET', '/api/v1/tenants', { token: text })).status).toBe(401)
    const { json: list } = await ask('GET', '/api/v1/change-sets/access?limit=1')
    const path = `${accessChanges.get.rest?.path.replace('{id}', list.items[0].id)}`
    expect((await ask('GET', path)).text).toContain('********')

    const dry = await ask('POST', `${path}/undo?dry_run=true`)
    expect(dry.json).toMatchObject({ applied: false })
    expect((await ask('GET', `/api/v1/tenants/${id}`)).status).toBe(404)
    expect((await ask('POST', `${path}/undo`)).json).toMatchObject({ applied: true })
    expect((await ask('GET', `/api/v1/tenants/${id}`)).json.name).toBe('Short')
    expect((await ask('GET', '/api/v1/tenants', { token: text })).status).toBe(200)
    await eventually(async () => (await gateway.others.bucket(tenantsBucket).get(id)) !== undefined)
  })
})

describe('one tenant and another', () => {
  test('what is of another tenant is a 404, whether or not it exists', async () => {
    const [mine, other] = [await newTenant('mine'), await newTenant('other')]
    const { text: token } = await newToken(mine)
    const foreign = await newToken(other)
    const task = { ...tasksBucket.example.value, id: 'foreigntask', tenant: other }
    await gateway.others.bucket(tasksBucket).put(task.id, task)
    await eventually(async () => (await ask('GET', '/api/v1/tasks/foreigntask')).status === 200)
    await ask('PUT', `/api/v1/tenants/${other}`, { body: { name: 'other two' }, headers: { 'wazo-tenant': other } })
    const { json } = await ask('GET', '/api/v1/change-sets/access?limit=1', { headers: { 'wazo-tenant': other } })
    const change = json.items[0].id

    const requests: [string, string, AskBody?][] = [
      ['GET', `/api/v1/tenants/${other}`],
      ['GET', `/api/v1/tenants/${rootTenantId}`],
      ['PUT', `/api/v1/tenants/${other}`, { body: { name: 'stolen' } }],
      ['DELETE', `/api/v1/tenants/${other}`],
      ['POST', '/api/v1/tenants', { body: { name: 'below', parent: other } }],
      ['DELETE', `/api/v1/tokens/${foreign.id}`],
      ['GET', '/api/v1/tasks/foreigntask'],
      ['POST', '/api/v1/tasks/foreigntask/cancel'],
      ['GET', `/api/v1/change-sets/access/${change}`],
      ['POST', `/api/v1/change-sets/access/${change}/undo`],
      ['GET', '/api/v1/tenants', { headers: { 'wazo-tenant': other } }],
      ['GET', '/api/v1/tenants', { headers: { 'strowger-tenant': rootTenantId } }],
      ['GET', '/api/v1/tenants', { headers: { 'strowger-tenant': 'nowhere' } }],
    ]
    for (const [method, path, options] of requests) {
      const { status, json: problem } = await ask(method, path, { ...options, token })
      expect([method, path, status, problem.code]).toEqual([method, path, 404, 'not-found'])
    }
    for (const list of ['tenants', 'tokens', 'tasks', 'change-sets/access']) {
      const { status, text } = await ask('GET', `/api/v1/${list}${list === 'tenants' ? '' : '?recurse=true'}`, {
        token,
      })
      expect(status).toBe(200)
      expect(text).not.toContain(other)
      expect(text).not.toContain(foreign.id)
    }
  })

  test('a parent acts for the tenants below it by header', async () => {
    const parent = await newTenant('parent')
    const child = await newTenant('child', parent)
    const { text: token } = await newToken(parent)
    const { status, json } = await ask('GET', '/api/v1/tenants', { token, headers: { 'wazo-tenant': child } })
    expect(status).toBe(200)
    expect(json.items.map(({ id }: { id: string }) => id)).toEqual([child])
  })

  test('the role of the service reads no row without naming a tenant', async () => {
    const tables = ['tenant', 'user_account', 'token', 'token_use', 'change_set', 'row_change']
    for (const table of tables) {
      const rows = await executeAsAdmin(gateway.database.connection('gateway'), `select 1 from access.${table}`)
      expect([table, rows.length]).toEqual([table, 0])
    }
  })
})

interface AskBody {
  body?: unknown
  headers?: Record<string, string>
}

describe('tasks', () => {
  test('are listed without their input, and a running one is asked to stop', async () => {
    const bucket = gateway.others.bucket(tasksBucket)
    await bucket.put('running', { ...tasksBucket.example.value, id: 'running', input: { ids: ['a'] } })
    await bucket.put('ended', { ...tasksBucket.example.value, id: 'ended', state: 'done' })
    await eventually(async () => (await ask('GET', '/api/v1/tasks?state=done')).text.includes('ended'))
    expect((await ask('GET', '/api/v1/tasks')).text).not.toContain('ids')
    expect((await ask('POST', '/api/v1/tasks/running/cancel')).json).toMatchObject({ cancelRequested: true })
    expect((await bucket.get('running'))?.value).toMatchObject({ cancelRequested: true, input: { ids: ['a'] } })
    expect((await ask('POST', '/api/v1/tasks/ended/cancel')).status).toBe(409)
    expect((await ask('POST', '/api/v1/tasks/nothing/cancel')).status).toBe(404)
  })
})

describe('when others are away', () => {
  test('an operation whose owner is away is a 503 that says when to ask again', async () => {
    const { status, json, headers } = await ask('GET', '/api/v1/devices')
    expect([status, json.code]).toEqual([503, 'unavailable'])
    expect(headers.get('retry-after')).toBe('2')
  })

  test('without NATS operations are a 503, and all is well when it is back', async () => {
    await gateway.nats.kill()
    try {
      const { status, headers } = await ask('GET', '/api/v1/tenants')
      expect([503, 504]).toContain(status)
      expect(headers.get('retry-after')).toBe('2')
    } finally {
      await gateway.nats.restart()
    }
    await eventually(async () => (await ask('GET', '/api/v1/tenants')).status === 200, { timeoutMs: 15_000 })
  })

  test('a request is one line of the log: who, for whom, what, how long; never a token or a body', async () => {
    const { text } = await newToken(rootTenantId, { name: 'quiet' })
    await ask('POST', `/api/v1/tenants?x=${text}`, { token: text, body: { name: 'a secret name' } })
    await ask('GET', '/api/v1/tenants?search=secretsearch', { token: text })
    const lines = logged.filter(({ phrase, fields }) => phrase === 'request' && fields['actor'] === 'quiet')
    expect(lines).toHaveLength(2)
    expect(lines[1]?.fields).toMatchObject({
      method: 'GET',
      path: '/api/v1/tenants',
      tenant: rootTenantId,
      status: 200,
      durationMs: expect.any(Number),
    })
    const everything = JSON.stringify(logged)
    for (const secret of [text, bootstrapToken, adminPassword, 'a secret name', 'secretsearch']) {
      expect(everything).not.toContain(secret)
    }
  })
})
