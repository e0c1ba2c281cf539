import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  catalogue,
  changeAreas,
  configChanges,
  createSession,
  createToken,
  deviceChanges,
  getDevice,
  getTask,
  isKnownAddress,
  listDevices,
  listTenants,
  patchConfig,
  type RequestDefinition,
  ratingChanges,
  reconfigure,
  updatePolicy,
} from '@strowger/schema'
import type { Command } from 'commander'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type GatewayStandIn, startGatewayStandIn } from '../test/gateway-stand-in.ts'
import { restFrom } from './client.ts'
import { createProgram, runCommand } from './program.ts'
import type { Surroundings } from './surroundings.ts'

let gateway: GatewayStandIn
let folder: string
beforeAll(async () => {
  gateway = await startGatewayStandIn()
  folder = mkdtempSync(join(tmpdir(), 'strowger-cli-'))
})
beforeEach(() => void gateway.asked.splice(0))
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await gateway.close()
})

const texts = { out: '', err: '' }
function surroundings(
  parts: { env?: Record<string, string>; columns?: number; lines?: readonly string[] } = {},
): Surroundings {
  texts.out = ''
  texts.err = ''
  const output = (name: 'out' | 'err') => ({
    write: (text: string) => {
      texts[name] += text
    },
    columns: parts.columns,
  })
  return {
    env: parts.env ?? { STROWGER_URL: gateway.url, STROWGER_TOKEN: 'strowger_test' },
    cloneRoot: join(folder, 'clone'),
    homeFolder: join(folder, 'home'),
    hostName: 'desk',
    out: output('out'),
    err: output('err'),
    fetch,
    sleep: async () => {},
    readSecret: async () => 'pass:word',
    lines: async function* () {
      yield* parts.lines ?? []
    },
  }
}
const run = (...argv: string[]) => runCommand(argv, surroundings())

const operations = catalogue.requests.filter(({ rest }) => rest !== undefined)

test('what one command calls create another may call add: both are understood, and the help shows one', async () => {
  for (const words of [
    ['devices', 'ls'],
    ['devices', 'show', 'reception'],
    ['users', 'rm', 'marie'],
  ]) {
    expect(await run(...words), `${words.join(' ')}: ${texts.err}`).not.toBe(2)
  }
  await run('users', '--help')
  expect(texts.out).toMatch(/^ {2}add /m)
  expect(texts.out).not.toMatch(/add\|/)
})

test('--version tells it, and whoami as whom the commands act', async () => {
  expect([await run('--version'), texts.out]).toEqual([0, expect.stringMatching(/^strowger \d+\.\d+\.\d+\n$/)])
  expect([await run('whoami'), texts.out]).toEqual([0, expect.stringContaining(`marie (write) at ${gateway.url}`)])
})

test.each(operations.map((definition) => [definition.subject, definition] as const))(
  'a call of %s is as its binding says',
  (_subject, definition: RequestDefinition<unknown, unknown>) => {
    const input = { ...(definition.example.input as Record<string, unknown>), ifRevision: 12 }
    const { method, path, body, headers } = restFrom(definition, input)
    expect(method).toBe(definition.rest?.method)
    expect(path).not.toMatch(/[{}]|ifRevision/)
    expect(headers).toEqual({ 'if-match': '"12"' })
    if (definition.rest?.body) expect(body).toEqual(input[definition.rest.body as keyof typeof input])
  },
)

test('every command explains itself with an example', () => {
  const around = surroundings()
  const visit = (command: Command, path: readonly string[]): void => {
    if (command.commands.length > 0) {
      for (const inner of command.commands) visit(inner, [...path, inner.name()])
      return
    }
    texts.out = ''
    command.outputHelp()
    expect(texts.out, path.join(' ')).toContain(`Examples:\n  strowger ${path.join(' ')}`)
    expect(command.description(), path.join(' ')).not.toBe('')
  }
  const program = createProgram(around)
  visit(program, [])
  const names = program.commands.map((command) => command.name())
  expect(names).toEqual(expect.arrayContaining(['devices', 'configs', 'changes', 'login', 'api']))
})

