import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createHttpPipeline } from '@strowger/asterisk'
import { createClock, silentLog } from '@strowger/service'
import { eventually, prepareAsterisk, type RunningAsterisk, sipp, startAsterisk } from '@strowger/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { addressOf } from '../../test/asterisk-address.ts'
import { object, phone } from '../../test/objects.ts'
import type { ApplyOutcome } from '../desired-object.ts'
import { createDesiredState, type DesiredState } from '../desired-state.ts'
import { type AsteriskWorker, createAsteriskWorker } from './asterisk-worker.ts'
import { memoryWriters } from './memory-profile.ts'
import type { Key } from './object-writer.ts'

const because = prepareAsterisk()
if (because !== undefined) console.warn(`A REAL ASTERISK: SKIPPED, ${because}`)

let asterisk: RunningAsterisk
const workers: AsteriskWorker[] = []
const dialplan = '[phones]\nexten => _X.,1,Hangup()\n'

beforeAll(async () => {
  if (because === undefined) asterisk = await startAsterisk({ dialplan })
})
afterAll(() => asterisk?.close())
afterEach(() => {
  for (const worker of workers.splice(0)) worker.close()
})

function workFor(desired: DesiredState, former: readonly Key[] = []) {
  const outcomes: ApplyOutcome[] = []
  const worker = createAsteriskWorker({
    isKnown: Promise.resolve(),
    former: () => former,
    address: addressOf(asterisk),
    desired,
    states: { record: (some) => outcomes.push(...some) },
    writersFor: memoryWriters,
    driftCheckMs: 3_600_000,
    clock: createClock(),
    log: silentLog(),
  })
  workers.push(worker)
  const isSettled = () => {
    const status = worker.status()
    if (status.connected && status.waiting === 0) return true
    throw new Error(`not settled: ${JSON.stringify(status)}`)
  }
  return { worker, outcomes, settled: () => eventually(isSettled, { timeoutMs: 15_000 }) }
}

function state(...phones: [string, string][]): DesiredState {
  const desired = createDesiredState()
  desired.update(phones.map(([id, password]) => [id, { asteriskId: 'one', objects: phone(id, password) }]))
  return desired
}

let phonePort = 41_000
const register = (id: string, password: string) =>
  sipp({
    scenario: 'register',
    sipPort: asterisk.sipPort,
    port: phonePort++,
    service: id,
    username: id,
    password,
    variables: { expires: '300' },
  })
const lastResponse = async (id: string, password: string) =>
  (await register(id, password)).lines.filter((line) => line.startsWith('SIP/2.0')).at(-1)
async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

const contacts = () => asterisk.cli('pjsip list contacts')
const show = (what: string) => asterisk.cli(`pjsip show ${what}`)
const reloads = () => asterisk.log().match(/Reloading module/g)?.length ?? 0

/** What somebody else does to Asterisk’s objects. */
async function meddle(method: 'GET' | 'PUT' | 'DELETE', path: string, fields: Readonly<Record<string, string>> = {}) {
  const pipeline = createHttpPipeline({
    host: '127.0.0.1',
    port: asterisk.ariPort,
    username: 'strowger',
    password: asterisk.secret,
    clock: createClock(),
  })
  const list = Object.entries(fields).map(([attribute, value]) => ({ attribute, value }))
  const body = method === 'PUT' ? { body: JSON.stringify({ fields: list }) } : {}
  const answer = await pipeline.request({ method, path: `/ari/asterisk/config/dynamic/res_pjsip/${path}`, ...body })
  pipeline.close()
  return answer
}

