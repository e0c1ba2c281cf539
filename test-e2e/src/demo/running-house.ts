import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { HousePorts, Phone } from '@strowger/testkit'

export interface DeviceAnswer {
  readonly id: string
  readonly mac?: string
  readonly ip?: string
  readonly vendor?: string
  readonly model?: string
  readonly version?: string
  readonly plugin?: string
  readonly status: string
  readonly rendered?: { readonly revision: number }
  readonly fetched?: { readonly revision: number; readonly current: boolean; readonly transport: string }
}

/** The house of `make run` as the demo sees it. */
export interface RunningHouse {
  readonly home: string
  readonly ports: HousePorts
  rest<Answer>(method: string, path: string, body?: object): Promise<Answer>
  /** The device once its files are rendered and its fetch is recorded. */
  deviceOf(phone: Phone): Promise<DeviceAnswer>
}

export const say = (text = '') => void process.stdout.write(`${text}\n`)

/** Undefined: none runs here. */
export function runningHouse(): RunningHouse | undefined {
  const home = process.env['STROWGER_HOME'] ?? join(import.meta.dirname, '..', '..', '..', '.strowger')
  const found = addressesIn(home)
  if (found === undefined) return undefined
  const { gateway, ports, token } = found

  async function rest<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${gateway}/api/v1${path}`, {
      method,
      headers: { 'x-auth-token': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }

  async function deviceOf(phone: Phone): Promise<DeviceAnswer> {
    let device: DeviceAnswer | undefined
    await until(async () => {
      const { items } = await rest<{ items: DeviceAnswer[] }>('GET', `/devices?recurse=true&mac=${phone.mac}`)
      device = items[0]
      return device?.rendered !== undefined && device.fetched !== undefined
    })
    if (device === undefined) throw new Error(`${phone.mac} is no device`)
    return device
  }
  return { home, ports, rest, deviceOf }
}

function addressesIn(home: string) {
  const read = (...names: string[]) => readFileSync(join(home, ...names), 'utf8')
  try {
    const { gateway } = JSON.parse(read('run', 'addresses.json')) as { gateway: string }
    const { addresses } = JSON.parse(read('run', 'supervisor.json')) as { addresses: string[] }
    const port = (protocol: string) => Number(new RegExp(`${protocol}://\\S+:(\\d+)/`).exec(addresses.join('\n'))?.[1])
    const httpPort = port('http')
    const ports = { httpPort, tftpPort: port('tftp'), httpUrl: `http://127.0.0.1:${httpPort}` }
    return { gateway, ports, token: read('secrets', 'admin-token').trim() }
  } catch {
    return undefined
  }
}

export async function until(met: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!(await met())) {
    if (performance.now() > deadline) throw new Error('it did not happen within 15 s; see make status and make logs')
    await delay(100)
  }
}
