import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, runGateway } from '../test/running-gateway.ts'

let gateway: RunningGateway
let ask: RunningGateway['ask']
beforeAll(async () => {
  gateway = await runGateway()
  ask = gateway.ask
})
afterAll(() => gateway?.close())

const password = 'four words are long'
const basic = (login: string, secret: string) => ({ authorization: `Basic ${btoa(`${login}:${secret}`)}` })
let count = 0
const newLogin = () => `user${++count}`

async function newUser(user: object = {}, tenant?: string): Promise<{ id: string; login: string; revision: number }> {
  const { status, json, text } = await ask('POST', '/api/v1/users', {
    body: { login: newLogin(), password, ...user },
    headers: tenant === undefined ? {} : { 'strowger-tenant': tenant },
  })
  expect(status, text).toBe(201)
  return json
}

const openSession = (login: string, secret = password) =>
  ask('POST', '/api/v1/sessions', { token: null, headers: basic(login, secret) })

async function session(login: string): Promise<string> {
  const { status, json, text } = await openSession(login)
  expect(status, text).toBe(201)
  return json.text
}

describe('users', () => {
  test('a user is added, found by a search, changed and removed; no answer shows a password or its hash', async () => {
    const user = await newUser({ name: 'Marie Dupont', permission: 'write' })
    const found = await ask('GET', '/api/v1/users?search=dupont&order=name&direction=desc&limit=1')
    expect(found.json).toMatchObject({ total: 1, items: [{ id: user.id, permission: 'write', hasPassword: true }] })
    const put = await ask('PUT', `/api/v1/users/${user.id}`, {
      body: { ...found.json.items[0], email: 'marie@example.com' },
      headers: { 'if-match': `"${user.revision}"` },
    })
    expect(put.json, put.text).toMatchObject({ email: 'marie@example.com', permission: 'write' })
    const stale = await ask('DELETE', `/api/v1/users/${user.id}`, { headers: { 'if-match': `"${user.revision}"` } })
    expect(stale.status).toBe(412)
    expect((await ask('DELETE', `/api/v1/users/${user.id}`)).status).toBe(204)
    expect((await ask('GET', `/api/v1/users/${user.id}`)).status).toBe(404)
    const { text } = await ask('GET', '/api/v1/change-sets/access?limit=1000')
    for (const shown of [found.text, put.text, text]) expect(shown).not.toMatch(/argon2|four words/)
  })

  test('a log-in is given once in the installation', async () => {
    const { login } = await newUser()
    const again = await ask('POST', '/api/v1/users', { body: { login } })
    expect([again.status, again.json.code]).toEqual([409, 'conflict'])
  })

  test('one that is not enabled opens nothing any more, with whatever it had', async () => {
    const { id, login } = await newUser({ permission: 'admin' })
    const opened = await session(login)
    const token = await ask('POST', '/api/v1/tokens', {
      token: null,
      headers: basic(login, password),
      body: { name: 'x' },
    })
    expect((await ask('GET', '/api/v1/tenants', { token: token.json.text })).status).toBe(200)
    await ask('PUT', `/api/v1/users/${id}`, { body: { login, permission: 'admin', enabled: false } })
    expect((await ask('GET', '/api/v1/tenants', { token: opened })).status).toBe(401)
    expect((await ask('GET', '/api/v1/tenants', { token: token.json.text })).status).toBe(401)
    expect((await openSession(login)).status).toBe(401)
  })

  test('what a user may do changes for its tokens and sessions at once', async () => {
    const { id, login } = await newUser({ permission: 'admin' })
    const opened = await session(login)
    expect((await ask('GET', '/api/v1/users', { token: opened })).status).toBe(200)
    await ask('PUT', `/api/v1/users/${id}`, { body: { login, permission: 'read' } })
    expect((await ask('GET', '/api/v1/users', { token: opened })).status).toBe(403)
  })
})

