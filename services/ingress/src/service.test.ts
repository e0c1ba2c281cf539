import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureStreams } from '@strowger/bus'
import { catalogue, identify, type PhoneEvidence } from '@strowger/schema'
import {
  connectTestBus,
  freePort,
  type RunningService,
  runInTest,
  startNats,
  type TestBus,
  type TestNats,
} from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingressSettings } from './config.ts'
import { ask, file } from './ingress-for-tests.ts'
import { startIngress } from './service.ts'

let nats: TestNats
let house: TestBus
let service: RunningService<void>
let ports: number[]
const folder = mkdtempSync(join(tmpdir(), 'strowger-ingress-'))
const asked: PhoneEvidence[] = []

beforeAll(async () => {
  nats = await startNats()
  house = await connectTestBus(nats.url, 'identification')
  await ensureStreams(house.bus, [...catalogue.streams, ...catalogue.buckets, ...catalogue.objectStores])
  house.bus.reply(identify, async (evidence) => {
    asked.push(evidence)
    return file
  })
  ports = [freePort(), freePort(), freePort()]
  service = await runInTest('ingress', ingressSettings, startIngress, {
    NATS_URL: nats.url,
    STATE_DIR: folder,
    PHONE_HOST: '127.0.0.1',
    PHONE_HTTP_PORT: String(ports[0]),
    PHONE_HTTP_EXTRA_PORTS: `${ports[1]}, ${ports[2]}`,
    PHONE_TFTP_PORT: '0',
    DHCP_INFO_PORT: '0',
  })
})
afterAll(async () => {
  await service?.close()
  await house?.close()
  await nats?.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('ingress', () => {
  it('serves the same files on each of its HTTP ports', async () => {
    for (const port of ports) expect((await ask(port, '/001565123456.cfg')).body).toBe('#!version:1.0.0.1\n')
    expect(asked[0]).toMatchObject({ transport: 'http', address: '127.0.0.1', path: '/001565123456.cfg' })
  })
})
