import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureStreams } from '@strowger/bus'
import { catalogue, learn } from '@strowger/schema'
import type { SettingDefinitions } from '@strowger/service'
import {
  connectTestBus,
  eventually,
  freePort,
  runInTest,
  startNats,
  type TestBus,
  type TestNats,
} from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingressSettings } from '../config.ts'
import { startIngress } from '../service.ts'

let nats: TestNats
let identification: TestBus
const folder = mkdtempSync(join(tmpdir(), 'strowger-dhcp-'))
const learned: { address: string; mac?: string; origin: string }[] = []

beforeAll(async () => {
  nats = await startNats()
  identification = await connectTestBus(nats.url, 'identification')
  await ensureStreams(identification.bus, [...catalogue.streams, ...catalogue.buckets, ...catalogue.objectStores])
  identification.bus.reply(learn, async ({ evidence, origin }) => {
    learned.push({ ...evidence, origin })
    return { outcome: 'known' }
  })
})
afterAll(async () => {
  await identification?.close()
  await nats?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Every setting as low, as empty and as much "no" as it can be. */
function leastOf(definitions: SettingDefinitions): Record<string, string> {
  const least: Record<string, string> = {}
  for (const [name, { schema }] of Object.entries(definitions)) {
    const { type, minimum } = schema as { type?: string; minimum?: number }
    if (type === 'boolean') least[name] = 'false'
    else if (type === 'integer' && minimum !== undefined) least[name] = String(minimum)
  }
  return least
}

async function start(environment: Record<string, string>) {
  const port = String(freePort())
  const service = await runInTest('ingress', ingressSettings, startIngress, {
    ...environment,
    NATS_URL: nats.url,
    STATE_DIR: folder,
    PHONE_HOST: '127.0.0.1',
    PHONE_HTTP_PORT: '0',
    PHONE_TFTP_PORT: '0',
    DHCP_INFO_PORT: port,
  })
  return { service, url: `http://127.0.0.1:${port}/dhcp` }
}

describe('DHCP information', () => {
  it('is not turned off by any setting: with each of them at its least it is still taken, by a token of its own', async () => {
    const { service, url } = await start({
      ...leastOf(ingressSettings),
      SHUTDOWN_DRAIN_MS: '1000',
      PHONE_WAIT_MS: '100',
    })
    const tokenFile = join(folder, 'dhcp-token')
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600)
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` },
      body: JSON.stringify({ dhcp_info: { op: 'commit', ip: '192.0.2.30', mac: '0:8:5d:2e:ec:fb', options: [] } }),
    })
    expect(answer.status).toBe(204)
    expect(learned).toMatchObject([{ address: '192.0.2.30', mac: '00:08:5d:2e:ec:fb', origin: 'server' }])
    await service.close()
  })

  it('has settings of where and of whom only, none of whether', () => {
    const names = Object.keys(ingressSettings).filter((name) => /DHCP/.test(name))
    expect(names.sort()).toEqual([
      'DHCP_INFO_HOST',
      'DHCP_INFO_PORT',
      'DHCP_INFO_SERVERS',
      'DHCP_INFO_TOKEN',
      'DHCP_LISTEN_HOST',
      'DHCP_LISTEN_PORT',
    ])
    expect(names.some((name) => Reflect.get(Reflect.get(ingressSettings, name), 'schema').type === 'boolean')).toBe(
      false,
    )
  })

  it('is overheard where a host is named for it, and a broken datagram changes nothing', async () => {
    learned.length = 0
    const probe = createSocket('udp4')
    await new Promise<void>((resolve) => probe.bind(0, '127.0.0.1', resolve))
    const { port } = probe.address()
    await new Promise<void>((resolve) => probe.close(() => resolve()))
    const { service } = await start({ DHCP_LISTEN_HOST: '127.0.0.1', DHCP_LISTEN_PORT: String(port) })
    const phone = createSocket('udp4')
    const ask = Buffer.alloc(260)
    ask.set([1, 1, 6])
    ask.set([192, 0, 2, 31], 12)
    ask.set([0, 8, 0x5d, 0x2e, 0xec, 0xfc], 28)
    ask.writeUInt32BE(0x63825363, 236)
    ask.set([53, 1, 3, 60, 2, 67, 80, 255], 240)
    phone.send(ask.subarray(0, 244), port, '127.0.0.1')
    phone.send(ask, port, '127.0.0.1')
    await eventually(() => learned.length > 0)
    expect(learned).toMatchObject([
      { address: '192.0.2.31', mac: '00:08:5d:2e:ec:fc', options: { 60: 'CP' }, origin: 'overheard' },
    ])
    phone.close()
    await service.close()
  })
})
