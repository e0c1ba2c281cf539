import { catalogue, createDevice, devicesBucket, rootTenantId, serviceNames } from '@strowger/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminPassword, type RunningGateway, runGateway, standIn } from '../test/running-gateway.ts'
import { operationsOf, queryFields } from './rest/operation.ts'

let gateway: RunningGateway
let asked: ReturnType<typeof standIn>
const tokens: Record<string, string> = {}

async function newToken(permission: string, tenant?: string): Promise<string> {
  const answer = await gateway.ask('POST', '/api/v1/tokens', {
    body: { name: `for ${permission}`, permission },
    headers: tenant === undefined ? {} : { 'strowger-tenant': tenant },
  })
  expect(answer.status).toBe(201)
  return answer.json.text
}

beforeAll(async () => {
  gateway = await runGateway()
  asked = standIn(
    gateway.others,
    serviceNames.filter((name) => name !== 'gateway'),
  )
  for (const permission of ['read', 'write', 'admin']) tokens[permission] = await newToken(permission)
})
afterAll(() => gateway?.close())

/** Method and address of an operation, with its example in path and query, and its body. */
function exampleOf(operation: (typeof operations)[number]) {
  const input = operation.example.input as Record<string, unknown>
  const { method, path, body } = operation.rest
  const place = path.replaceAll(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(String(input[name])))
  const query = new URLSearchParams()
  for (const [name, field] of queryFields(operation)) {
    if (body === undefined && ['string', 'number', 'boolean'].includes(typeof input[field])) {
      query.set(name, String(input[field]))
    }
  }
  const url = query.size === 0 ? place : `${place}?${query}`
  return { method, url, ...(body === undefined ? {} : { body: input[body] }) }
}

const operations = operationsOf(catalogue.requests)
const named = operations.map((operation) => [`${operation.rest.method} ${operation.rest.path}`, operation] as const)

describe('every operation of the catalogue', () => {
  test.each(named)('%s is a 401 without a token and with a wrong one', async (_name, operation) => {
    const { method, url, ...rest } = exampleOf(operation)
    for (const token of [null, 'strowger_wrong']) {
      const { status, json, headers } = await gateway.ask(method, url, { ...rest, token })
      expect(status).toBe(401)
      expect(json.code).toBe('unauthenticated')
      expect(headers.get('content-type')).toBe('application/problem+json')
      expect(headers.get('www-authenticate')).toContain('Bearer')
    }
  })

  test.each(named.filter(([, { rest }]) => rest.permission !== 'read'))(
    '%s is a 403 with too small a permission',
    async (_name, operation) => {
      const { method, url, ...rest } = exampleOf(operation)
      for (const permission of operation.rest.permission === 'admin' ? ['read', 'write'] : ['read']) {
        const { status, json } = await gateway.ask(method, url, { ...rest, token: tokens[permission] ?? '' })
        expect(status).toBe(403)
        expect(json.code).toBe('forbidden')
      }
    },
  )

  test.each(named.filter(([, { owner }]) => owner !== 'gateway'))(
    '%s reaches its owner with its example, and answers what the owner answers',
    async (_name, operation) => {
      const { method, url, ...rest } = exampleOf(operation)
      const { status, json, text } = await gateway.ask(method, url, { ...rest, token: tokens['admin'] ?? '' })
      expect(status).toBe(operation.rest.success)
      if (status === 204) expect(text).toBe('')
      else expect(json).toEqual(JSON.parse(JSON.stringify(operation.example.output)))
      expect(asked.at(-1)).toMatchObject({
        subject: operation.subject,
        context: {
          tenant: rootTenantId,
          actor: { kind: 'person', name: 'for admin' },
          note: `${method} ${url.split('?', 1)[0]}`,
        },
      })
    },
  )

  test.each(named)('%s is a 400 for a query parameter it does not know, which is named', async (_name, operation) => {
    const { method, url, ...rest } = exampleOf(operation)
    const { status, json } = await gateway.ask(method, `${url}${url.includes('?') ? '&' : '?'}colour=red`, rest)
    expect(status).toBe(400)
    expect(json.fields[0].field).toBe('?colour')
  })
})

