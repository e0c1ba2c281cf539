import { readFileSync } from 'node:fs'
import { pjsipOptions } from '@strowger/asterisk'
import { connectionFromUrl, createDatabase, type Database, executeAsAdmin } from '@strowger/database'
import { createClock, silentLog } from '@strowger/service'
import {
  eventually,
  prepareAsterisk,
  type RunningAsterisk,
  sipp,
  startAsterisk,
  startTestPostgres,
  type TestPostgres,
} from '@strowger/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { addressOf } from '../../test/asterisk-address.ts'
import { object, phone } from '../../test/objects.ts'
import { createDesiredState, type DesiredState } from '../desired-state.ts'
import { createRealtimeRows, realtimeTables } from '../store/realtime-rows.ts'
import type { SipSchema } from '../store/tables.ts'
import { type AsteriskWorker, createAsteriskWorker } from './asterisk-worker.ts'
import { realtimeWriters } from './realtime-profile.ts'

const because = prepareAsterisk()
if (because !== undefined) console.warn(`A REAL ASTERISK: SKIPPED, ${because}`)

let postgres: TestPostgres
let database: Database<SipSchema>
let asterisk: RunningAsterisk
const workers: AsteriskWorker[] = []

beforeAll(async () => {
  if (because !== undefined) return
  postgres = await startTestPostgres()
  const admin = connectionFromUrl(postgres.url)
  const tables = readFileSync(new URL('../../migrations/0100_realtime.sql', import.meta.url), 'utf8')
  await executeAsAdmin(admin, `create schema sip; set search_path to sip; ${tables}`)
  database = createDatabase<SipSchema>({ connection: admin, schema: 'sip', log: silentLog() })
  const { port } = postgres
  asterisk = await startAsterisk({
    profile: 'realtime',
    database: { host: '127.0.0.1', port, name: 'postgres', user: 'postgres', password: 'test' },
  })
})
afterEach(() => {
  for (const worker of workers.splice(0)) worker.close()
})
afterAll(async () => {
  await asterisk?.close()
  await database?.close()
  await postgres?.close()
})

function workFor(desired: DesiredState) {
  const worker = createAsteriskWorker({
    isKnown: Promise.resolve(),
    former: () => [],
    address: addressOf(asterisk),
    desired,
    states: { record: () => {} },
    writersFor: realtimeWriters(createRealtimeRows(database)),
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
  return { worker, settled: () => eventually(isSettled, { timeoutMs: 15_000 }) }
}

function state(...phones: [string, string][]): DesiredState {
  const desired = createDesiredState()
  desired.update(phones.map(([id, password]) => [id, { asteriskId: 'one', objects: phone(id, password) }]))
  return desired
}

let phonePort = 46_000
async function register(id: string, password: string) {
  const phoneOptions = { scenario: 'register', service: id, username: id, password } as const
  const { lines } = await sipp({
    ...phoneOptions,
    sipPort: asterisk.sipPort,
    port: phonePort++,
    variables: { expires: '300' },
  })
  return lines.filter((line) => line.startsWith('SIP/2.0')).at(-1)
}

describe.skipIf(because !== undefined)('objects as rows that a real Asterisk reads', () => {
  it('let a phone register; a changed password is effective at once, its contact kept, no module reloaded', async () => {
    const desired = state(['2001', 'first'])
    const { settled } = workFor(desired)
    await settled()
    expect(await register('2001', 'first')).toContain('200 OK')
    desired.update([['2001', { asteriskId: 'one', objects: phone('2001', 'second', [['set_var', 'C=a;b^c']]) }]])
    await settled()
    expect(await register('2001', 'first')).toContain('401')
    expect(asterisk.cli('pjsip list contacts')).toContain('2001/sip:2001@127.0.0.1')
    expect(await register('2001', 'second')).toContain('200 OK')
    expect(asterisk.cli('pjsip show endpoint 2001')).toMatch(/C\s*[:=]\s*a;b\^c/)
    expect(asterisk.log()).not.toContain('Reloading module')
  })

  it('are there when Asterisk starts again, and are not written again; registrations are', async () => {
    const desired = state(['3001', 'secret'])
    const registration = object('registration', 'trunk', [
      ['server_uri', 'sip:127.0.0.1:9'],
      ['client_uri', 'sip:me@127.0.0.1:9'],
    ])
    desired.update([['trunk', { asteriskId: 'one', objects: [registration] }]])
    const { settled } = workFor(desired)
    await settled()
    await asterisk.restart()
    expect(await register('3001', 'secret')).toContain('200 OK')
    await settled()
    await eventually(() => asterisk.cli('pjsip show registrations').includes('trunk/sip:127.0.0.1:9'))
  })

  it('that nobody wants any more are gone, also those that another run left; what others changed is repaired', async () => {
    const first = workFor(state(['4001', 'a'], ['4002', 'b']))
    await first.settled()
    first.worker.close()
    const { worker, settled } = workFor(state(['4001', 'a']))
    await settled()
    expect(await register('4002', 'b')).not.toContain('200')
    await executeAsAdmin(
      connectionFromUrl(postgres.url),
      "update sip.ps_auths set password = 'theirs' where id = '4001'",
    )
    await worker.check()
    await executeAsAdmin(
      connectionFromUrl(postgres.url),
      "update sip.ps_auths set password = 'again' where id = '4001'",
    )
    expect((await worker.check()).differences).toEqual([{ object: 'auth/4001', what: 'changed' }])
    await settled()
    expect(await register('4001', 'a')).toContain('200 OK')
  })

  it('have a column for every option of Asterisk', async () => {
    for (const [type, table] of Object.entries(realtimeTables)) {
      const names = await executeAsAdmin<{ column_name: string }>(
        connectionFromUrl(postgres.url),
        `select column_name from information_schema.columns where table_schema = 'sip' and table_name = '${table}'`,
      )
      const options = Object.entries(pjsipOptions[type as keyof typeof realtimeTables])
      const wanted = options.filter(([, option]) => option.type !== 'gone').map(([name]) => name)
      expect(names.map((row) => row.column_name)).toEqual(expect.arrayContaining(wanted))
    }
  })
})
