import { createDynamicObjects, createHttpPipeline, markAttribute, readConf } from '@strowger/asterisk'
import { createClock } from '@strowger/service'
import { digestOf, type SipObject } from '@strowger/sip'
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
const persistently = (method: 'GET' | 'POST' | 'PUT', path: string, body?: object) =>
  eventually(
    async () => {
      const { status, body: answer } = await askRest<{ uuid: string }>(
        house,
        method,
        path,
        body === undefined ? {} : { body },
      )
      if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${JSON.stringify(answer)}`)
      return answer ?? {}
    },
    { timeoutMs: 60_000, intervalMs: 100 },
  ) as Promise<{ uuid: string }>

type Wanted = Pick<SipObject, 'type' | 'id' | 'fields'>

/** What Asterisk is to have, as the house resolves it: passwords in clear. */
async function wantedObjects(): Promise<Wanted[]> {
  const { text } = (await persistently('GET', '/sip/export?limit=1000')) as unknown as { text: string }
  return readConf('export', text).sections.flatMap(({ name, entries }) => {
    const type = entries.find(({ key }) => key === 'type')?.value as Wanted['type']
    // Those stand in Asterisk’s own file.
    if (type === 'transport') return []
    const fields = entries.flatMap(({ key, value }) => (key === 'type' ? [] : [[key, value] as const]))
    return [{ type, id: name, fields }]
  })
}

/** Every object as Asterisk shows it, all its options. */
async function shownByAsterisk(wanted: readonly Wanted[]): Promise<Map<string, string>> {
  const pipeline = createHttpPipeline({
    host: '127.0.0.1',
    port: asterisk.ariPort,
    username: 'strowger',
    password: asterisk.secret,
    clock: createClock(),
  })
  const objects = createDynamicObjects(pipeline)
  try {
    const shown = new Map<string, string>()
    for (const { type, id } of wanted) {
      const fields = (await objects.get({ type, id })) ?? []
      const lines = fields.map(([option, value]) => `${option}=${value}`).sort()
      shown.set(`${type}/${id}`, lines.join('\n'))
    }
    return shown
  } finally {
    pipeline.close()
  }
}

/** Asterisk has each object in the version that is wanted, and no other of ours. */
const asWanted = () =>
  eventually(
    async () => {
      const wanted = await wantedObjects()
      const shown = await shownByAsterisk(wanted)
      const marks = [...shown].map(([key, text]) => [key, /^@strowger=(.*)$/m.exec(text)?.[1]])
      expect(marks).toEqual(wanted.map((object) => [`${object.type}/${object.id}`, digestOf(object)]))
      return { wanted, shown }
    },
    { timeoutMs: 60_000, intervalMs: 250 },
  )

describe.skipIf(because !== undefined)('Asterisk, PostgreSQL, NATS and the service, killed at random', () => {
  test('in the end Asterisk has exactly what was configured last', { timeout: 240_000 + changes * 1_000 }, async () => {
    expect(markAttribute).toBe('@strowger')
    const template = await persistently('POST', '/endpoints/sip/templates', {
      label: 'faults',
      endpoint_section_options: [['rtp_timeout', '1']],
    })
    const uuids: string[] = []
    const auth = (number: number, password: string) => ({
      auth_section_options: [
        ['username', `fault-${number}`],
        ['password', password],
      ],
    })
    for (let number = 0; number < endpoints; number++) {
      const body = {
        name: `fault-${number}`,
        templates: [{ uuid: template.uuid }],
        ...auth(number, 'p0'),
        aor_section_options: [['max_contacts', '1']],
      }
      uuids.push((await persistently('POST', '/endpoints/sip', body)).uuid)
    }
    const accidents = [
      () => asterisk.restart(),
      () => house.kill9('nats'),
      () => house.kill9('postgresql'),
      () => house.kill9('sip-config'),
    ]
    const often = Math.floor(changes / kills)
    const any = (below: number) => Math.floor(Math.random() * below)
    for (let change = 1; change <= changes; change++) {
      const accident = change % often === 0 ? accidents[(change / often - 1) % accidents.length] : undefined
      const happening = accident?.()
      const number = any(endpoints)
      const one = `/endpoints/sip/${uuids[number]}`
      const kinds = [
        () => persistently('PUT', one, auth(number, `p${change}`)),
        () => persistently('PUT', one, { aor_section_options: [['max_contacts', String(1 + any(9))], ...qualified()] }),
        () => persistently('PUT', one, { endpoint_section_options: [['set_var', `CHANGE=${change}`], ...language()] }),
        () =>
          persistently('PUT', `/endpoints/sip/templates/${template.uuid}`, {
            endpoint_section_options: [['rtp_timeout', String(1 + (change % 600))], ...language()],
          }),
      ]
      const qualified = () => (any(2) === 0 ? [] : [['qualify_frequency', String(60 + any(60))]])
      const language = () => (any(2) === 0 ? [] : [['language', ['de', 'fr', 'it'][any(3)] ?? 'en']])
      await kinds[any(kinds.length)]?.()
      await happening
    }
    await house.ready()

    const { wanted, shown } = await asWanted()
    // And the one of phones that nobody has configured.
    expect(wanted.length).toBe(3 * (endpoints + 1))
    // What was changed in place is, in every option, what Asterisk makes of it from nothing.
    await asterisk.restart()
    const fresh = await asWanted()
    for (const [key, text] of shown) expect([key, text]).toEqual([key, fresh.shown.get(key)])
    console.log(`${changes} changes, ${kills} kills: ${wanted.length} objects as they were configured last`)
  })
})