describe.skipIf(because !== undefined)('a worker and a real Asterisk', () => {
  it('lets a phone register, and with a new password only with that one, its contact kept and no module reloaded', async () => {
    const desired = state(['2001', 'first'])
    const { settled, outcomes } = workFor(desired)
    await settled()
    expect(await lastResponse('2001', 'first')).toContain('200 OK')
    const before = contacts()
    expect(before).toContain('2001/sip:2001@127.0.0.1')
    desired.update([['2001', { asteriskId: 'one', objects: phone('2001', 'second') }]])
    await settled()
    expect(await lastResponse('2001', 'first')).toContain('401')
    expect(contacts()).toContain('2001/sip:2001@127.0.0.1')
    expect(await lastResponse('2001', 'second')).toContain('200 OK')
    expect(reloads()).toBe(0)
    expect(outcomes.filter(({ state: how }) => how === 'failed')).toEqual([])
  })

  it('lets a phone register of whose password only a digest is known, and with another digest only with that one', async () => {
    const digest = (password: string) => `MD5:${createHash('md5').update(`2002:asterisk:${password}`).digest('hex')}`
    const objects = (password: string) => [
      object('auth', '2002', [
        ['auth_type', 'digest'],
        ['username', '2002'],
        ['realm', 'asterisk'],
        ['password_digest', digest(password)],
      ]),
      ...phone('2002', '').filter(({ type }) => type !== 'auth'),
    ]
    const desired = createDesiredState()
    desired.update([['2002', { asteriskId: 'one', objects: objects('first') }]])
    const { settled } = workFor(desired)
    await settled()
    expect(await lastResponse('2002', 'first')).toContain('200 OK')
    desired.update([['2002', { asteriskId: 'one', objects: objects('second') }]])
    await settled()
    expect(await lastResponse('2002', 'first')).toContain('401')
    expect(await lastResponse('2002', 'second')).toContain('200 OK')
  })

  it('knows a domain by its other names', async () => {
    const desired = createDesiredState()
    const alias = (domain: string) => ({
      asteriskId: undefined,
      objects: [object('domain_alias', 'old.example', [['domain', domain]])],
    })
    desired.update([['aliases', alias('pbx.example')]])
    const { settled, outcomes } = workFor(desired)
    await settled()
    const read = async () => (await meddle('GET', 'domain_alias/old.example')).body
    expect(await read()).toContain('pbx.example')
    desired.update([['aliases', alias('new.example')]])
    await settled()
    expect(await read()).toContain('new.example')
    desired.update([['aliases', undefined]])
    await settled()
    expect((await meddle('GET', 'domain_alias/old.example')).status).toBe(404)
    expect(outcomes.filter(({ state: how }) => how === 'failed')).toEqual([])
    expect(reloads()).toBe(0)
  })

  it('sets an option that nobody sets any more back to what Asterisk does by itself', async () => {
    const desired = createDesiredState()
    const objects = (qualify: [string, string][]) => [object('aor', 'q1', [['max_contacts', '3'], ...qualify])]
    desired.update([['q1', { asteriskId: 'one', objects: objects([['qualify_frequency', '77']]) }]])
    const { settled } = workFor(desired)
    await settled()
    expect(show('aor q1')).toMatch(/qualify_frequency\s+: 77/)
    desired.update([['q1', { asteriskId: 'one', objects: objects([]) }]])
    await settled()
    expect(show('aor q1')).toMatch(/qualify_frequency\s+: 0/)
    expect(show('aor q1')).toMatch(/max_contacts\s+: 3/)
  })

  it('brings everything back after Asterisk was killed, and says when', async () => {
    const desired = state(
      ...Array.from({ length: 50 }, (_, number): [string, string] => [`30${number + 10}`, 'secret']),
    )
    const { worker, settled } = workFor(desired)
    await settled()
    await asterisk.restart()
    await settled()
    expect(worker.status().fullPushes).toBeGreaterThanOrEqual(2)
    expect(await lastResponse('3042', 'secret')).toContain('200 OK')
  })

  it('finds what Asterisk has when the service comes back: changes only what differs, takes away what is not wanted', async () => {
    const first = workFor(state(['4001', 'a'], ['4002', 'b'], ['4003', 'c']))
    await first.settled()
    await meddle('PUT', 'endpoint/foreign', { context: 'phones', allow: 'ulaw' })
    first.worker.close()
    const second = workFor(state(['4001', 'a'], ['4002', 'changed']))
    await second.settled()
    const written = second.outcomes.filter(({ object: { id } }) => id === '4001')
    expect(written).toHaveLength(3)
    expect((await register('4002', 'changed')).succeeded).toBe(true)
    expect(show('endpoints')).not.toContain('4003')
    expect(show('aors')).not.toContain('4003')
    expect(show('endpoints')).toContain('foreign')
  })

  it('finds and repairs what others changed, and says what it was', async () => {
    const { worker, settled } = workFor(state(['5001', 'a'], ['5002', 'b'], ['5003', 'c']))
    await settled()
    expect((await worker.check()).differences).toEqual([])
    await meddle('PUT', 'auth/5001', { password: 'theirs' })
    await meddle('DELETE', 'endpoint/5002')
    await meddle('PUT', 'aor/stray', { max_contacts: '1', '@strowger': 'ours-from-before' })
    const { differences } = await worker.check()
    expect(differences).toEqual(
      expect.arrayContaining([
        { object: 'auth/5001', what: 'changed' },
        { object: 'endpoint/5002', what: 'missing' },
        { object: 'aor/stray', what: 'not wanted' },
      ]),
    )
    expect(differences).toHaveLength(3)
    await settled()
    expect((await worker.check()).differences).toEqual([])
    expect((await register('5001', 'a')).succeeded).toBe(true)
    expect((await register('5002', 'b')).succeeded).toBe(true)
  })

  it('says on the configuration what Asterisk refused, keeps what it had, and goes on with the others', async () => {
    const desired = state(['6001', 'a'], ['6002', 'b'])
    const { outcomes, settled, worker } = workFor(desired)
    await settled()
    const [auth, aor] = phone('6001', 'a')
    const bad = object(
      'endpoint',
      '6001',
      [
        ['context', 'phones'],
        ['dtmf_mode', 'shouted'],
      ],
      'the-template',
    )
    desired.update([
      ['6001', { asteriskId: 'one', objects: [auth, aor, bad].filter((each) => each !== undefined) }],
      ['6002', { asteriskId: 'one', objects: phone('6002', 'changed') }],
    ])
    await eventually(() => outcomes.some(({ state: how }) => how === 'failed'))
    const failure = outcomes.find(({ state: how }) => how === 'failed')
    expect(failure).toMatchObject({ object: { configuration: 'the-template', id: '6001' } })
    expect(failure?.reason).toContain('Asterisk refused endpoint 6001')
    expect((await register('6001', 'a')).succeeded).toBe(true)
    expect((await register('6002', 'changed')).succeeded).toBe(true)
    expect(worker.status()).toMatchObject({ failed: 1, waiting: 1 })
  })

  it('says that a changed transport waits for a restart of Asterisk, and that one of its own file is another’s to change', async () => {
    const desired = createDesiredState()
    const transport = (id: string, bind: string) => ({
      asteriskId: 'one',
      objects: [
        object('transport', id, [
          ['protocol', 'udp'],
          ['bind', bind],
        ]),
      ],
    })
    const [first, second] = [await freeUdpPort(), await freeUdpPort()]
    desired.update([
      ['extra', transport('extra', `127.0.0.1:${first}`)],
      ['transport-udp', transport('transport-udp', '0.0.0.0:5060')],
    ])
    const { settled, outcomes } = workFor(desired)
    await settled()
    const lastOf = (id: string) => outcomes.findLast((outcome) => outcome.object.id === id)
    expect(lastOf('extra')?.state).toBe('applied')
    expect(lastOf('transport-udp')).toMatchObject({ state: 'waiting' })
    expect(lastOf('transport-udp')?.reason).toContain('its own pjsip.conf, with another bind')
    desired.update([['extra', transport('extra', `127.0.0.1:${second}`)]])
    await settled()
    expect(lastOf('extra')).toMatchObject({ state: 'waiting' })
    expect(lastOf('extra')?.reason).toContain('the old bind until it is restarted')
    expect(show('transport extra')).toContain(`127.0.0.1:${first}`)
    await asterisk.restart()
    await eventually(() => lastOf('extra')?.state === 'applied')
    expect(show('transport extra')).toContain(`127.0.0.1:${second}`)
  })

  it('compares right after hundreds of endpoints were made anew, and Asterisk lives; finds an endpoint that stands alone', async () => {
    const names = Array.from({ length: 400 }, (_, number) => `70${number + 100}`)
    const all = (password: string, context: string) =>
      names.map(
        (id) => [id, { asteriskId: 'one', objects: phone(id, password, [['message_context', context]]) }] as const,
      )
    const desired = createDesiredState()
    desired.update(all('a', 'phones'))
    const { worker, settled } = workFor(desired, [{ type: 'endpoint', id: 'alone' }])
    await settled()
    const { pid } = asterisk
    desired.update(all('a', 'others'), { isMass: true, hasMore: true })
    desired.update([], { isMass: true, hasMore: false })
    await settled()
    await meddle('PUT', 'endpoint/alone', { context: 'phones', allow: 'ulaw', '@strowger': 'from-before' })
    const report = await worker.check('somebody')
    expect(report).toMatchObject({ task: 'somebody', differences: [{ object: 'endpoint/alone', what: 'not wanted' }] })
    expect(report.compared).toBe(3 * names.length)
    await settled()
    expect((await worker.check()).differences).toEqual([])
    expect(asterisk.pid).toBe(pid)
    expect((await register('70250', 'a')).succeeded).toBe(true)
  })
})
