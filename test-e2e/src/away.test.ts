import { readFileSync } from 'node:fs'
import {
  askRest,
  createPhone,
  eventually,
  type House,
  startHouse,
  startNats,
  startTestPostgres,
  type TestNats,
  type TestPostgres,
} from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

// Servers of the test's own, so that they can be kept away: the supervisor would start its own again at once.
let postgres: TestPostgres
let nats: TestNats
let house: House
beforeAll(async () => {
  postgres = await startTestPostgres()
  nats = await startNats()
  house = await startHouse({ env: { DATABASE_URL: postgres.url, NATS_URL: nats.url } })
})
afterAll(async () => {
  await house?.close()
  await nats?.close()
  await postgres?.close()
})

const patient = { timeoutMs: 30_000, intervalMs: 100 }
const phones = Array.from({ length: 10 }, (_, n) => ({ mac: `00:15:65:bb:00:0${n}`, address: `127.0.5.${n + 1}` }))
const phoneOf = (options: { mac: string; address: string }) => createPhone({ ports: house.phones, ...options })

interface Listed {
  readonly id: string
  readonly mac: string
  readonly rendered?: { readonly revision: number }
}

async function devices(): Promise<Listed[]> {
  const { status, body } = await askRest<{ items: Listed[] }>(house, 'GET', '/devices?limit=500')
  expect(status).toBe(200)
  return body.items
}

test('PostgreSQL is away while ingress, identification and rendering restart: known phones are served, and unknown ones when it is back', async () => {
  for (const phone of phones) await phoneOf(phone).fetchHttp()
  // Known is who is in the read models, and these are written by way of the outbox.
  await eventually(async () => expect((await devices()).every(({ rendered }) => rendered)).toBe(true), patient)

  await postgres.kill()
  await Promise.all(['ingress', 'identification', 'rendering'].map(house.kill9))
  const served = phones.map(phoneOf)
  for (const phone of served) {
    await eventually(() => phone.fetchHttp(), patient)
    await phone.fetchTftp()
  }
  for (const service of ['identification', 'rendering']) {
    const { checks = [] } = (await house.readiness(service)) ?? {}
    expect(checks.map(({ reason = '' }) => reason).join('; '), service).toMatch(
      /database is away|not connected to the database/,
    )
  }

  const unknown = phoneOf({ mac: '00:15:65:bb:ff:01', address: '127.0.5.100' })
  const fetching = unknown.fetchHttp()
  await eventually(() => unknown.counts.attempts > 1, patient)
  await postgres.restart()
  await fetching
  await eventually(async () => {
    const found = await devices()
    expect(found.filter(({ mac }) => mac === unknown.mac)).toHaveLength(1)
    expect(found).toHaveLength(phones.length + 1)
  }, patient)
  await house.ready()
  console.log(
    `PostgreSQL away over a restart: ${served.length} known phones served over HTTP and TFTP, an unknown one after ${unknown.counts.attempts} attempts`,
  )
})

test('NATS is away: cached phones are served at once, and the security lines are written when it is back', async () => {
  const cached = phones.map(({ mac }, n) => phoneOf({ mac: mac.replace(':bb:', ':cc:'), address: `127.0.6.${n + 1}` }))
  const linesOf = (address: string) =>
    readFileSync(house.securityLog, 'utf8').split(`Sensitive file requested from ${address}: `).length - 1
  const linesMatchFetches = () => {
    for (const { address, counts } of cached) expect(linesOf(address), address).toBe(counts.fetched)
  }
  const askedForRendering = async () => {
    const answers = /bus_answers_total\{subject="rendering\.render\.v1",outcome="ok"[^}]*\} (\d+)/
    return Number(answers.exec(await house.metrics('rendering'))?.[1])
  }
  // An answer is kept once its rendering is recorded; then nobody is asked for it any more.
  await eventually(async () => {
    const before = await askedForRendering()
    for (const phone of cached) await phone.fetchHttp()
    expect(await askedForRendering()).toBe(before)
  }, patient)
  await eventually(linesMatchFetches, patient)

  await nats.kill()
  const begun = performance.now()
  const rounds = 20
  for (let round = 0; round < rounds; round += 1) await Promise.all(cached.map((phone) => phone.fetchHttp()))
  const tookMs = performance.now() - begun
  expect(Math.max(...cached.map(({ counts }) => counts.mostAttempts))).toBe(1)
  const { checks = [] } = (await house.readiness('ingress')) ?? {}
  expect(checks.map(({ reason = '' }) => reason).join('; ')).toMatch(/NATS is away/)
  for (const { address, counts } of cached) expect(linesOf(address)).toBe(counts.fetched - rounds)

  await nats.restart()
  await eventually(linesMatchFetches, patient)
  await house.ready()
  console.log(
    `NATS away: ${rounds * cached.length} files to cached phones in ${Math.round(tookMs)} ms, all lines written afterwards`,
  )
})

test('a config that is changed while rendering is killed is not lost: the phone gets the new file, and the revision grows', async () => {
  const [first] = phones
  if (first === undefined) throw new Error('there is no phone')
  const phone = phoneOf(first)
  const device = async () => {
    const found = (await devices()).find(({ mac }) => mac === phone.mac)
    if (found?.rendered === undefined) throw new Error('its files were not rendered')
    return { id: found.id, revision: found.rendered.revision }
  }
  const { id } = await device()
  const set = (name: string) =>
    askRest(house, 'PATCH', `/configs/${id}`, {
      body: { set: { 'sip_lines.1.username': name, 'sip_lines.1.password': 'x' } },
    })
  const whenKilled = ['before', 'before', 'during'] as const
  for (const [index, moment] of whenKilled.entries()) {
    const name = `${moment}${index}`
    const { revision } = await device()
    if (moment === 'before') {
      // Said to be done, and killed before it could render again.
      expect((await set(name)).status).toBe(200)
      await house.kill9('rendering')
    } else {
      const change = () => eventually(async () => expect((await set(name)).status).toBe(200), patient)
      await Promise.all([house.kill9('rendering'), change()])
    }
    await eventually(async () => {
      expect((await phone.fetchHttp()).toString()).toContain(`account.1.user_name = ${name}`)
      expect((await device()).revision).toBeGreaterThan(revision)
    }, patient)
  }
  console.log(`rendering killed: ${whenKilled.length} changes made just before and meanwhile, none lost`)
})
