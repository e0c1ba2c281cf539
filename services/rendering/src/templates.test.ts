import {
  configChanges,
  copyTemplates,
  deleteTemplate,
  getTemplate,
  listTemplates,
  listTemplateVersions,
  previewTemplates,
  putStaticFile,
  putTemplate,
  rootTenantId,
} from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clinic, hotel, startFixture } from '../test/fixture.ts'

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture?.close())

const plugin = 'yealink-v86'
const adding = (line: string) => `{% include "${plugin}/base.tpl" %}\n${line}\n`
const put = (name: string, text: string, tenant: string = rootTenantId, more: object = {}) =>
  fixture.ask(putTemplate, { plugin, name, template: { text }, ...more }, tenant)

afterEach(async () => {
  for (const tenant of [rootTenantId, hotel.id, clinic.id]) {
    const { items } = await fixture.ask(listTemplates, { plugin, custom: true }, tenant)
    for (const { name, tenant: owner } of items)
      if (owner === tenant) await fixture.ask(deleteTemplate, { plugin, name }, tenant)
  }
})

describe('a custom template', () => {
  it('for every device comes before the shipped one, and deleting it brings that back', async () => {
    const device = await fixture.newDevice()
    const before = await fixture.fetchFile(device)
    const changed = await put('base.tpl', adding('# for all'))
    expect(changed).toMatchObject({
      applied: true,
      template: { name: 'base.tpl', shippedBy: plugin, tenant: rootTenantId },
    })
    expect(changed.devices).toContain(device.id)
    await eventually(async () => (await fixture.fetchFile(device)).text.includes('# for all'))
    await eventually(() => (fixture.rendered.get(device.id)?.revision ?? 0) > (before.revision ?? 0))
    await fixture.ask(deleteTemplate, { plugin: `wazo-${plugin}`, name: 'base.tpl' })
    await eventually(async () => (await fixture.fetchFile(device)).text === before.text)
  })

  it('for a model or a device concerns just these', async () => {
    const [one, other, third] = [
      await fixture.newDevice(),
      await fixture.newDevice(),
      await fixture.newDevice(rootTenantId, { model: 'T42S' }),
    ]
    const revisions = () => [one, other, third].map(({ id }) => fixture.rendered.get(id)?.revision)
    const before = revisions()
    await put(`${fixture.fileOf(one)}.tpl`, adding('# only one'))
    await eventually(async () => (await fixture.fetchFile(one)).text.includes('# only one'))
    await eventually(() => revisions()[0] !== before[0])
    await put('T42S.tpl', adding('# only T42S'))
    await eventually(async () => (await fixture.fetchFile(third)).text.includes('# only T42S'))
    await eventually(() => revisions()[2] !== before[2])
    expect((await fixture.fetchFile(other)).text).not.toContain('# only')
    expect(revisions()[1]).toBe(before[1])
  })

  it('is looked up before a shipped one for include and extends too', async () => {
    const device = await fixture.newDevice()
    await put('T46S.tpl', `{% include "ours/greeting.tpl" %}\n{% extends "base.tpl" %}`)
    await put('ours/greeting.tpl', '# hello from an include\n')
    await put('base.tpl', '# a base of ours\n{% include "ours/greeting.tpl" %}')
    await eventually(async () => {
      const { text } = await fixture.fetchFile(device)
      return text.includes('# a base of ours') && text.includes('# hello from an include')
    })
  })

  it('of a tenant is for its devices and those below; the nearest of a name is in force', async () => {
    const [root, guest] = [await fixture.newDevice(), await fixture.newDevice(hotel.id)]
    await put('base.tpl', adding('# of the root'))
    await eventually(async () => (await fixture.fetchFile(guest)).text.includes('# of the root'))
    await put('base.tpl', adding('# of the hotel'), hotel.id)
    await eventually(async () => (await fixture.fetchFile(guest)).text.includes('# of the hotel'))
    expect((await fixture.fetchFile(guest)).text).not.toContain('# of the root')
    expect((await fixture.fetchFile(root)).text).not.toContain('# of the hotel')
    expect(await fixture.ask(getTemplate, { plugin, name: 'base.tpl' }, clinic.id)).toMatchObject({
      tenant: rootTenantId,
    })
    await expect(fixture.ask(deleteTemplate, { plugin, name: 'base.tpl' }, clinic.id)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('that cannot be compiled is refused with its line, and nothing is written', async () => {
    await expect(put('base.tpl', 'one\n{% if %}\n')).rejects.toMatchObject({
      code: 'invalid-input',
      fields: [{ field: '/template/text', problem: expect.stringMatching(/^base\.tpl:2: /) }],
    })
    await expect(put('base.tpl', 'one\ntwo \0')).rejects.toMatchObject({
      fields: [{ problem: 'base.tpl:2: a NUL character' }],
    })
    expect((await fixture.ask(listTemplates, { plugin, custom: true })).total).toBe(0)
  })

  it.each([
    '../base.tpl',
    '/etc/base.tpl',
    'a/../b.tpl',
    '.base.tpl',
    'base.cfg',
    'a//b.tpl',
    'a\\b.tpl',
    `${'a'.repeat(300)}.tpl`,
  ])('cannot be called %s', async (name) => {
    await expect(put(name, 'x')).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('that fails at rendering leaves phones their last good file, and the device says where it fails', async () => {
    const device = await fixture.newDevice()
    const good = await fixture.fetchFile(device)
    await put('base.tpl', 'fine\n{{ 1 / 0 }}\n{% for i in range(9999999) %}{% endfor %}\n')
    await eventually(() => fixture.rendered.get(device.id)?.error !== undefined)
    expect(fixture.rendered.get(device.id)?.error).toMatch(/^yealink-v86: base\.tpl:\d: .+ \(device 00:15:65/)
    expect((await fixture.fetchFile(device)).text).toBe(good.text)
    await fixture.ask(deleteTemplate, { plugin, name: 'base.tpl' })
    await eventually(() => fixture.rendered.get(device.id)?.error === undefined)
  })

  it('is written only over the revision that was read', async () => {
    const { template } = await put('base.tpl', adding('# one'))
    await put('base.tpl', adding('# two'), rootTenantId, { ifRevision: template?.revision })
    const stale = { ifRevision: template?.revision ?? 0 }
    await expect(put('base.tpl', adding('# three'), rootTenantId, stale)).rejects.toMatchObject({
      code: 'stale-revision',
    })
    await expect(put('base.tpl', '', rootTenantId, { ...stale, dryRun: true })).rejects.toMatchObject({
      code: 'stale-revision',
    })
  })
})

describe('the history of a template', () => {
  it('shows who wrote what, and an undo brings the version before back', async () => {
    const device = await fixture.newDevice()
    await put('base.tpl', adding('# first'))
    await put('base.tpl', adding('# second'))
    const { items, total } = await fixture.ask(listTemplateVersions, { plugin, name: 'base.tpl' })
    expect(total).toBeGreaterThanOrEqual(2)
    expect(items[0]).toMatchObject({ actor: 'admin', operation: 'update' })
    expect(items[0]?.diff).toContain('-# first\n+# second\n')
    await eventually(async () => (await fixture.fetchFile(device)).text.includes('# second'))
    await fixture.ask(configChanges.undo, { id: items[0]?.change ?? 0 })
    await eventually(async () => (await fixture.fetchFile(device)).text.includes('# first'))
    await expect(fixture.ask(configChanges.undo, { id: items[0]?.change ?? 0 })).rejects.toMatchObject({
      code: 'undo-conflict',
    })
    const other = await fixture.ask(listTemplateVersions, { plugin, name: 'base.tpl' }, clinic.id)
    expect(other.total).toBe(0)
  })
})

describe('a preview', () => {
  it('names the devices that would get other files, with diffs in which secrets are masked, and saves nothing', async () => {
    const device = await fixture.newDevice()
    await fixture.set(device.id, { 'sip_lines.1.username': '1001', 'sip_lines.1.password': 'hunter2' })
    // Recorded too: an answer has a revision when its bytes are what is recorded.
    const before = await eventually(async () => {
      const { text, revision = 0 } = await fixture.fetchFile(device)
      return text.includes('hunter2') && revision > 0 && revision
    })
    const text = adding("# {{ sip_lines['1'].password }}")
    const preview = await fixture.ask(previewTemplates, {
      plugin,
      preview: { templates: { 'base.tpl': text }, device: device.id },
    })
    expect(preview).toMatchObject({ devices: 1, examined: 1, changed: 1, failed: 0 })
    expect(preview.items[0]?.files[0]?.diff).toContain('+# ********')
    expect(JSON.stringify(preview)).not.toContain('hunter2')
    const dry = await put('base.tpl', text, rootTenantId, { dryRun: true })
    expect(dry.applied).toBe(false)
    expect(dry.preview?.changed).toBe(dry.preview?.examined)
    expect((await fixture.ask(listTemplates, { plugin, custom: true })).total).toBe(0)
    expect(fixture.rendered.get(device.id)?.revision).toBe(before)
  })

  it('tells errors with file and line, and goes through all devices page by page', async () => {
    for (let count = 0; count < 5; count++) await fixture.newDevice()
    const templates = { 'base.tpl': 'x\n{{ missing.nothing.at_all }}\n{% include "no.tpl" %}' }
    const first = await fixture.ask(previewTemplates, { plugin, preview: { templates }, limit: 2 })
    expect(first).toMatchObject({ examined: 2, failed: 2, changed: 0 })
    expect(first.items[0]?.error).toMatch(/base\.tpl:[23]: /)
    const seen = new Set<string>()
    for (let offset = 0; offset < first.devices; offset += 2) {
      const page = await fixture.ask(previewTemplates, { plugin, preview: { templates }, limit: 2, offset })
      for (const { device } of page.items) seen.add(device)
    }
    expect(seen.size).toBe(first.devices)
  })

  it('of a tenant does not look at the devices of another', async () => {
    const other = await fixture.newDevice(clinic.id)
    const asked = { plugin, preview: { templates: { 'base.tpl': 'x' }, device: other.id } }
    await expect(fixture.ask(previewTemplates, asked, hotel.id)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('templates of another plugin', () => {
  const next = 'yealink-v87'

  it('are copied with a diff when they compile there; what is there is kept, and phones show whether they fit', async () => {
    const device = await fixture.newDevice()
    await put('base.tpl', adding('# mine'))
    await put('T46S.tpl', '# no reference to a plugin\n{% include "base.tpl" %}')
    await fixture.ask(putTemplate, { plugin: next, name: 'T46S.tpl', template: { text: '# already here' } })
    const copy = { from: plugin }
    const dry = await fixture.ask(copyTemplates, { plugin: next, copy, dryRun: true })
    expect(dry.items.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['base.tpl', 'copied'],
      ['T46S.tpl', 'kept'],
    ])
    expect(dry.items[0]?.diff).toContain('+# mine')
    expect((await fixture.ask(listTemplates, { plugin: next, custom: true })).total).toBe(1)
    const done = await fixture.ask(copyTemplates, { plugin: `wazo-${next}`, copy: { ...copy, overwrite: true } })
    // It includes a template by the id of the old plugin, which the new one does not have.
    expect(done.preview?.items.find((item) => item.device === device.id)?.error).toMatch(
      /^yealink-v87: base\.tpl:1: .*yealink-v86\/base\.tpl/,
    )
    expect(await fixture.ask(getTemplate, { plugin: next, name: 'T46S.tpl' })).toMatchObject({
      custom: '# no reference to a plugin\n{% include "base.tpl" %}',
    })
    const again = await fixture.ask(copyTemplates, { plugin: next, copy })
    expect(again.items.map(({ outcome }) => outcome)).toEqual(['same', 'same'])
    const unknown = { plugin: next, copy: { from: plugin, names: ['no.tpl'] } }
    await expect(fixture.ask(copyTemplates, unknown)).rejects.toMatchObject({ code: 'not-found' })
    for (const name of ['base.tpl', 'T46S.tpl']) await fixture.ask(deleteTemplate, { plugin: next, name })
  })

  it('change the files that phones share too; one that fails there is served as shipped', async () => {
    const device = await fixture.newDevice(rootTenantId, { plugin: next })
    const before = await fixture.fetchFile(device, 'common.cfg')
    await fixture.ask(putTemplate, { plugin: next, name: 'common.cfg.tpl', template: { text: '# shared, of ours\n' } })
    await eventually(async () => (await fixture.fetchFile(device, 'common.cfg')).text === '# shared, of ours')
    await eventually(() => (fixture.rendered.get(device.id)?.revision ?? 0) > (before.revision ?? 0))
    const broken = { plugin: next, name: 'common.cfg.tpl', template: { text: '{% include "no.tpl" %}' } }
    const dry = await fixture.ask(putTemplate, { ...broken, dryRun: true })
    expect(dry.preview?.commonErrors[0]).toMatch(/^common\.cfg: yealink-v87: common\.cfg\.tpl:1: /)
    await fixture.ask(putTemplate, broken)
    await eventually(async () => (await fixture.fetchFile(device, 'common.cfg')).text === before.text)
    await fixture.ask(deleteTemplate, { plugin: next, name: 'common.cfg.tpl' })
  })
})

describe('a static file of one’s own', () => {
  it('is served to the phones of the plugin, and cannot stand where a file is rendered', async () => {
    const device = await fixture.newDevice()
    await fixture.ask(putStaticFile, { plugin, name: 'ring/ours.wav', file: { base64: 'aGVsbG8=' } })
    const answer = await fixture.fetchFile(device, 'ring/ours.wav')
    expect(answer).toMatchObject({ outcome: 'served', contentType: 'audio/wav', text: 'hello' })
    const rendered = { plugin, name: fixture.fileOf(device), file: { base64: '' } }
    await expect(fixture.ask(putStaticFile, rendered)).rejects.toMatchObject({ code: 'conflict' })
  })
})
