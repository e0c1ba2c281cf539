import { createDynamicObjects, createHttpPipeline } from '@strowger/asterisk'
import { createClock } from '@strowger/service'
import {
  askRest,
  eventually,
  type House,
  prepareAsterisk,
  type RunningAsterisk,
  startAsterisk,
  startHouse,
} from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { warnOfSkipped } from './install-clients.ts'

const because = prepareAsterisk()
if (because !== undefined) warnOfSkipped('faults while Asterisk is configured', because)

/** `make drill` asks for a thousand. */
const changes = Number(process.env['E2E_SIP_CHANGES'] ?? 200)
const kills = Math.max(4, Math.round(changes / 40))
const endpoints = 25

let asterisk: RunningAsterisk
let house: House
beforeAll(async () => {
  if (because !== undefined) return
  asterisk = await startAsterisk()
  house = await startHouse({
    env: {
      ARI_URL: `http://127.0.0.1:${asterisk.ariPort}`,
      ARI_PASSWORD: asterisk.secret,
      AMI_PORT: String(asterisk.amiPort),
      AMI_USERNAME: 'strowger',
      AMI_SECRET: asterisk.secret,
      FASTAGI_PORT: '0',
    },
  })
})
afterAll(async () => {
  await house?.close()
  await asterisk?.close()
})

/** Asks until it is answered: what fails while something is dead is asked again, as people do. */
const persistently = (method: 'POST' | 'PUT', path: string, body: object) =>
  eventually(
    async () => {
      const { status, body: answer } = await askRest<{ uuid: string }>(house, method, path, { body })
      if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${JSON.stringify(answer)}`)
      return answer ?? {}
    },
    { timeoutMs: 60_000, intervalMs: 100 },
  ) as Promise<{ uuid: string }>

describe.skipIf(because !== undefined)('Asterisk, PostgreSQL, NATS and the service, killed at random', () => {
  test('in the end Asterisk has exactly what was configured last', { timeout: 300_000 }, async () => {
    const meant = new Map<string, string>()
    const uuids: string[] = []
    const auth = (name: string, password: string) => [
      ['username', name],
      ['password', password],
    ]
    for (let number = 0; number < endpoints; number++) {
      const name = `fault-${number}`
      const body = { name, auth_section_options: auth(name, 'p0'), aor_section_options: [['max_contacts', '1']] }
      uuids.push((await persistently('POST', '/endpoints/sip', body)).uuid)
      meant.set(name, 'p0')
    }
    const accidents = [
      () => asterisk.restart(),
      () => house.kill9('nats'),
      () => house.kill9('postgresql'),
      () => house.kill9('sip-config'),
    ]
    const often = Math.floor(changes / kills)
    for (let change = 1; change <= changes; change++) {
      const accident = change % often === 0 ? accidents[(change / often - 1) % accidents.length] : undefined
      const happening = accident?.()
      const number = Math.floor(Math.random() * endpoints)
      const name = `fault-${number}`
      await persistently('PUT', `/endpoints/sip/${uuids[number]}`, { auth_section_options: auth(name, `p${change}`) })
      meant.set(name, `p${change}`)
      await happening
    }
    await house.ready()

    const pipeline = createHttpPipeline({
      host: '127.0.0.1',
      port: asterisk.ariPort,
      username: 'strowger',
      password: asterisk.secret,
      clock: createClock(),
    })
    const objects = createDynamicObjects(pipeline)
    const passwords = async () => {
      const found = new Map<string, string>()
      for (const name of meant.keys()) {
        const fields = (await objects.get({ type: 'auth', id: name })) ?? []
        found.set(name, fields.find(([option]) => option === 'password')?.[1] ?? 'none')
      }
      return Object.fromEntries(found)
    }
    try {
      await eventually(
        async () => {
          expect(await passwords()).toEqual(Object.fromEntries(meant))
        },
        { timeoutMs: 60_000, intervalMs: 250 },
      )
    } finally {
      pipeline.close()
    }
    console.log(`${changes} changes, ${kills} kills: ${endpoints} endpoints as they were configured last`)
  })
})
