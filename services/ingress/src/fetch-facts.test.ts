import { type FetchFact, rootTenantId } from '@strowger/schema'
import { createManualClock, silentLog } from '@strowger/service'
import { expect, it } from 'vitest'
import { createFetchFacts } from './fetch-facts.ts'

const fact = (device: string, revision = 1): FetchFact => ({
  device,
  file: 'a.cfg',
  transport: 'http',
  address: '192.0.2.1',
  revision,
  confirms: true,
  at: '2026-11-21T10:00:00.000Z',
})

function gathering(publish: (facts: FetchFact[]) => Promise<void>) {
  const clock = createManualClock()
  let dropped = 0
  const facts = createFetchFacts({
    publish: (_tenant, batch) => publish(batch),
    clock,
    log: silentLog(),
    onDropped: (count) => {
      dropped += count
    },
  })
  return { facts, clock, dropped: () => dropped }
}

it('tells what came within 100 ms together, 64 facts a message, and of a file fetched twice the last time', async () => {
  const messages: FetchFact[][] = []
  const { facts, clock } = gathering(async (batch) => void messages.push(batch))
  for (let index = 0; index < 100; index += 1) facts.add(rootTenantId, fact(`d${index}`))
  facts.add(rootTenantId, fact('d7', 2))
  await clock.advance(100)
  await facts.close()
  expect(messages.map(({ length }) => length)).toEqual([64, 36])
  expect(messages.flat().filter(({ device }) => device === 'd7')).toEqual([fact('d7', 2)])
})

it('keeps what could not be published, and does not put it before what came since', async () => {
  const messages: FetchFact[][] = []
  let away = true
  const { facts, clock } = gathering(async (batch) => {
    if (away) throw new Error('NATS is away')
    messages.push(batch)
  })
  facts.add(rootTenantId, fact('d1', 1))
  facts.add(rootTenantId, fact('d2', 1))
  await clock.advance(100)
  facts.add(rootTenantId, fact('d1', 2))
  away = false
  await clock.advance(1_000)
  await facts.close()
  expect(messages.flat().map(({ device, revision }) => [device, revision])).toEqual(
    expect.arrayContaining([
      ['d1', 2],
      ['d2', 1],
    ]),
  )
  expect(messages.flat()).toHaveLength(2)
})

it('drops new facts, and counts them, when too many wait', async () => {
  const { facts, clock, dropped } = gathering(() => new Promise(() => {}))
  for (let index = 0; index < 20_010; index += 1) facts.add(rootTenantId, fact(`d${index}`))
  expect(dropped()).toBe(10)
  await clock.advance(100)
})