describe('commands', () => {
  test('devices list shows what is rendered and what the phone has of it', async () => {
    const [device] = listDevices.example.output.items
    const fetched = { revision: 3, current: true, at: '', file: 'a', transport: 'http', address: '127.0.0.1' }
    const items = [{ ...device, fetched }, { ...device, fetched: { ...fetched, revision: 2, current: false } }, device]
    gateway.answer(listDevices, { status: 200, body: { items, total: 9 } })
    expect(await run('devices', 'list', '--vendor', 'Yealink', '--limit', '3')).toBe(0)
    expect(texts.out).toContain('00:15:65:12:34:56  127.0.0.1  Yealink  T46S   66.86.0.15  yealink-v86  autoprov')
    for (const revision of ['3 ✓', '3 (2)', '3 –', '(3 of 9;']) expect(texts.out).toContain(revision)
    expect(gateway.asked[0]).toMatchObject({ path: '/api/v1/devices', query: { vendor: 'Yealink', limit: '3' } })
    expect(gateway.asked[0]?.headers['x-auth-token']).toBe('strowger_test')
  })

  test('configs set takes the mac of the device, and says which devices a dry run would change', async () => {
    const body = { applied: false, devices: ['a', 'b'], deviceCount: 5 }
    gateway.answer(patchConfig, { status: 200, body })
    expect(await run('configs', 'set', '001565123456', 'sip_lines.1.username=1001', '--dry-run')).toBe(0)
    expect(gateway.asked[0]).toMatchObject({ query: { mac: '00:15:65:12:34:56' } })
    expect(gateway.asked[1]).toMatchObject({
      method: 'PATCH',
      path: `/api/v1/configs/${getDevice.example.output.id}`,
      query: { dryRun: 'true' },
      body: { set: { 'sip_lines.1.username': '1001' } },
    })
    expect(texts.out).toBe('Nothing was changed. It would change the files of 5 devices:\n  a\n  b\n  and 3 more\n')
  })

  test('policy set tries it first, and says for how many phones', async () => {
    const impact = {
      changes: [{ field: 'keys', before: 'off', after: 'required' }],
      devices: 9,
      rendered: 7,
      outside: 0,
    }
    gateway.answer(updatePolicy, { status: 200, body: { ...updatePolicy.example.output, applied: false, impact } })
    expect(await run('policy', 'set', '--keys', 'required', '--dry-run')).toBe(0)
    expect(gateway.asked[0]).toMatchObject({ method: 'PATCH', query: { dryRun: 'true' }, body: { keys: 'required' } })
    expect(texts.out).toMatch(/^Nothing was changed/)
    expect(texts.out).toMatch(/impact\.rendered +7/)
  })

  test.each([
    [['tenants', 'delete', 'hotel paris'], 'Deleted hotel paris\n'],
    [['sip', 'registrars', 'set', 'default', 'main_port=5070'], 'Changed default\n'],
    [['files', 'delete', 'yealink-v86', 'ring.wav'], 'Deleted\n'],
  ])('%j does it, and only with --dry-run asks what it would do', async (words, said) => {
    expect(await run(...words)).toBe(0)
    expect(texts.out).toBe(said)
    expect(gateway.asked.at(-1)?.query).toEqual({})
    await run(...words, '--dry-run')
    expect(gateway.asked.at(-1)?.query).toEqual({ dryRun: 'true' })
  })

  test('devices set writes what was read with the change, when nobody wrote meanwhile', async () => {
    expect(await run('devices', 'set', 'a', 'description=Hall', 'version=')).toBe(0)
    const { mac, plugin, model, vendor, ip } = getDevice.example.output
    expect(gateway.asked[1]).toMatchObject({ method: 'PUT' })
    expect(gateway.asked[1]?.body).toEqual({ mac, plugin, model, vendor, ip, description: 'Hall' })
    expect(gateway.asked[1]?.headers['if-match']).toBe(`"${getDevice.example.output.revision}"`)
  })

  test('changes list merges the areas by time, and leaves out what the token may not see', async () => {
    const set = deviceChanges.list.example.output.items[0]
    gateway.answer(deviceChanges.list, {
      status: 200,
      body: { items: [{ ...set, id: 1, at: '2026-01-01T00:00:00.000Z' }], total: 1 },
    })
    gateway.answer(configChanges.list, {
      status: 200,
      body: { items: [{ ...set, id: 2, at: '2026-01-02T00:00:00.000Z' }], total: 1 },
    })
    gateway.answer(ratingChanges.list, {
      status: 200,
      body: { items: [{ ...set, id: 3, at: '2026-01-03T00:00:00.000Z' }], total: 1 },
    })
    const answered = [deviceChanges.list, configChanges.list, ratingChanges.list]
    for (const { list } of Object.values(changeAreas)) {
      if (!answered.includes(list)) gateway.answer(list, { status: 403, body: { code: 'forbidden' } })
    }
    expect(await run('changes', 'list')).toBe(0)
    expect(
      texts.out
        .split('\n')
        .slice(1)
        .map((line) => line.split(' ')[0]),
    ).toEqual(['rating/3', 'configs/2', 'devices/1', ''])
  })

  test('reconfigure --follow shows each step, and fails when the task does', async () => {
    const task = getTask.example.output
    const ended = {
      ...task,
      state: 'failed',
      reason: 'no space',
      progress: { current: 1000, total: 1000, unit: 'devices' },
    }
    gateway.answer(reconfigure, { status: 202, body: task })
    gateway.answer(
      getTask,
      { status: 404, body: { code: 'not-found' } },
      { status: 200, body: task },
      { status: 200, body: ended },
    )
    expect(await run('reconfigure', '--plugin', 'yealink-v86', '--follow')).toBe(1)
    expect(texts.err).toContain('120 of 1000 devices  12 %\n')
    expect(texts.err).toContain('The task failed: no space')
  })

  test('bans known ends with 0 for the address of known phones, else with 1', async () => {
    const answer = { address: '192.0.2.30', devices: 12, newDevices: 0, refused: 0, why: '12 known phones are there' }
    gateway.answer(
      isKnownAddress,
      { status: 200, body: { ...answer, known: true } },
      { status: 200, body: { ...answer, known: false } },
    )
    expect(await run('bans', 'known', '192.0.2.30')).toBe(0)
    expect(gateway.asked[0]).toMatchObject({ path: '/api/v1/bans/known', query: { address: '192.0.2.30' } })
    expect(await run('bans', 'known', '192.0.2.30')).toBe(1)
    expect(texts.out).toBe('not known: 12 known phones are there\n')
    expect(texts.err).toBe('')
  })

  test('flood set writes each limit in its type, and refuses what is none', async () => {
    expect(await run('flood', 'set', 'newPhones=5000', 'banMode=observe', 'banIgnore=192.0.2.0/24, ::1')).toBe(0)
    expect(gateway.asked[0]).toMatchObject({
      method: 'PATCH',
      path: '/api/v1/flood',
      body: { newPhones: 5000, banMode: 'observe', banIgnore: ['192.0.2.0/24', '::1'] },
    })
    expect(await run('flood', 'set', 'newPhones=many')).toBe(2)
    expect(await run('flood', 'set', 'colour=red')).toBe(2)
  })

  test('what a phone has sent is printed as it is', async () => {
    expect(await run('uploads', 'get', 'd1', 'u1')).toBe(0)
    expect(texts.out).toBe('#!version:1.0.0.1\n')
    expect(await run('uploads', 'keep', 'd1', '--for', '12h')).toBe(0)
    expect(gateway.asked.at(-1)).toMatchObject({ method: 'PUT', body: { forS: 43_200 } })
  })

  test('a tenant is named by id or by name', async () => {
    const [tenant] = listTenants.example.output.items
    expect(await run('devices', 'list', '--tenant', 'hotel paris')).toBe(0)
    expect(gateway.asked[1]?.headers['strowger-tenant']).toBe(tenant?.id)
    expect(await run('devices', 'list', '--tenant', 'Hotel Nowhere')).toBe(1)
  })

  test('--json prints the answer itself', async () => {
    expect(await run('policy', 'get', '--json')).toBe(0)
    expect(JSON.parse(texts.out)).toMatchObject({ addressChange: 'allow' })
  })

  test('what is refused is said with each field at fault, and ends with 1', async () => {
    const fields = [
      { field: '/mac', problem: 'is wrong' },
      { field: '/ip', problem: 'is missing' },
    ]
    gateway.answer(getDevice, { status: 400, body: { title: 'No', detail: 'The device cannot be stored', fields } })
    expect(await run('devices', 'get', 'a')).toBe(1)
    expect(texts.err).toBe('No: The device cannot be stored\n  /mac: is wrong\n  /ip: is missing\n')
  })

  test.each([
    ['devices', 'lis'],
    ['devices', 'list', '--limit', 'ten'],
    ['devices', 'set', 'a', 'colour=red'],
    ['configs', 'set', 'a', 'nothing'],
    ['changes', 'undo', '17'],
    ['policy', 'set'],
    ['policy', 'set', '--nat', 'perhaps'],
    ['tokens', 'create', 'x', '--expires', 'soon'],
    ['api', 'GET', 'devices'],
    [],
  ])('%s %s %s %s ends with 2', async (...argv) => {
    expect(await run(...argv)).toBe(2)
  })

  test('a gateway that is away ends with 3 and is named', async () => {
    const env = { STROWGER_URL: 'http://127.0.0.1:9', STROWGER_TOKEN: 'x' }
    expect(await runCommand(['devices', 'list'], surroundings({ env }))).toBe(3)
    expect(texts.err).toContain('http://127.0.0.1:9')
  })
})

