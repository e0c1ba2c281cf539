import { lines, pjsipSections, sipEndpoints, sipMigration, sipTemplates, tasksBucket, trunks } from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clinic, hotel, startFixture } from '../../test/fixture.ts'

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture?.close())

const text = `
[general]
context=unused
language=fr
disallow=all
allow=alaw,ulaw
register => account:secret1@sip.example.com/100

[phones](!)
type=friend
host=dynamic
context=house
dtmfmode=rfc2833

#include more.conf

[1001](phones)
secret=wonderland
callerid="Alice" <1001>

[1002](phones)
secret=looking-glass
rtcachefriends=yes
`
const included = {
  'more.conf': '[carrier]\ntype=peer\nhost=198.51.100.7\ninsecure=port,invite\ncontext=from-outside\n',
}
const source = { file: 'sip.conf', text, included }
const importInto = (tenant: string, dryRun = false) => fixture.ask(sipMigration.import, { source, dryRun }, tenant)

it('takes a sip.conf over: dry run first, then in one change set, and nothing a second time', async () => {
  const dry = await importInto(hotel.id, true)
  expect(dry.applied).toBe(false)
  expect(dry.counts.added).toBeGreaterThan(5)
  expect((await fixture.ask(sipEndpoints.list, {}, hotel.id)).total).toBe(0)

  const done = await importInto(hotel.id)
  expect(done.counts).toEqual(dry.counts)
  expect(done.items.filter(({ outcome }) => outcome === 'refused')).toEqual(
    dry.items.filter(({ outcome }) => outcome === 'refused'),
  )
  const reported = new Set(done.report.map(({ file, line }) => `${file}:${line}`))
  const said = text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [`sip.conf:${index + 1}`]))
  expect(said.filter((line) => !reported.has(line))).toEqual([])
  expect(done.report.find(({ text: line }) => line.startsWith('rtcachefriends'))).toMatchObject({ outcome: 'dropped' })
  expect(JSON.stringify(done)).not.toMatch(/wonderland|looking-glass|secret1/)

  const { items } = await fixture.ask(lines.list, {}, hotel.id)
  expect(items.map(({ name, context, extensions }) => [name, context, extensions.map(({ exten }) => exten)])).toEqual([
    ['1001', 'house', ['1001']],
    ['1002', 'house', ['1002']],
  ])
  expect(
    (await fixture.ask(trunks.list, {}, hotel.id)).items.map(({ endpoint_sip: endpoint }) => endpoint?.name),
  ).toContain('carrier')
  const { items: templates } = await fixture.ask(sipTemplates.list, { label: 'global' }, hotel.id)
  expect(templates[0]?.endpoint_section_options).toContainEqual(['language', 'fr'])
  await eventually(() => fixture.desired.desiredObjects('asterisk').get('auth')?.has('1001') === true)
  expect(fixture.desired.desiredObjects('asterisk').get('auth')?.get('1001')?.fields).toContainEqual([
    'password',
    'wonderland',
  ])
  expect(fixture.desired.desiredObjects('asterisk').get('registration')?.size).toBe(1)

  const again = await importInto(hotel.id)
  expect(again.counts).toMatchObject({ added: 0, changed: 0 })
})

it('refuses what another tenant has already, says so, and takes the rest', async () => {
  const { items } = await importInto(clinic.id)
  expect(items.find(({ name, kind }) => name === '1001' && kind === 'endpoint')).toMatchObject({
    outcome: 'refused',
    reason: 'the name 1001 is taken',
  })
  expect(items.find(({ name }) => name === 'global')?.reason).toContain('the context unused belongs to another tenant')
})

