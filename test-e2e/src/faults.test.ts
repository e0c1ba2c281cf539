import { setTimeout as delay } from 'node:timers/promises'
import { serviceNames } from '@strowger/schema'
import { eventually, type House, type HouseRecords, openRecords, type Phone, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { disagreements } from './everything-agrees.ts'
import { bootInTurn, phoneOfSite, startPhoneLoad } from './phone-load.ts'
import { securityAccount } from './security-lines.ts'

/** Of all faults together. */
const faultSeconds = Number(process.env['E2E_FAULT_SECONDS'] ?? 60)
const siteSize = 200
const pauseMs = 1_500
/** Unknown phones begin at this number, so that none of them is one of the site's. */
const firstUnknown = 0x10000

let house: House
let records: HouseRecords
beforeAll(async () => {
  house = await startHouse()
  records = await openRecords(house)
})
afterAll(async () => {
  await records?.close()
  await house?.close()
})

test('a phone that asks again four times never fails, whatever is killed; security lines are complete and none is there twice; everything catches up', async () => {
  const site = Array.from({ length: siteSize }, (_, n) => phoneOfSite(house.phones, n + 1))
  await bootInTurn(site)
  const load = startPhoneLoad(site, pauseMs)

  const unknown: Phone[] = []
  const unknownFetches: Promise<unknown>[] = []
  const appearing = setInterval(() => {
    const phone = phoneOfSite(house.phones, firstUnknown + unknown.length)
    unknown.push(phone)
    unknownFetches.push(phone.fetchHttp().catch(() => {}))
  }, 500)

  const targets = [...serviceNames, 'nats', 'postgresql']
  const slotMs = (faultSeconds * 1_000) / targets.length
  const back: string[] = []
  for (const target of targets) {
    const begun = performance.now()
    await house.kill9(target)
    await house.ready()
    back.push(`${target} ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
    await delay(Math.max(0, slotMs - (performance.now() - begun)))
  }
  clearInterval(appearing)
  await load.stop()
  await Promise.all(unknownFetches)

  const all = [...site, ...unknown]
  await eventually(async () => expect(await disagreements(records)).toEqual([]), { timeoutMs: 60_000, intervalMs: 250 })
  const account = await eventually(
    async () => {
      const read = await securityAccount(house, records)
      expect(read.problems).toEqual([])
      return read
    },
    { timeoutMs: 30_000, intervalMs: 250 },
  )
  const sum = (field: 'attempts' | 'fetched' | 'failures') =>
    all.reduce((total, { counts }) => total + counts[field], 0)
  console.log(
    `faults: ${siteSize} phones and ${unknown.length} unknown ones, ${sum('fetched')} files in ${sum('attempts')} attempts, ` +
      `${sum('failures')} given up, at most ${Math.max(...all.map(({ counts }) => counts.mostAttempts))} attempts for a file, ` +
      `${account.lines} lines; ready again after: ${back.join(', ')}`,
  )

  expect(load.problems).toEqual([])
  expect(sum('failures')).toBe(0)
  for (const phone of all) {
    const lines = account.requested.get(`${phone.address} ${phone.file}`) ?? 0
    expect(lines, `lines of ${phone.mac}`).toBeGreaterThanOrEqual(phone.counts.fetched)
    expect(lines, `lines of ${phone.mac}`).toBeLessThanOrEqual(phone.counts.attempts)
  }
  const devices = await records.sql<{ mac: string }>('select mac from devices.device')
  expect(devices.map(({ mac }) => mac).sort()).toEqual(all.map(({ mac }) => mac).sort())
  expect(account.created).toBe(all.length)
})
