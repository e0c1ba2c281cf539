import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { serviceNames } from '@strowger/schema'
import {
  askRest,
  createPhone,
  eventually,
  type House,
  launchHouse,
  runProgram,
  scratchFolder,
  startHouse,
} from '@strowger/testkit'
import { afterEach, expect, test } from 'vitest'

const releases: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release()
})

function kept(house: House): House {
  releases.push(house.close)
  return house
}

/** Processes that were started for this house, whoever their parent is now. */
function processesOf({ folder }: House): string[] {
  const found: string[] = []
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const text = readFileSync(`/proc/${pid}/environ`, 'latin1') + readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      if (text.includes(folder))
        found.push(`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`)
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
  return found
}

const phoneOf = (house: House) => createPhone({ ports: house.phones, mac: '00:15:65:12:34:56', address: '127.0.7.1' })

async function deviceId(house: House): Promise<string | undefined> {
  const { body } = await askRest<{ items: { id: string }[]; total: number }>(house, 'GET', '/devices')
  expect(body.total).toBe(1)
  return body.items[0]?.id
}

/** How much slower this machine is at this moment than a quiet one, on which node starts and ends in 80 ms at most. */
async function slowness(): Promise<number> {
  const tookMs: number[] = []
  for (let n = 0; n < 5; n += 1) {
    const begun = performance.now()
    await runProgram(process.execPath, ['-e', '0'])
    tookMs.push(performance.now() - begun)
  }
  return Math.max(1, (tookMs.sort((one, other) => one - other)[2] ?? 0) / 80)
}

test('Ctrl-C stops everything in order and leaves no process; what was there is there again after a warm start', async () => {
  const first = kept(await startHouse())
  await phoneOf(first).fetchHttp()
  const id = await deviceId(first)
  expect(processesOf(first).length).toBeGreaterThanOrEqual(7)

  // A second one beside it says where the first one is, and goes.
  const second = await launchHouse({ folder: first.folder, env: first.environment })
  await second.printed('Strowger runs already')
  await second.printed(`:${first.phones.httpPort}/`)
  expect(await second.end()).toBe(0)

  const pids = Object.values(first.processes())
  expect(await first.end('SIGINT')).toBe(0)
  const order = [...first.output().matchAll(/\| stopping (.*)/g)].map(([, names]) => names?.split(', ').sort())
  const others = serviceNames.filter((name) => name !== 'ingress' && name !== 'gateway')
  expect(order).toEqual([['ingress'], ['gateway'], others.sort(), ['nats'], ['postgresql']])
  for (const service of serviceNames) {
    expect(first.output()).toMatch(new RegExp(`^${service} +\\| [\\d:]+ stopped exitCode=0`, 'm'))
  }
  expect(processesOf(first)).toEqual([])
  for (const pid of pids) expect(existsSync(`/proc/${pid}`)).toBe(false)

  const slowBefore = await slowness()
  const begun = performance.now()
  const again = kept(await startHouse({ folder: first.folder, env: first.environment }))
  const seconds = (performance.now() - begun) / 1_000
  console.log(
    `make run: ready again after ${seconds.toFixed(1)} s (its own figure: ${/ready \((.*)\)/.exec(again.output())?.[1]})`,
  )
  const slow = Math.max(slowBefore, await slowness())
  expect(seconds, `on a machine ${slow.toFixed(1)} times slower than a quiet one`).toBeLessThan(10 * slow)
  expect(await deviceId(again)).toBe(id)
  expect(again.output()).not.toContain('/ '.concat(again.secret('admin-password')))
  await phoneOf(again).fetchHttp()
  expect(await deviceId(again)).toBe(id)

  // Whatever happens to the supervisor, nothing it has started outlives it; and the data survive that, too.
  const { pid } = again
  process.kill(pid, 'SIGKILL')
  await eventually(() => expect(processesOf(again)).toEqual([]), { timeoutMs: 20_000, intervalMs: 50 })
  const third = kept(await startHouse({ folder: first.folder, env: first.environment }))
  expect(await deviceId(third)).toBe(id)
})

test('a port that is taken is named with its holder and its setting, and nothing is started', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  releases.push(async () => void blocker.close())
  await new Promise((resolve) => blocker.once('listening', resolve))
  const address = blocker.address()
  const port = String(typeof address === 'object' && address ? address.port : 0)
  const house = kept(await launchHouse({ folder: scratchFolder('house-'), env: { PHONE_HTTP_PORT: port } }))
  await house.printed('Strowger cannot start')
  expect(house.output()).toContain(`TCP port ${port} is held by process ${process.pid}`)
  expect(house.output()).toContain('choose another with PHONE_HTTP_PORT=')
  expect(await house.end()).toBe(1)
  expect(existsSync(`${house.folder}/pg/cluster`)).toBe(false)
})