it('prints a pjsip.conf of what Asterisk is to have, to each tenant its own, and takes that over again', async () => {
  const printed = await fixture.ask(sipMigration.export, {}, hotel.id)
  expect(printed.text).toContain('[1001]\ntype = auth\n')
  expect(printed.text).toContain('password = wonderland')
  expect((await fixture.ask(sipMigration.export, {}, clinic.id)).text).not.toContain('wonderland')
  const once = await fixture.ask(sipMigration.export, { limit: 1 })
  const rest = await fixture.ask(sipMigration.export, { offset: 1, limit: 1000 })
  expect(once.text + rest.text).toBe((await fixture.ask(sipMigration.export, { limit: 1000 })).text)
  const back = await fixture.ask(
    sipMigration.import,
    { source: { file: 'pjsip.conf', text: printed.text }, dryRun: true },
    clinic.id,
  )
  expect(back.item_count).toBeGreaterThan(2)
})

it('says what is wrong when there is nothing to import', async () => {
  await expect(fixture.ask(sipMigration.import, { source: {} })).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(fixture.ask(sipMigration.import, { source: {} }, hotel.id)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await fixture.ask(sipMigration.offer, {})).toEqual({})
})

it('takes thousands of peers over as a task: dry run, then for good, with counts and what was refused', {
  timeout: 60_000,
}, async () => {
  const peers = Array.from({ length: 600 }, (_, n) => `[${20_000 + n}]\ntype=friend\nhost=dynamic\nsecret=s${n}\n`)
  const source = { file: 'sip.conf', text: `[general]\ncontext=many\n${peers.join('')}` }
  const start = async (dryRun: boolean) => {
    const { id } = await fixture.ask(sipMigration.start, { source, dryRun }, clinic.id)
    return eventually(
      async () => {
        const task = (await fixture.bus.bucket(tasksBucket).get(id))?.value
        if (task?.state !== 'done') throw new Error(JSON.stringify(task))
        return task
      },
      { timeoutMs: 30_000 },
    )
  }
  const before = (await fixture.ask(lines.list, {}, clinic.id)).total
  const dry = await start(true)
  expect(dry.result).toMatchObject({ applied: false, counts: { refused: 0 }, report_lines: 2_402 })
  expect((await fixture.ask(lines.list, {}, clinic.id)).total).toBe(before)
  const done = await start(false)
  expect(done.result).toMatchObject({ applied: true, refused: [] })
  expect(done.progress?.total).toBeGreaterThan(600)
  expect((await fixture.ask(lines.list, {}, clinic.id)).total).toBe(before + 600)
  const { items } = await fixture.ask(lines.list, { search: '20456' }, clinic.id)
  // The random provisioning code of another line may hold these digits, too.
  const found = items.filter(({ name }) => name === '20456')
  expect(found).toMatchObject([{ name: '20456', context: 'many', extensions: [{ exten: '20456' }] }])
  const again = await start(false)
  expect(again.result).toMatchObject({ counts: { added: 0, changed: 0, refused: 0 } })
  const page = await fixture.ask(sipMigration.import, { source, dryRun: true, offset: 2_400 }, clinic.id)
  expect(page.report).toHaveLength(2)
})

