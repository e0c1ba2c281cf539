import type { DhcpCommit } from '@strowger/dhcp'
import { createClock, silentLog } from '@strowger/service'
import { eventually } from '@strowger/testkit'
import { expect, it } from 'vitest'
import { createHearsay } from './hearsay.ts'

const commitOf = (mac: string, ip: string): DhcpCommit => ({ op: 'commit', mac, ip, options: {} })
const clock = { sleep: (_ms: number, signal?: AbortSignal) => createClock().sleep(5, signal) }

it('hands on what was heard while nobody could take it, the latest of each client', async () => {
  const taken: string[] = []
  let isAway = true
  const hearsay = createHearsay({
    async tell({ mac, ip }) {
      if (isAway) throw new Error('away')
      taken.push(`${mac} ${ip}`)
    },
    clock,
    log: silentLog(),
    onDropped: () => {},
  })
  for (let n = 0; n < 50; n += 1) hearsay.hear(commitOf(`m${n}`, '192.0.2.1'))
  hearsay.hear(commitOf('m7', '192.0.2.7'))
  await eventually(() => hearsay.waiting === 50)
  isAway = false
  await eventually(() => hearsay.waiting === 0)
  expect(taken.filter((each) => each.startsWith('m7 '))).toEqual(['m7 192.0.2.7'])
  expect(new Set(taken.map((each) => each.split(' ')[0])).size).toBe(50)
  await hearsay.close()
})

it('asks a bounded number at once and keeps a bounded number', async () => {
  let atOnce = 0
  let most = 0
  let dropped = 0
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const hearsay = createHearsay({
    async tell() {
      atOnce += 1
      most = Math.max(most, atOnce)
      await released
      atOnce -= 1
    },
    clock,
    log: silentLog(),
    onDropped() {
      dropped += 1
    },
  })
  for (let n = 0; n < 10_100; n += 1) hearsay.hear(commitOf(`m${n}`, '192.0.2.1'))
  expect([hearsay.waiting, dropped]).toEqual([10_000, 100])
  release()
  await eventually(() => hearsay.waiting === 0)
  expect(most).toBe(16)
  await hearsay.close()
})
