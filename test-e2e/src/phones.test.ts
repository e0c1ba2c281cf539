import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readVendorFile } from '@strowger/render'
import {
  askRest,
  type BootAnswer,
  bootPhone,
  eventually,
  filledIn,
  type House,
  lineOf,
  type PhoneScript,
  phoneFamilies,
  startHouse,
} from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const scripts = phoneFamilies.flatMap(({ phones }) => phones)
/** Each phone has its own address on loopback, as on a network. */
const addressOf = (script: PhoneScript) => `127.0.7.${scripts.indexOf(script) + 1}`
const pluginsFolder = fileURLToPath(new URL('../../packages/plugins', import.meta.url))
const bareMac = ({ mac }: PhoneScript) => mac.replaceAll(':', '')

let house: House
const firstBoots = new Map<PhoneScript, BootAnswer[]>()
const devices = new Map<PhoneScript, Seen>()

interface Seen {
  readonly id: string
  readonly mac?: string
  readonly vendor?: string
  readonly model?: string
  readonly version?: string
  readonly plugin?: string
  readonly added: string
  readonly rendered?: { revision: number; error?: string }
  readonly fetched?: { revision: number; current: boolean; file: string; transport: string; address: string }
}

function boot(script: PhoneScript): Promise<BootAnswer[]> {
  const dhcp = { port: Number(house.environment['DHCP_INFO_PORT']), token: house.secret('dhcp-token') }
  return bootPhone({ ports: house.phones, script, address: addressOf(script), dhcp })
}

async function listed(): Promise<Seen[]> {
  return (await askRest<{ items: Seen[] }>(house, 'GET', '/devices?limit=500')).body.items
}

/** What a phone must get at each step, and nothing of another. */
function expectAnswers(script: PhoneScript, answers: readonly BootAnswer[]): void {
  const others = scripts.filter((other) => other !== script).map(bareMac)
  for (const { step, asked, bytes, refusal } of answers) {
    if (!('gets' in step)) {
      expect(refusal, asked).toBeUndefined()
      continue
    }
    if (step.gets === 'absent') {
      expect(refusal, asked).toMatch(/^404 |not found|error 1\b/i)
      continue
    }
    expect(refusal, asked).toBeUndefined()
    const text = (bytes ?? Buffer.alloc(0)).toString()
    for (const next of step.leadsTo ?? []) expect(text, asked).toContain(filledIn(script, next))
    const lower = text.toLowerCase()
    expect(
      others.filter((mac) => lower.includes(mac)),
      `${asked} of other phones`,
    ).toEqual([])
    if (step.gets === 'shared') expect(lower, `${asked} is of all`).not.toContain(bareMac(script))
    if (step.format !== undefined) expect(readVendorFile(text, step.format).names.length, asked).toBeGreaterThan(0)
  }
}

/** Every value of the line that is not where the script says it stands, as `<file> <name>: <values>`. */
function missing(script: PhoneScript, answers: readonly BootAnswer[]): string[] {
  return answers.flatMap(({ step, asked, bytes }) => {
    if (!('gets' in step) || step.holds === undefined || step.format === undefined) return []
    const file = readVendorFile((bytes ?? '').toString(), step.format)
    return Object.entries(step.holds).flatMap(([name, value]) => {
      const present = file.values(name)
      return present.length === 1 && present[0] === filledIn(script, value)
        ? []
        : [`${asked} ${name}: ${JSON.stringify(present)}`]
    })
  })
}

beforeAll(async () => {
  house = await startHouse()
  for (const script of scripts) firstBoots.set(script, await boot(script))
})
afterAll(() => house?.close())

/** What a manifest calls a kind of phone, and what a script does. */
const kinds: Readonly<Record<string, PhoneScript['kind']>> = { deskphone: 'desk', wifidect: 'wireless' }

