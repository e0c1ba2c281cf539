import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lines, sipMigration } from '@strowger/schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hotel, startFixture } from '../../test/fixture.ts'

let fixture: Awaited<ReturnType<typeof startFixture>>
const folder = mkdtempSync(join(tmpdir(), 'offered-'))
const file = join(folder, 'sip.conf')

beforeAll(async () => {
  mkdirSync(join(folder, 'phones.d'))
  const peer = (name: string) => `[${name}]\ntype=friend\nhost=dynamic\nsecret=x\n`
  writeFileSync(
    file,
    `[general]\ncontext=offered\n#include phones.d/*.conf\n#include ${folder}/more.conf\n${peer('5001')}`,
  )
  writeFileSync(join(folder, 'phones.d', 'one.conf'), peer('5002'))
  writeFileSync(join(folder, 'more.conf'), peer('5003'))
  writeFileSync(join(folder, 'users.conf'), '[5004]\nhassip=yes\nfullname=Bob\nsecret=y\n')
  writeFileSync(join(folder, 'other.conf'), peer('5005'))
  fixture = await startFixture({ SIP_IMPORT_FILE: file })
})
afterAll(async () => {
  await fixture?.close()
  rmSync(folder, { recursive: true, force: true })
})

it('a file of the settings is offered to the root tenant, and taken with what it includes and users.conf beside it', async () => {
  expect(await fixture.ask(sipMigration.offer, {})).toMatchObject({ file, bytes: expect.any(Number) })
  await expect(fixture.ask(sipMigration.offer, {}, hotel.id)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(fixture.ask(sipMigration.start, { source: {} }, hotel.id)).rejects.toMatchObject({ code: 'forbidden' })
  const done = await fixture.ask(sipMigration.import, { source: {} })
  expect(done.items.filter(({ outcome }) => outcome === 'refused')).toEqual([])
  const { items } = await fixture.ask(lines.list, {})
  expect(items.map(({ name }) => name).sort()).toEqual(['5001', '5002', '5003', '5004'])
  expect(done.report.filter(({ outcome }) => outcome === 'refused')).toEqual([])
})
