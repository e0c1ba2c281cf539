import { type House, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attackHouse, hostileSettings } from './hostile/run.ts'

let house: House
beforeAll(async () => {
  house = await startHouse({ env: hostileSettings })
})
afterAll(async () => {
  await house?.close()
})

test('whatever is sent to the ports of phones, nothing dies, memory stays bounded and phones are served', async () => {
  const size = { datagrams: 30_000, requests: 20_000, unacknowledged: 3_000, slowClients: 400 }
  const findings = await attackHouse(house, size, { say: (line) => console.log(line) })
  const failures = findings.filter(({ holds }) => !holds).map(({ what, result }) => `${what}: ${result}`)
  expect(failures).toEqual([])
})