describe('what is wrong with a request is said, and where', () => {
  const long = 'x'.repeat(1_048_600)
  const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`
  const cases: [string, string, string, unknown, Record<string, string>, number, string][] = [
    ['a wrong type', 'POST', '/api/v1/devices', { mac: 7 }, {}, 400, '/mac'],
    ['an unknown field', 'POST', '/api/v1/devices', { mak: '001565123456' }, {}, 400, '/device/mak is not known'],
    ['a missing field', 'POST', '/api/v1/tenants', {}, {}, 400, '/tenant/name is missing'],
    ['a wrong choice', 'POST', '/api/v1/tokens', { name: 'a', permission: 'root' }, {}, 400, 'read, write, admin'],
    ['no body', 'POST', '/api/v1/devices', undefined, {}, 400, 'a JSON body is needed'],
    ['a body that is no object', 'POST', '/api/v1/devices', [], {}, 400, '/device'],
    ['an empty body', 'POST', '/api/v1/devices', ' ', {}, 400, ''],
    ['text that is not JSON', 'POST', '/api/v1/devices', '{"mac":\n "x",}', {}, 400, 'line 2, column 6'],
    ['JSON that ends too soon', 'POST', '/api/v1/devices', '{"mac"', {}, 400, 'not JSON'],
    ['deep nesting', 'POST', '/api/v1/devices', deep, {}, 400, 'nested'],
    ['a prototype', 'POST', '/api/v1/devices', '{"options":{"__proto__":{}}}', {}, 400, '__proto__'],
    ['a body over 1 MiB', 'POST', '/api/v1/devices', { description: long }, {}, 413, ''],
    ['a form', 'POST', '/api/v1/devices', 'mac=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, ''],
    ['plain text', 'POST', '/api/v1/devices', '{}', { 'content-type': 'text/plain' }, 415, ''],
    ['a number out of bounds', 'GET', '/api/v1/devices?limit=0', undefined, {}, 400, '/limit'],
    ['no number', 'GET', '/api/v1/devices?limit=ten', undefined, {}, 400, '/limit'],
    ['no boolean', 'GET', '/api/v1/devices?recurse=maybe', undefined, {}, 400, '/recurse'],
    ['a parameter twice', 'GET', '/api/v1/devices?limit=1&limit=2', undefined, {}, 400, 'is given twice'],
    ['an id with a wrong character', 'GET', '/api/v1/devices/%20', undefined, {}, 400, '/id'],
    ['a URL that cannot be decoded', 'GET', '/api/v1/devices/%zz', undefined, {}, 400, ''],
    ['a change set that is no number', 'GET', '/api/v1/change-sets/devices/x', undefined, {}, 400, '/id'],
    ['no revision', 'DELETE', '/api/v1/devices/a', undefined, { 'if-match': 'W/"x"' }, 400, 'If-Match'],
    ['If-Match where none is taken', 'DELETE', '/api/v1/tokens/a', undefined, { 'if-match': '"1"' }, 400, 'If-Match'],
    ['a dry run where none is', 'DELETE', '/api/v1/devices/a?dry_run=true', undefined, {}, 400, '?dry_run'],
    ['an unknown address', 'GET', '/api/v1/nothing', undefined, {}, 404, ''],
    ['an unknown method', 'PATCH', '/api/v1/devices', {}, {}, 405, 'GET, POST'],
    ['an unknown tenant', 'GET', '/api/v1/devices', undefined, { 'wazo-tenant': 'nowhere' }, 404, 'no such tenant'],
    ['two tenants', 'GET', '/api/v1/devices', undefined, { 'wazo-tenant': 'a', 'strowger-tenant': 'b' }, 400, 'differ'],
  ]
  test.each(cases)('%s', async (_what, method, path, body, headers, status, said) => {
    const answer = await gateway.ask(method, path, { headers, ...(body === undefined ? {} : { body }) })
    expect(answer.status, answer.text).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.json).toMatchObject({ status, title: expect.any(String), code: expect.any(String) })
    expect(answer.text).toContain(said)
  })

  test('all faults are told at once', async () => {
    const body = { mac: 7, ip: 1, colour: 'red' }
    const { json } = await gateway.ask('POST', '/api/v1/devices?limit=1', { body })
    const fields = json.fields.map(({ field }: { field: string }) => field)
    expect(fields).toEqual(expect.arrayContaining(['?limit', '/device/mac', '/device/ip', '/device/colour']))
  })

  test('name and password open nothing but the making of a token', async () => {
    const headers = { authorization: `Basic ${btoa(`admin:${adminPassword}`)}` }
    expect((await gateway.ask('GET', '/api/v1/devices', { token: null, headers })).status).toBe(401)
  })
})

describe('REST as the catalogue says', () => {
  test('what was read can be changed and sent back: fields that are only shown are left out', async () => {
    const { json } = await gateway.ask('GET', '/api/v1/devices/a')
    const { status } = await gateway.ask('PUT', '/api/v1/devices/a', { body: { ...json, description: 'Hall' } })
    expect(status).toBe(200)
    const { device } = (asked.at(-1)?.input ?? {}) as { device: object }
    expect(device).toMatchObject({ description: 'Hall' })
    expect(Object.keys(device)).not.toContain('revision')
  })

  test('revision, dry run and numbers reach the input in their types', async () => {
    await gateway.ask('DELETE', '/api/v1/configs/base?dry_run=true', { headers: { 'if-match': '"12"' } })
    expect(asked.at(-1)?.input).toEqual({ id: 'base', ifRevision: 12, dryRun: true })
    await gateway.ask('GET', '/api/v1/devices?limit=20&isNew=true&search=12')
    expect(asked.at(-1)?.input).toEqual({ limit: 20, isNew: true, search: '12' })
  })

  test('an answer carries its revision as ETag, and a new object its address', async () => {
    const read = await gateway.ask('GET', '/api/v1/devices/a')
    expect(read.headers.get('etag')).toBe('"7"')
    const made = await gateway.ask('POST', '/api/v1/devices', { body: createDevice.example.input.device })
    expect(made.headers.get('location')).toBe(`/api/v1/devices/${devicesBucket.example.key}`)
    const config = await gateway.ask('PATCH', '/api/v1/configs/base', { body: { set: {} } })
    expect(config.headers.get('etag')).toBe('"12"')
  })

  test('an operation without body takes an empty one, whatever type is named', async () => {
    const headers = { 'content-type': 'application/json' }
    const { status, text } = await gateway.ask('POST', '/api/v1/change-sets/devices/17/undo', { headers, body: '' })
    expect(status, text).toBe(200)
  })

  test('a note in words goes to the owner instead of method and path', async () => {
    const note = Buffer.from('Für Zimmer 12').toString('latin1')
    await gateway.ask('GET', '/api/v1/devices', { headers: { 'strowger-note': note } })
    expect(asked.at(-1)?.context).toMatchObject({ note: 'Für Zimmer 12' })
  })

  test('a browser finds the operations at the root, and OpenAPI lists each of them', async () => {
    const page = await gateway.ask('GET', '/', { token: null })
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.text).toContain('/api/v1/events')
    const { json } = await gateway.ask('GET', '/api/v1/openapi.json', { token: null })
    for (const { rest } of operations) {
      expect(json.paths[rest.path][rest.method.toLowerCase()].responses).toHaveProperty(String(rest.success))
      expect(page.text).toContain(rest.path)
    }
  })
})
