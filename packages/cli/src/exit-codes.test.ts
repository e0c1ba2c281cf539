import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getDevice, getTask, listDevices } from '@strowger/schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GatewayStandIn, startGatewayStandIn } from '../test/gateway-stand-in.ts'
import { exitCodesText } from './failure.ts'
import { runCommand } from './program.ts'
import type { Surroundings } from './surroundings.ts'

let gateway: GatewayStandIn
let folder: string
beforeAll(async () => {
  gateway = await startGatewayStandIn()
  folder = mkdtempSync(join(tmpdir(), 'exit-codes-'))
})
afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

let printed = ''
const output = {
  write(text: string) {
    printed += text
  },
  columns: undefined,
}

function run(argv: readonly string[], env: Record<string, string> = {}): Promise<number> {
  printed = ''
  const around: Surroundings = {
    env: { STROWGER_URL: gateway.url, STROWGER_TOKEN: 'strowger_of_a_test', ...env },
    cloneRoot: folder,
    homeFolder: folder,
    hostName: 'test',
    out: output,
    err: output,
    fetch,
    sleep: async () => {},
    readSecret: async () => '',
    async *lines() {},
  }
  return runCommand(argv, around)
}

it('ends with 0 when all went well, also when nothing was found, and when it only explains', async () => {
  gateway.answer(listDevices, { status: 200, body: { items: [], total: 0 } })
  expect(await run(['devices', 'list'])).toBe(0)
  expect(await run(['--help'])).toBe(0)
  expect(printed).toContain(exitCodesText.trim())
})

it('ends with 1 when it was refused, or a task failed', async () => {
  gateway.answer(getDevice, { status: 404, body: { title: 'There is no such object', code: 'not-found' } })
  expect(await run(['devices', 'get', '3f060dc697b24995baad3d0e12a6d3d6'])).toBe(1)
  expect(printed).toBe('There is no such object\n')
  const task = { ...getTask.example.output, state: 'failed', reason: 'PostgreSQL is away' }
  gateway.answer(getTask, { status: 200, body: task })
  expect(await run(['tasks', 'watch', task.id])).toBe(1)
  expect(printed).toContain('The task failed: PostgreSQL is away')
})

it('ends with 2 when it was called wrongly, or there is no log-in', async () => {
  expect(await run(['devices', 'lost'])).toBe(2)
  expect(await run(['devices', 'list', '--limit', 'many'])).toBe(2)
  expect(await run(['completion', 'tcsh'])).toBe(2)
  expect(await run(['devices', 'list'], { STROWGER_TOKEN: '', STROWGER_URL: '' })).toBe(2)
})

it('ends with 3 when the gateway cannot be reached', async () => {
  expect(await run(['devices', 'list'], { STROWGER_URL: 'http://127.0.0.1:9' })).toBe(3)
})