describe('log-in', () => {
  test('without one the local administrator of the clone is used', async () => {
    const clone = join(folder, 'clone', '.strowger')
    mkdirSync(join(clone, 'secrets'), { recursive: true })
    mkdirSync(join(clone, 'run'), { recursive: true })
    writeFileSync(join(clone, 'secrets', 'admin-token'), 'strowger_local\n')
    writeFileSync(join(clone, 'run', 'addresses.json'), JSON.stringify({ gateway: gateway.url }))
    expect(await runCommand(['devices', 'list'], surroundings({ env: {} }))).toBe(0)
    expect(gateway.asked[0]?.headers['x-auth-token']).toBe('strowger_local')
    // Another gateway is not told the local token.
    expect(await runCommand(['devices', 'list', '--url', 'http://127.0.0.1:9'], surroundings({ env: {} }))).toBe(2)
  })

  test('login opens a session with name and password, keeps it for this user alone, and logout ends it', async () => {
    expect(await runCommand(['login', gateway.url], surroundings({ env: {} }))).toBe(0)
    const { headers, body } = gateway.asked[0] ?? { headers: {}, body: undefined }
    expect(headers.authorization).toBe(`Basic ${btoa('admin:pass:word')}`)
    expect(body).toBeUndefined()
    const file = join(folder, 'home', '.config', 'strowger', 'login.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toContain('pass:word')
    expect(texts.out).not.toContain(createSession.example.output.text)

    await runCommand(['devices', 'list'], surroundings({ env: {} }))
    expect(gateway.asked[1]?.headers['x-auth-token']).toBe(createSession.example.output.text)
    expect(await runCommand(['logout'], surroundings({ env: {} }))).toBe(0)
    expect(gateway.asked[2]).toMatchObject({ method: 'DELETE', path: '/api/v1/sessions/current' })
    expect(await runCommand(['logout'], surroundings({ env: {} }))).toBe(1)
  })

  test('login --expires makes a token that lasts, and logout ends that', async () => {
    expect(await runCommand(['login', gateway.url, '--expires', '30d'], surroundings({ env: {} }))).toBe(0)
    expect(gateway.asked[0]?.body).toEqual({ name: 'strowger on desk', expiresInS: 2_592_000 })
    expect(await runCommand(['logout'], surroundings({ env: {} }))).toBe(0)
    expect(gateway.asked[1]).toMatchObject({
      method: 'DELETE',
      path: `/api/v1/tokens/${createToken.example.output.id}`,
    })
  })
})
