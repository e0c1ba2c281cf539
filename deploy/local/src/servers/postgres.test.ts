import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { startPostgres } from './postgres.ts'

const scratch = fileURLToPath(new URL('../../node_modules/', import.meta.url))
const releases: (() => unknown)[] = []
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release()
})

function dataDir(): string {
  const folder = mkdtempSync(join(scratch, 'pg-'))
  releases.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a killed server comes back on its port with its data', async () => {
  const server = await startPostgres({ dataDir: dataDir(), password: 'secret', durable: false })
  releases.push(server.stop)
  const before = server.pid()
  await server.kill9()
  await server.restart()
  expect(server.pid()).not.toBe(before)
  expect(server.url).toBe(`postgres://postgres:secret@127.0.0.1:${server.port}/postgres`)
})