/** The kinds of which a family of scripts has models: `cisco-spa` has those of `cisco-spa100`, `cisco-pap2t` … */
function kindsOf(family: string): Set<string> {
  const own = (folder: string) => {
    const isAdapter = folder.startsWith('cisco-') && folder !== 'cisco-sccp'
    return family === 'cisco-spa' ? isAdapter : folder === family || folder === `${family}-dect`
  }
  const manifests = readdirSync(pluginsFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('/manifest.json') && own(path.split('/')[0] ?? ''))
    .map((path) => JSON.parse(readFileSync(join(pluginsFolder, path), 'utf8')) as Manifest)
  const types = manifests.flatMap(({ models = {} }) => Object.values(models).map((model) => model?.type))
  return new Set(types.flatMap((type) => (type === undefined ? [] : [kinds[type] ?? type])))
}

interface Manifest {
  readonly models?: Readonly<Record<string, { type?: string } | null>>
}

describe('the families', () => {
  test.each(phoneFamilies)('$family: there is a phone of each kind that its plugins have', ({ family, phones }) => {
    const wanted = kindsOf(family)
    expect(wanted.size).toBeGreaterThan(0)
    expect([...wanted].filter((kind) => !phones.some((script) => script.kind === kind))).toEqual([])
  })

  test.each(phoneFamilies)('$family: every phone is of another model or plugin', ({ phones }) => {
    expect(new Set(phones.map(({ is }) => `${is.model} ${is.plugin}`)).size).toBe(phones.length)
  })
})

const cases = phoneFamilies.flatMap(({ family, phones }) =>
  phones.map((script) => ({ family, kind: script.kind, model: script.is.model, script })),
)

describe('started for the first time', () => {
  test.each(cases)('$family $kind $model gets each of its files, and nothing of another phone', ({ script }) => {
    expectAnswers(script, firstBoots.get(script) ?? [])
  })

  test.each(cases)('$family $kind $model is a device with all that it said', async ({ script }) => {
    const { mac, is } = script
    const found = (await listed()).filter((device) => device.mac === mac)
    expect(found).toHaveLength(1)
    const [device] = found
    expect(device).toMatchObject({ ...is, added: 'auto' })
    if (is.version === undefined) expect(device?.version).toBeUndefined()
    if (device) devices.set(script, device)
  })

  test('nothing else has become a device', async () => {
    expect((await listed()).map(({ mac }) => mac).sort()).toEqual(scripts.map(({ mac }) => mac).sort())
  })
})

describe('started again after a line was configured over REST', () => {
  beforeAll(async () => {
    for (const [script, { id }] of devices) {
      const line = lineOf(script)
      const raw = {
        sip_proxy_ip: '192.0.2.20',
        sip_lines: { 1: line, 2: { ...line, username: `second-${line.username}` } },
        sccp_call_managers: { 1: { ip: `${line.username}.example.com` } },
      }
      const body = { id, parents: ['base', 'defaultconfigdevice'], raw }
      const written = await askRest(house, 'POST', '/configs', { body })
      if (written.status !== 201) throw new Error(`${script.mac}: ${JSON.stringify(written)}`)
    }
  })

  test.each(cases)(
    '$family $kind $model has the line in its file, and the revision is recorded',
    async ({ script }) => {
      const device = devices.get(script)
      if (device === undefined) throw new Error('it did not become a device')
      const answers = await eventually(async () => {
        const latest = await boot(script)
        expect(missing(script, latest)).toEqual([])
        return latest
      })
      expectAnswers(script, answers)
      await eventually(async () => {
        const { body } = await askRest<Seen>(house, 'GET', `/devices/${device.id}`)
        expect(body.rendered?.error).toBeUndefined()
        expect(body.fetched, JSON.stringify(body)).toMatchObject({ current: true, address: addressOf(script) })
        expect(body.fetched?.revision).toBe(body.rendered?.revision)
      })
    },
  )

  test('all of it was said to the right phone: no file was refused, none is out of date', async () => {
    const behind = (await listed()).filter(({ fetched, rendered }) => fetched?.revision !== rendered?.revision)
    expect(behind.map(({ mac }) => mac)).toEqual([])
  })
})