describe('passwords', () => {
  test('an administrator sets one, which ends the sessions of the user', async () => {
    const { id, login } = await newUser()
    const opened = await session(login)
    const set = await ask('PUT', `/api/v1/users/${id}/password`, { body: { password: 'another one entirely' } })
    expect(set.status, set.text).toBe(204)
    expect((await ask('GET', '/api/v1/sessions/current', { token: opened })).status).toBe(401)
    expect((await openSession(login)).status).toBe(401)
    expect((await openSession(login, 'another one entirely')).status).toBe(201)
  })

  test('one is not set on a user that somebody changed meanwhile', async () => {
    const { id, login, revision } = await newUser()
    await ask('PUT', `/api/v1/users/${id}`, { body: { login, name: 'Renamed' } })
    const set = await ask('PUT', `/api/v1/users/${id}/password`, {
      body: { password: 'another one entirely' },
      headers: { 'if-match': `"${revision}"` },
    })
    expect([set.status, set.json.code]).toEqual([412, 'stale-revision'])
    expect((await openSession(login)).status).toBe(201)
  })

  test('a user changes its own with the present one; its other sessions end', async () => {
    const { login } = await newUser()
    const [here, elsewhere] = [await session(login), await session(login)]
    const change = (present: string) =>
      ask('PUT', '/api/v1/sessions/current/password', {
        token: here,
        body: { present, password: 'new words, all new' },
      })
    expect((await change('a guess')).status).toBe(403)
    expect((await change(password)).status).toBe(204)
    expect((await ask('GET', '/api/v1/sessions/current', { token: here })).status).toBe(200)
    expect((await ask('GET', '/api/v1/sessions/current', { token: elsewhere })).status).toBe(401)
    expect((await openSession(login, 'new words, all new')).status).toBe(201)
  })

  test('a token that acts for no user has no password', async () => {
    const body = { present: 'x', password: 'new words, all new' }
    expect((await ask('PUT', '/api/v1/sessions/current/password', { body })).status).toBe(403)
  })
})

describe('roles and scopes', () => {
  test('a role is tried first: who has it is told, nothing is changed, and an old revision is refused', async () => {
    const { json: role } = await ask('POST', '/api/v1/roles', { body: { name: 'tried', permission: 'read' } })
    const { id, login } = await newUser({ role: role.id })
    const dry = await ask('PUT', `/api/v1/roles/${role.id}?dry_run=true`, {
      body: { name: 'tried', permission: 'write' },
      headers: { 'if-match': `"${role.revision}"` },
    })
    expect(dry.json, dry.text).toMatchObject({ applied: false, permission: 'write', users: 1 })
    expect((await ask('GET', `/api/v1/roles/${role.id}`)).json).toMatchObject({ permission: 'read', users: 1 })
    const stale = await ask('PUT', `/api/v1/roles/${role.id}?dry_run=true`, {
      body: { name: 'tried', permission: 'write' },
      headers: { 'if-match': '"1"' },
    })
    expect(stale.status).toBe(412)
    await ask('PUT', `/api/v1/users/${id}`, { body: { login, permission: 'read' } })
  })

  async function newRole(role: object): Promise<string> {
    const { status, json, text } = await ask('POST', '/api/v1/roles', { body: { name: `role ${++count}`, ...role } })
    expect(status, text).toBe(201)
    return json.id
  }

  test('a role allows what its permission and its scopes allow together, and a change of it holds at once', async () => {
    const role = await newRole({ name: 'Tenants only', permission: 'admin', scopes: ['tenants:*', 'sessions:read'] })
    const { login } = await newUser({ role })
    const token = await session(login)
    expect((await ask('GET', '/api/v1/tenants', { token })).status).toBe(200)
    const refused = await ask('GET', '/api/v1/tokens', { token })
    expect([refused.status, refused.json.detail]).toEqual([403, 'This needs the scope tokens:read'])
    await ask('PUT', `/api/v1/roles/${role}`, {
      body: { name: 'Tokens, too', permission: 'admin', scopes: ['*:read'] },
    })
    expect((await ask('GET', '/api/v1/tokens', { token })).status).toBe(200)
    const listed = await ask('GET', '/api/v1/roles?search=tokens')
    expect(listed.json).toMatchObject({ total: 1, items: [{ id: role, users: 1 }] })
  })

  test('a role that users have is not removed', async () => {
    const role = await newRole({ permission: 'read' })
    const { id } = await newUser({ role })
    const refused = await ask('DELETE', `/api/v1/roles/${role}`)
    expect([refused.status, refused.json.code]).toEqual([409, 'in-use'])
    await ask('DELETE', `/api/v1/users/${id}`)
    expect((await ask('DELETE', `/api/v1/roles/${role}`)).status).toBe(204)
  })

  test('a role of another tenant, or none, cannot be given', async () => {
    const { json: tenant } = await ask('POST', '/api/v1/tenants', { body: { name: 'with roles' } })
    const { json: role } = await ask('POST', '/api/v1/roles', {
      body: { name: 'theirs', permission: 'read' },
      headers: { 'strowger-tenant': tenant.id },
    })
    for (const given of [role.id, 'none']) {
      const { status, json } = await ask('POST', '/api/v1/users', { body: { login: newLogin(), role: given } })
      expect([status, json.fields]).toEqual([400, [{ field: '/user/role', problem: expect.any(String) }]])
    }
  })

  test('nobody hands on more than they have: neither by tokens nor by users nor by roles', async () => {
    const scopes = ['tokens:*', 'users:*', 'roles:*', 'change-sets:*', 'tenants:read']
    const { json: made } = await ask('POST', '/api/v1/tokens', {
      body: { name: 'limited', permission: 'admin', scopes },
    })
    const token = made.text
    const admin = await newUser({ permission: 'admin' })
    const attempts: [string, string, object | undefined][] = [
      ['POST', '/api/v1/tokens', { name: 'more', permission: 'admin' }],
      ['POST', '/api/v1/tokens', { name: 'more', permission: 'admin', scopes: ['devices:read'] }],
      ['POST', '/api/v1/users', { login: newLogin(), permission: 'admin' }],
      ['POST', '/api/v1/roles', { name: 'more', permission: 'read' }],
      ['POST', '/api/v1/roles', { name: 'more', permission: 'read', scopes: ['*:read'] }],
      ['PUT', `/api/v1/users/${admin.id}/password`, { password: 'mine now, I hope' }],
      ['DELETE', `/api/v1/users/${admin.id}`, undefined],
    ]
    for (const [method, path, body] of attempts) {
      const { status, json } = await ask(method, path, { token, ...(body === undefined ? {} : { body }) })
      expect([method, path, status, json?.code]).toEqual([method, path, 403, 'forbidden'])
    }
    const { json: changes } = await ask('GET', '/api/v1/change-sets/access?limit=1')
    expect((await ask('POST', `/api/v1/change-sets/access/${changes.items[0].id}/undo`, { token })).status).toBe(403)
    const less = await ask('POST', '/api/v1/tokens', {
      token,
      body: { name: 'less', permission: 'read', scopes: ['tenants:read'] },
    })
    expect(less.status, less.text).toBe(201)
  })
})

