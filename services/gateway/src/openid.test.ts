import { afterAll, beforeAll, expect, test } from 'vitest'
import { logInAtCommandLine } from '../test/command-line.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../test/openid-provider.ts'
import { type RunningGateway, runGateway } from '../test/running-gateway.ts'

let provider: OpenIdProvider
let gateway: RunningGateway
// What browsers call us; the test goes to where we listen instead.
const origin = 'http://pbx.test'
beforeAll(async () => {
  provider = await startOpenIdProvider(`${origin}/api/v1/sign-in/callback`)
  gateway = await runGateway({
    settings: {
      OPENID_ISSUER: provider.issuer,
      OPENID_CLIENT_ID: provider.clientId,
      OPENID_CLIENT_SECRET: provider.clientSecret,
      GATEWAY_URL: origin,
    },
  })
})
afterAll(async () => {
  await gateway?.close()
  await provider?.close()
})

const get = (path: string, cookie = '') =>
  fetch(gateway.address + path, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } })

/** From the first redirect to the answer of the callback, as a browser goes. */
async function signIn(person: string, change: { cookie?: (text: string) => string; url?: (url: URL) => URL } = {}) {
  const begun = await get('/api/v1/sign-in?return_to=/console')
  expect(begun.status).toBe(302)
  const [cookie = ''] = (begun.headers.get('set-cookie') ?? '').split(';')
  expect(begun.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/)
  const back = await provider.signIn(begun.headers.get('location') ?? '', person)
  expect(back.origin).toBe(origin)
  const url = change.url?.(back) ?? back
  const ended = await get(url.pathname + url.search, change.cookie?.(cookie) ?? cookie)
  return { status: ended.status, location: ended.headers.get('location') ?? '', text: await ended.text(), back, cookie }
}

const codeIn = (location: string) => location.split('#sign-in=')[1] ?? ''
const openSession = (code: string) =>
  gateway.ask('POST', '/api/v1/sessions', { token: null, headers: { authorization: `Bearer ${code}` } })

test('a user without password signs in with the provider, and has a session of its own permission', async () => {
  const { json: user } = await gateway.ask('POST', '/api/v1/users', {
    body: { login: 'marie@example.com', permission: 'write' },
  })
  const { status, location } = await signIn('marie')
  expect([status, location.split('#')[0]]).toEqual([303, '/console'])
  const opened = await openSession(codeIn(location))
  expect(opened.json, opened.text).toMatchObject({ login: 'marie@example.com', via: 'openid', permission: 'write' })
  const me = await gateway.ask('GET', '/api/v1/sessions/current', { token: opened.json.text })
  expect(me.json).toMatchObject({ actor: 'marie@example.com', user: user.id, kind: 'session' })
  expect((await gateway.ask('GET', `/api/v1/users/${user.id}`)).json).toMatchObject({
    openid: true,
    hasPassword: false,
  })
  const { json: told } = await gateway.ask('GET', '/api/v1/audit?operation=sessions&limit=5')
  expect(told.items.map(({ operation }: { operation: string }) => operation)).toEqual([
    'sessions.create',
    'sessions.sign-in',
  ])
})

test('the code of a sign-in opens one session, once, and nothing else', async () => {
  const { location } = await signIn('marie')
  const code = codeIn(location)
  expect((await gateway.ask('GET', '/api/v1/devices', { token: code })).status).toBe(401)
  expect((await openSession(code)).status).toBe(201)
  expect((await openSession(code)).status).toBe(401)
})

test.each([
  ['another browser', { cookie: () => '' }],
  ['a cookie that was made up', { cookie: () => 'strowger-sign-in=AAAABBBBCCCC' }],
  ['another state', { url: (url: URL) => new URL(url.href.replace(/state=[^&]+/, 'state=other')) }],
  ['a made-up code of the provider', { url: (url: URL) => new URL(url.href.replace(/code=[^&]+/, 'code=other')) }],
])('%s is refused', async (_what, change) => {
  const { status, text } = await signIn('marie', change)
  expect([status, JSON.parse(text).code]).toEqual([401, 'unauthenticated'])
})

test.each([
  ['a person who is no user here', 'nobody'],
  ['a person whose address the provider has not verified', 'unproven'],
  ['a person with the name of a user who has a password', 'admin'],
])('%s is refused', async (_what, person) => {
  const { status, text } = await signIn(person)
  expect([status, JSON.parse(text).code]).toEqual([403, 'forbidden'])
})

test('a user who is not enabled any more does not sign in', async () => {
  const { json } = await gateway.ask('GET', '/api/v1/users?search=marie')
  const [{ id, login }] = json.items
  await gateway.ask('PUT', `/api/v1/users/${id}`, { body: { login, permission: 'write', enabled: false } })
  expect((await signIn('marie')).status).toBe(403)
})

test('a command line signs in by a browser of its machine, and has the session of that person', async () => {
  await gateway.ask('POST', '/api/v1/users', { body: { login: 'paul@example.com', permission: 'read' } })
  const { code, out, kept } = await logInAtCommandLine(gateway.address, async (address) => {
    const begun = await get(address.pathname + address.search)
    const [cookie = ''] = (begun.headers.get('set-cookie') ?? '').split(';')
    const back = await provider.signIn(begun.headers.get('location') ?? '', 'paul')
    const ended = await get(back.pathname + back.search, cookie)
    return new URL(ended.headers.get('location') ?? '')
  })
  expect([code, out]).toEqual([0, expect.stringContaining('as paul@example.com (read)')])
  const me = await gateway.ask('GET', '/api/v1/sessions/current', { token: kept.token })
  expect(me.json).toMatchObject({ actor: 'paul@example.com', kind: 'session', permission: 'read' })
})

test('a browser is sent back to us or to a program on its own machine, nowhere else', async () => {
  for (const wanted of [
    '//evil.example',
    'https://evil.example/',
    '/\\evil.example',
    'http://127.0.0.1.evil.example:1/',
  ]) {
    expect((await get(`/api/v1/sign-in?return_to=${encodeURIComponent(wanted)}`)).status).toBe(400)
  }
  expect((await get('/api/v1/sign-in?return_to=http://127.0.0.1:7777/done')).status).toBe(302)
})
