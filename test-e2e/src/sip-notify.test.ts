import { createAmiClient, createDynamicObjects, createHttpPipeline, notifyPhone } from '@strowger/asterisk'
import { createClock, silentLog } from '@strowger/service'
import { eventually, prepareAsterisk, type RunningAsterisk, sipp, startAsterisk } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { warnOfSkipped } from './install-clients.ts'

const because = prepareAsterisk()
if (because !== undefined) warnOfSkipped('notify by a real Asterisk', because)

let asterisk: RunningAsterisk
beforeAll(async () => {
  if (because === undefined) asterisk = await startAsterisk()
})
afterAll(() => asterisk?.close())

const clock = createClock()
const credentials = () => ({ host: '127.0.0.1', username: 'strowger', clock })

describe.skipIf(because !== undefined)('what makes a phone fetch its files again', () => {
  test('is heard by a registered phone as its endpoint, and by one that is not at its address', async () => {
    const pipeline = createHttpPipeline({ ...credentials(), port: asterisk.ariPort, password: asterisk.secret })
    const objects = createDynamicObjects(pipeline)
    const id = '2001'
    await objects.put({ type: 'auth', id }, [
      ['auth_type', 'userpass'],
      ['username', id],
      ['password', 'secret'],
    ])
    await objects.put({ type: 'aor', id }, [['max_contacts', '1']])
    await objects.put({ type: 'endpoint', id }, [
      ['allow', 'ulaw'],
      ['auth', id],
      ['aors', id],
    ])
    pipeline.close()
    const registration = { scenario: 'register', port: 44_001, service: id, username: id, password: 'secret' } as const
    const sipPort = asterisk.sipPort
    expect((await sipp({ ...registration, sipPort, variables: { expires: '300' } })).succeeded).toBe(true)

    const ami = createAmiClient({ ...credentials(), port: asterisk.amiPort, secret: asterisk.secret, log: silentLog() })
    try {
      await eventually(() => ami.connected)
      for (const [port, target] of [
        [44_001, { endpoint: id }],
        [44_002, { uri: 'sip:anonymous@127.0.0.1:44002' }],
      ] as const) {
        const phone = sipp({ scenario: 'notified', sipPort, port })
        await eventually(() => notifyPhone(ami, target, { event: 'check-sync;reboot=false' }).then(() => true))
        const { succeeded, messages } = await phone
        expect(succeeded, messages).toBe(true)
        expect(messages).toMatch(/^Event: check-sync;reboot=false/m)
      }
    } finally {
      ami.close()
    }
  })
})
