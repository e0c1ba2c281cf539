import { readFileSync } from 'node:fs'
import { createDynamicObjects, createHttpPipeline } from '@strowger/asterisk'
import { type Device, Fault } from '@strowger/schema'
import { createClock, silentLog } from '@strowger/service'
import { eventually, prepareAsterisk, type RunningAsterisk, sipp, startAsterisk } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { phone } from '../../test/objects.ts'
import { type FastAgiServer, listenFastAgi } from './fastagi-server.ts'
import { createProvisioningCalls } from './provisioning-call.ts'

const because = prepareAsterisk()
if (because !== undefined) console.warn(`A REAL ASTERISK: SKIPPED, ${because}`)

const snippet = readFileSync(new URL('../../../../deploy/asterisk/extensions-strowger.conf', import.meta.url), 'utf8')
const device = { id: 'the-phone', mac: '00:15:65:00:00:01' } as unknown as Device
const done: string[] = []
let asterisk: RunningAsterisk
let server: FastAgiServer

beforeAll(async () => {
  if (because !== undefined) return
  const clock = createClock()
  const answer = createProvisioningCalls({
    devices: {
      byMac: (mac) => (mac === device.mac ? device : undefined),
      byUuid: () => undefined,
      byAddress: () => [],
    },
    codes: {
      async associate(code, { id }) {
        if (code !== '482913') throw new Fault('not-found')
        done.push(`${id} gets the line of ${code}`)
      },
      async reset({ id }) {
        done.push(`${id} is reset`)
      },
    },
    clock,
    log: silentLog(),
  })
  const from = ['127.0.0.0/8']
  server = await listenFastAgi({ host: '127.0.0.1', port: 0, from, answer, clock, log: silentLog() })
  const told = `exten => s,1,NoOp(told $\{STROWGER_RESULT})\n same => n,Hangup()\n`
  const dialplan = `[phones]\ninclude => strowger-provisioning\n${snippet
    .replaceAll('4573', String(server.port))
    .replace(/(\[strowger-told\]\n)[\s\S]*/, `$1${told}`)}`
  asterisk = await startAsterisk({ dialplan })
  const pipeline = createHttpPipeline({
    host: '127.0.0.1',
    port: asterisk.ariPort,
    username: 'strowger',
    password: asterisk.secret,
    clock,
  })
  const objects = createDynamicObjects(pipeline)
  for (const id of ['001565000001', '001565000002']) {
    for (const object of phone(id, 'secret')) await objects.put(object, object.fields)
  }
  pipeline.close()
})
afterAll(async () => {
  await asterisk?.close()
  await server?.close()
})

let port = 43_000
const call = (username: string, service: string) =>
  sipp({
    scenario: 'call',
    sipPort: asterisk.sipPort,
    port: port++,
    username,
    password: 'secret',
    service,
    talkMs: 1_500,
    variables: { caller: username },
  })
const told = async (result: string) => {
  await eventually(() => asterisk.log().includes(`told ${result}`))
}

describe.skipIf(because !== undefined)('a code dialled on a phone of a real Asterisk', () => {
  it('associates that very phone, by what its contact says', async () => {
    await call('001565000001', '482913')
    await told('done')
    expect(done).toEqual(['the-phone gets the line of 482913'])
  })

  it('resets it by *guest, on a keypad too', async () => {
    done.splice(0)
    await call('001565000001', '*guest')
    await call('001565000001', '*48378')
    await eventually(() => done.length === 2)
    expect(done).toEqual(['the-phone is reset', 'the-phone is reset'])
  })

  it('does nothing for a phone that nobody knows, nor for one that guesses', async () => {
    done.splice(0)
    await call('001565000002', '482913')
    await told('unknown-phone')
    for (let guess = 0; guess < 5; guess++) await call('001565000001', `00000${guess}`)
    await told('unknown-code')
    await call('001565000001', '482913')
    await told('too-many')
    expect(done).toEqual([])
  })
})
