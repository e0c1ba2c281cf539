import { createManualClock } from '@strowger/service'
import { expect, it } from 'vitest'
import { createSharedAddresses } from './shared-addresses.ts'

function watched() {
  const clock = createManualClock()
  const told: string[] = []
  const { noteHandOver } = createSharedAddresses(clock.monotonicMs, (address) => told.push(address))
  const handOvers = (times: number, address = '192.0.2.1') => Array.from({ length: times }, () => noteHandOver(address))
  return { clock, told, handOvers }
}

it('takes an address for shared that changes hands more than eight times in a minute, and says so once', () => {
  const { told, handOvers } = watched()
  expect(handOvers(10)).toEqual([...Array(8).fill(false), true, true])
  expect(handOvers(1, '192.0.2.2')).toEqual([false])
  expect(told).toEqual(['192.0.2.1'])
})

it('lets phones take an address from each other now and then', async () => {
  const { clock, told, handOvers } = watched()
  for (let minute = 0; minute < 20; minute++) {
    expect(handOvers(5)).toEqual(Array(5).fill(false))
    await clock.advance(61_000)
  }
  expect(told).toEqual([])
})

it('gives an address back to its last user when it has been quiet for ten minutes', async () => {
  const { clock, handOvers } = watched()
  handOvers(9)
  await clock.advance(300_000)
  expect(handOvers(1)).toEqual([true])
  await clock.advance(601_000)
  expect(handOvers(1)).toEqual([false])
})
