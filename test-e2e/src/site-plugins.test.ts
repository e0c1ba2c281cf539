import { appendFileSync, cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askHttp, askRest, eventually, type House, scratchFolder, startHouse, strowger } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** docs/guides/write-a-plugin.md, from its last step. */
const example = fileURLToPath(new URL('../../docs/guides/acme-plugin', import.meta.url))
const folder = scratchFolder('site-plugins-')
let house: House

beforeAll(async () => {
  cpSync(example, folder, { recursive: true })
  house = await startHouse({ env: { SITE_PLUGINS_DIR: folder } })
})
afterAll(async () => {
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
})

const bootOnce = () =>
  askHttp({
    port: house.phones.httpPort,
    address: '127.0.8.1',
    path: '/acme-02ac3e000001.cfg',
    headers: { 'user-agent': 'Acme A1 1.4.2 02:ac:3e:00:00:01' },
  })

async function plugins(): Promise<{ id: string; origin: string }[]> {
  const { body } = await askRest<{ items: { id: string; origin: string }[] }>(house, 'GET', '/plugins?limit=500')
  return body.items
}

async function restartRendering(): Promise<void> {
  await house.kill9('rendering')
  await house.ready()
}

test('a plugin of the site that nobody trusts is not loaded, and the log says what to do', async () => {
  expect((await plugins()).some(({ id }) => id === 'acme-1')).toBe(false)
  expect((await bootOnce()).status).toBe(404)
  expect(readFileSync(house.logFile('rendering'), 'utf8')).toContain('strowger plugins trust')
})

test('once trusted, it serves its phones beside the built-in ones', async () => {
  expect(await strowger(house, 'plugins', 'check', folder)).toBe('1 plugin checked, no problems\n')
  expect(await strowger(house, 'plugins', 'trust', folder)).toContain('new      acme/1/manifest.json')
  await restartRendering()
  expect(await plugins()).toContainEqual(expect.objectContaining({ id: 'acme-1', origin: 'installed' }))
  expect(await plugins()).toContainEqual(expect.objectContaining({ id: 'yealink-v86', origin: 'built-in' }))
  await eventually(async () => {
    const { status, body } = await bootOnce()
    expect(status).toBe(200)
    expect(body.toString()).toMatch(/^line\.1\.user = ap\w+$/m)
  })
  expect(await strowger(house, 'devices', 'list')).toMatch(/02:ac:3e:00:00:01.*Acme.*A1/)
})

test('a template that was changed behind its back is refused with the file’s name', async () => {
  appendFileSync(join(folder, 'acme/1/templates/base.tpl'), '\nphone.backdoor = 1\n')
  await restartRendering()
  expect((await plugins()).some(({ id }) => id === 'acme-1')).toBe(false)
  expect((await plugins()).some(({ id }) => id === 'yealink-v86')).toBe(true)
  await eventually(async () => (await bootOnce()).status === 404)
  expect(readFileSync(house.logFile('rendering'), 'utf8')).toContain('acme/1/templates/base.tpl is not the file')
})