it('takes files that were uploaded in parts: with what they include and users.conf; the report is kept', async () => {
  const upload = 'in-parts'
  const parts = [
    { file: 'sip.conf', text: '[general]\ncontext=parts\n#include "phones.d/*.conf"\n[30' },
    { file: 'sip.conf', text: '01]\ntype=friend\nhost=dynamic\nsecret=first-half\n' },
    { file: 'phones.d/one.conf', text: '[3002]\ntype=friend\nhost=dynamic\nsecret=x\n' },
    { file: 'users.conf', text: '[3003]\nhassip=yes\nfullname=Bob\nsecret=y\n' },
  ]
  for (const [place, part] of parts.entries())
    expect(await fixture.ask(sipMigration.upload, { upload, place, part }, clinic.id)).toEqual({ parts: place + 1 })
  expect(JSON.stringify(await fixture.testDatabase.sql('select contents from sip.import_part'))).not.toContain('first')
  await expect(fixture.ask(sipMigration.start, { source: { upload } }, hotel.id)).rejects.toMatchObject({
    code: 'invalid-input',
  })
  const { id } = await fixture.ask(sipMigration.start, { source: { upload } }, clinic.id)
  const isDone = async () => (await fixture.bus.bucket(tasksBucket).get(id))?.value.state === 'done'
  await eventually(isDone, { timeoutMs: 20_000 })
  for (const name of ['3001', '3002', '3003'])
    expect((await fixture.ask(sipEndpoints.list, { name }, clinic.id)).total).toBe(1)
  const ask = (more: object, as = clinic.id) => fixture.ask(sipMigration.report, { task: id, ...more }, as)
  const { items, total } = await ask({})
  expect(items.map(({ file, line }) => `${file}:${line}`)).toContain('phones.d/one.conf:4')
  expect((await ask({ offset: 2, limit: 3 })).items).toEqual(items.slice(2, 5))
  const found = await ask({ search: 'FULLNAME', outcome: 'taken over' })
  expect(found).toMatchObject({ total: 1, items: [{ file: 'users.conf', text: 'fullname=Bob' }] })
  expect((await ask({ search: 'fullname', outcome: 'dropped' })).total).toBe(0)
  expect(items).toHaveLength(total)
  await expect(ask({}, hotel.id)).rejects.toMatchObject({ code: 'not-found' })
  expect(await fixture.testDatabase.sql('select place from sip.import_part')).toEqual([])
})

it('of a tenant leaves what is the installation’s alone, and says so of each line', async () => {
  const source = {
    file: 'sip.conf',
    text: '[general]\nbindport=5070\nuseragent=Ours\n[4001]\nhost=dynamic\nsecret=x\n',
  }
  const done = await fixture.ask(sipMigration.import, { source, dryRun: true }, clinic.id)
  expect(done.items.filter(({ kind }) => ['transport', 'global', 'system'].includes(kind))).toEqual([])
  expect(done.report.slice(1, 3)).toMatchObject([{ outcome: 'dropped' }, { outcome: 'dropped' }])
  const ofRoot = await fixture.ask(sipMigration.import, { source, dryRun: true })
  expect(ofRoot.items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['transport', 'global']))
})

it('the domains of a sip.conf are objects of every Asterisk, and the same a second time', async () => {
  const source = { file: 'sip.conf', text: '[general]\ndomain=pbx.example\ndomain=old.example\n' }
  const about = async (dryRun: boolean) =>
    (await fixture.ask(sipMigration.import, { source, dryRun })).items.find(({ kind }) => kind === 'domain_alias')
  expect(await about(true)).toMatchObject({ outcome: 'added' })
  expect(await about(false)).toMatchObject({ outcome: 'added' })
  expect(await about(false)).toMatchObject({ outcome: 'same' })
  const aliases = () =>
    [...(fixture.desired.desiredObjects('asterisk').get('domain_alias')?.values() ?? [])].map(({ id, fields }) => [
      id,
      fields,
    ])
  await eventually(() => expect(aliases()).toEqual([['old.example', [['domain', 'pbx.example']]]]))
  const { text } = await fixture.ask(sipMigration.export, {})
  expect(text).toContain('\n[old.example]\ntype = domain_alias\ndomain = pbx.example\n')
  expect((await fixture.ask(sipMigration.export, {}, clinic.id)).text).not.toContain('old.example')

  const section = 'domain_alias' as const
  const put = (options: Record<string, string>) => fixture.ask(pjsipSections.update, { section, settings: { options } })
  for (const options of [{ 'no domain': 'a.example' }, { 'a.example': 'b c' }, { 'a.example': 'a.example' }])
    await expect(put(options)).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ field: `/options/${Object.keys(options)[0]}` }],
    })
  await put({ 'new.example': 'pbx.example' })
  await eventually(() => expect(aliases()).toEqual([['new.example', [['domain', 'pbx.example']]]]))
})
