import { catalogue, rootTenantId, type ServiceName } from '@strowger/schema'
import { createPhone, eventually, type House, type HouseRecords, openRecords, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** What NATS carries at most (max_payload, 1 MiB). */
const largest = Buffer.alloc(1_048_576, '{"a":')
const malformed = [
  Buffer.alloc(0),
  Buffer.from('garbage'),
  Buffer.from([0xff, 0x00, 0xfe]),
  Buffer.from('null'),
  Buffer.from('[{"id":7}]'),
  largest,
]

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

/** How many messages of a subject a service has counted as bad. */
async function badMessages(service: ServiceName, subject: string): Promise<number> {
  const metrics = await house.metrics(service)
  const line = metrics
    .split('\n')
    .find((text) => text.includes('bus_bad_messages_total{') && text.includes(`subject="${subject}"`))
  return Number(line?.split(' ').at(-1) ?? 0)
}

const known = () => createPhone({ ports: house.phones, mac: '00:15:65:12:34:56', address: '127.0.4.1' })

/** Nothing died, and phones are served: one that is known, and one that is not. */
async function allIsWell(before: Readonly<Record<string, number>>, newMac: string): Promise<void> {
  expect(house.processes()).toEqual(before)
  await house.ready()
  await known().fetchHttp({ query: `n=${newMac.slice(-2)}` })
  await known().fetchTftp()
  await createPhone({ ports: house.phones, mac: newMac, address: '127.0.4.2' }).fetchHttp()
}

test('a malformed message on the subject of every request is counted, and nothing dies', async () => {
  await known().fetchHttp()
  const before = house.processes()
  for (const { subject } of catalogue.requests) for (const bytes of malformed) await records.publish(subject, bytes)
  await eventually(
    async () => {
      for (const { subject, owner } of catalogue.requests) {
        expect(await badMessages(owner, subject), subject).toBe(malformed.length)
      }
    },
    { timeoutMs: 20_000, intervalMs: 200 },
  )
  await allIsWell(before, '00:15:65:aa:00:01')
  console.log(`malformed: ${malformed.length} messages on each of ${catalogue.requests.length} requests, all counted`)
})

test('a malformed event in every stream is counted by each of its readers, and holds up nobody', async () => {
  const before = house.processes()
  for (const { subject } of catalogue.events) {
    for (const bytes of malformed) await records.publish(`${subject}.${rootTenantId}`, bytes)
  }
  for (const { domain } of catalogue.streams) await records.publish(`evt.${domain}.nonsense.v1.x`, Buffer.from('{}'))
  const counted = new Set<string>()
  await eventually(
    async () => {
      for (const [reader, count] of Object.entries(await records.pending())) expect(count, reader).toBe(0)
      for (const { subject, readers } of catalogue.events) {
        for (const reader of readers)
          if ((await badMessages(reader, subject)) === malformed.length) counted.add(subject)
      }
      const uncounted = catalogue.events.map(({ subject }) => subject).filter((subject) => !counted.has(subject))
      // Nobody of ours takes these: the services follow the tree of tenants in its bucket.
      const unread = catalogue.events.filter((event) => event.readers.length === 0)
      expect(uncounted).toEqual(unread.map(({ subject }) => subject))
    },
    { timeoutMs: 20_000, intervalMs: 200 },
  )
  await allIsWell(before, '00:15:65:aa:00:02')
  console.log(
    `malformed: ${malformed.length} messages on each of ${catalogue.events.length} events, all counted where they are read`,
  )
})

test('a malformed entry in every bucket is counted by each of its readers, and does no harm after a restart either', async () => {
  const before = house.processes()
  for (const { name } of catalogue.buckets) {
    for (const [index, bytes] of malformed.entries()) {
      // An empty entry is one that was deleted.
      if (bytes.length > 0) await records.publish(`$KV.${name}.malformed-${index}`, bytes)
    }
  }
  await eventually(
    async () => {
      for (const { name, readers } of catalogue.buckets) {
        const counts = await Promise.all(readers.map((reader) => badMessages(reader, `$KV.${name}`)))
        expect(Math.max(...counts), name).toBeGreaterThanOrEqual(malformed.length - 1)
      }
    },
    { timeoutMs: 20_000, intervalMs: 200 },
  )
  await allIsWell(before, '00:15:65:aa:00:03')

  await Promise.all(['ingress', 'identification', 'rendering', 'fail2ban', 'gateway'].map(house.kill9))
  await house.ready()
  await allIsWell(house.processes(), '00:15:65:aa:00:04')
  console.log(`malformed: ${malformed.length - 1} entries in each of ${catalogue.buckets.length} buckets, all counted`)
})