describe('sessions', () => {
  test('a log-in is listed with where it came from, and ended by a log-out', async () => {
    const { login } = await newUser()
    const token = await session(login)
    expect(token).toMatch(/^strowger-session_/)
    const { json: me } = await ask('GET', '/api/v1/sessions/current', { token })
    expect(me).toMatchObject({ actor: login, kind: 'session', permission: 'read', tenant: { name: 'root' } })
    const { json: own } = await ask('GET', '/api/v1/sessions', { token })
    expect(own).toMatchObject({ total: 1, items: [{ login, via: 'password', address: '127.0.0.1', current: true }] })
    expect((await ask('DELETE', '/api/v1/sessions/current', { token })).status).toBe(204)
    expect((await ask('GET', '/api/v1/sessions/current', { token })).status).toBe(401)
  })

  test('one sees and ends one’s own; an administrator those of all', async () => {
    const [one, other] = [await newUser(), await newUser()]
    const [mine, theirs] = [await session(one.login), await session(other.login)]
    const { json: listed } = await ask('GET', `/api/v1/sessions?user=${other.id}`)
    const [{ id }] = listed.items
    expect((await ask('DELETE', `/api/v1/sessions/${id}`, { token: mine })).status).toBe(404)
    expect((await ask('GET', '/api/v1/sessions', { token: mine })).json.total).toBe(1)
    expect((await ask('DELETE', `/api/v1/sessions/${id}`)).status).toBe(204)
    expect((await ask('GET', '/api/v1/sessions/current', { token: theirs })).status).toBe(401)
  })

  test('one that is not used ends, and one that is used ends in the end', async () => {
    const { login } = await newUser()
    const [idle, old] = [await session(login), await session(login)]
    await gateway.database.sql(`update access.session set used_at = now() - interval '13 hours' where id =
      (select id from access.session order by created_at desc offset 1 limit 1)`)
    await gateway.database.sql(`update access.session set expires_at = now() where id =
      (select id from access.session order by created_at desc limit 1)`)
    for (const token of [idle, old]) expect((await ask('GET', '/api/v1/sessions/current', { token })).status).toBe(401)
  })

  test('a token opens no session', async () => {
    expect((await ask('POST', '/api/v1/sessions')).status).toBe(403)
  })
})
