import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  deleteTemplate,
  devicesBucket,
  type FolderNote,
  getTemplate,
  listStaticFiles,
  listTemplates,
  listTemplateVersions,
  putTemplate,
  reconfigure,
  rootTenantId,
  tasksBucket,
} from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hotel, startFixture } from '../../test/fixture.ts'

const plugin = 'yealink-v86'
let fixture: Awaited<ReturnType<typeof startFixture>>
let root: string
let folder: string
beforeAll(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'plugin-folder-')), 'plugins')
  folder = join(root, plugin)
  fixture = await startFixture({ PLUGIN_FOLDER: root })
  await eventually(() => existsSync(join(folder, 'README')))
})
afterAll(async () => {
  await fixture?.close()
  rmSync(join(root, '..'), { recursive: true, force: true })
})

beforeEach(async () => {
  for (const { name } of (await fixture.ask(listTemplates, { plugin, custom: true })).items)
    await fixture.ask(deleteTemplate, { plugin, name })
  await eventually(() => !existsSync(join(folder, 'var/templates/base.tpl')))
})

const on = (name: string) => join(folder, name)
const append = (name: string, text: string) => writeFileSync(on(name), readFileSync(on(name), 'utf8') + text)

/** Reconfigures the devices of the plugin, and answers what the task says of the folder. */
async function reconfigured(more: object = {}, tenant: string = rootTenantId): Promise<FolderNote[]> {
  const { id } = await fixture.ask(reconfigure, { selection: { plugin, ...more } }, tenant)
  const task = await eventually(async () => {
    const entry = await fixture.bus.bucket(tasksBucket).get(id)
    return entry && ['done', 'failed'].includes(entry.value.state) ? entry.value : false
  })
  expect(task).toMatchObject({ state: 'done' })
  return (task.result as { folder?: FolderNote[] }).folder ?? []
}

test('cp templates/base.tpl var/templates, edit, reconfigure changes the files of all devices of the plugin', async () => {
  const device = await fixture.newDevice()
  copyFileSync(on('templates/base.tpl'), on('var/templates/base.tpl'))
  append('var/templates/base.tpl', '# our own line\n')
  expect((await fixture.fetchFile(device)).text).not.toContain('# our own line')
  expect(await reconfigured()).toEqual([{ plugin, file: 'var/templates/base.tpl', outcome: 'imported' }])
  await eventually(async () => (await fixture.fetchFile(device)).text.includes('# our own line'))
  const { items } = await fixture.ask(listTemplateVersions, { plugin, name: 'base.tpl' })
  expect(items[0]).toMatchObject({ actor: 'admin', note: 'edited in the folder of plugins', operation: 'insert' })
  expect(await reconfigured()).toEqual([])
  rmSync(on('var/templates/base.tpl'))
  expect(await reconfigured()).toEqual([{ plugin, file: 'var/templates/base.tpl', outcome: 'removed' }])
  await eventually(async () => !(await fixture.fetchFile(device)).text.includes('# our own line'))
})

test('a copy of <model>.tpl makes what base.tpl makes; added to, and called as a file, it is for one device', async () => {
  const [device, other] = [await fixture.newDevice(), await fixture.newDevice()]
  const before = await fixture.fetchFile(device)
  const own = `var/templates/${fixture.fileOf(device)}.tpl`
  copyFileSync(on('templates/T46S.tpl'), on(own))
  await reconfigured()
  expect((await fixture.fetchFile(device)).text).toBe(before.text)
  append(own, '# for this one\n')
  await reconfigured()
  await eventually(async () => (await fixture.fetchFile(device)).text.endsWith('# for this one'))
  expect((await fixture.fetchFile(other)).text).not.toContain('# for this one')
})

test('what is changed over REST is written to the folder, for its user alone', async () => {
  await fixture.ask(putTemplate, { plugin, name: 'ours/keys.tpl', template: { text: '# keys' } })
  await eventually(() => existsSync(on('var/templates/ours/keys.tpl')))
  expect(readFileSync(on('var/templates/ours/keys.tpl'), 'utf8')).toBe('# keys')
  expect(statSync(on('var/templates/ours/keys.tpl')).mode & 0o777).toBe(0o600)
  expect(statSync(on('var/templates')).mode & 0o777).toBe(0o700)
  await fixture.ask(putTemplate, { plugin, name: 'ours/keys.tpl', template: { text: '# more keys' } })
  await eventually(() => readFileSync(on('var/templates/ours/keys.tpl'), 'utf8') === '# more keys')
  await fixture.ask(deleteTemplate, { plugin, name: 'ours/keys.tpl' })
  await eventually(() => !existsSync(on('var/templates/ours/keys.tpl')))
  await fixture.ask(putTemplate, { plugin, name: 'base.tpl', template: { text: '# of the hotel' } }, hotel.id)
  expect(await reconfigured()).toEqual([])
  expect(existsSync(on('var/templates/base.tpl'))).toBe(false)
  await fixture.ask(deleteTemplate, { plugin, name: 'base.tpl' }, hotel.id)
})

test('an edit of a shipped template is moved to var/templates, and the shipped text is restored', async () => {
  const shipped = readFileSync(on('templates/base.tpl'), 'utf8')
  append('templates/base.tpl', '# edited in place\n')
  expect(await reconfigured()).toMatchObject([
    { file: 'templates/base.tpl', outcome: 'moved' },
    { file: 'var/templates/base.tpl', outcome: 'imported' },
  ])
  expect(readFileSync(on('templates/base.tpl'), 'utf8')).toBe(shipped)
  expect((await fixture.ask(getTemplate, { plugin, name: 'base.tpl' })).custom).toBe(`${shipped}# edited in place\n`)
  append('templates/base.tpl', '# edited in place again\n')
  expect(await reconfigured()).toMatchObject([{ file: 'templates/base.tpl', outcome: 'conflict' }])
  expect(readFileSync(on('var/templates/base.tpl.edited'), 'utf8')).toBe(`${shipped}# edited in place again\n`)
  rmSync(on('var/templates/base.tpl.edited'))
})

test('an edit on disk is not overwritten by a change elsewhere; it wins when it is read, and the other is in the history', async () => {
  await fixture.ask(putTemplate, { plugin, name: 'base.tpl', template: { text: '# one' } })
  await eventually(() => existsSync(on('var/templates/base.tpl')))
  writeFileSync(on('var/templates/base.tpl'), '# on disk')
  await fixture.ask(putTemplate, { plugin, name: 'base.tpl', template: { text: '# over REST' } })
  expect(await reconfigured()).toMatchObject([{ file: 'var/templates/base.tpl', outcome: 'conflict' }])
  expect((await fixture.ask(getTemplate, { plugin, name: 'base.tpl' })).custom).toBe('# on disk')
  const { items } = await fixture.ask(listTemplateVersions, { plugin, name: 'base.tpl' })
  expect(items[0]?.diff).toContain('-# over REST')
})

test('what cannot be a template is left where it is, and the reason is told', async () => {
  const outside = join(root, '../outside.tpl')
  writeFileSync(outside, 'root:x:0:0\n')
  const files: Record<string, string | Uint8Array> = {
    'broken.tpl': 'fine\n{% if %}',
    'notes.txt': 'no template',
    'latin.tpl': Uint8Array.of(0x63, 0xe9),
    'large.tpl': 'x'.repeat(200_000),
    '.base.tpl.swp': 'left by an editor',
    'base.tpl~': 'left by an editor',
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(on(`var/templates/${name}`), content)
  symlinkSync(outside, on('var/templates/link.tpl'))
  linkSync(outside, on('var/templates/hard.tpl'))
  symlinkSync('/etc', on('var/templates/etc'))
  mkdirSync(on('var/templates/a/b/c/d'), { recursive: true })
  const notes = await reconfigured()
  expect(Object.fromEntries(notes.map(({ file, reason }) => [file.slice('var/templates/'.length), reason]))).toEqual({
    'broken.tpl': expect.stringMatching(/^broken\.tpl:2: /),
    'notes.txt': expect.stringContaining('.tpl'),
    'latin.tpl': 'it is not UTF-8',
    'large.tpl': expect.stringContaining('131072'),
    'link.tpl': 'a symbolic link is not followed',
    'hard.tpl': 'has other names (hard links)',
    etc: 'a symbolic link is not followed',
    'a/b/c/d': 'more than 4 folders deep',
  })
  expect((await fixture.ask(listTemplates, { plugin, custom: true })).total).toBe(0)
  expect(existsSync(on('var/templates/broken.tpl'))).toBe(true)
  rmSync(on('var/templates'), { recursive: true })
  mkdirSync(on('var/templates'))
})

test('what was rendered for a device goes with it, so that no password of an erased tenant stays on disk', async () => {
  const [kept, gone] = [await fixture.newDevice(), await fixture.newDevice()]
  await reconfigured({ writeFiles: true })
  const [keptFile, goneFile] = [kept, gone].map((device) => on(`var/tftpboot/${fixture.fileOf(device)}`))
  expect(existsSync(goneFile ?? '')).toBe(true)
  append(`var/tftpboot/${fixture.fileOf(gone)}`, '# looked at, and edited\n')
  await fixture.bus.bucket(devicesBucket).delete(gone.id)
  await eventually(() => !existsSync(goneFile ?? ''))
  expect(existsSync(keptFile ?? '')).toBe(true)
})

test('rendered files are written when they are asked for; a static file of one’s own is kept and served', async () => {
  const device = await fixture.newDevice()
  const name = fixture.fileOf(device)
  await reconfigured({ writeFiles: true })
  const { text } = await fixture.fetchFile(device)
  expect(readFileSync(on(`var/tftpboot/${name}`), 'utf8')).toBe(text)
  expect(statSync(on(`var/tftpboot/${name}`)).mode & 0o777).toBe(0o600)
  writeFileSync(on('var/tftpboot/ring.wav'), 'hello')
  expect(await reconfigured()).toEqual([{ plugin, file: 'var/tftpboot/ring.wav', outcome: 'imported' }])
  await eventually(async () => (await fixture.fetchFile(device, 'ring.wav')).text === 'hello')
  append(`var/tftpboot/${name}`, '# by hand\n')
  expect(await reconfigured()).toMatchObject([
    { outcome: 'refused', reason: 'it is rendered: edit its template instead' },
  ])
  await reconfigured({ writeFiles: true })
  expect(readFileSync(on(`var/tftpboot/${name}`), 'utf8')).toBe(text)
  expect((await fixture.ask(listStaticFiles, { plugin })).items).toMatchObject([{ name: 'ring.wav', bytes: 5 }])
  rmSync(on('var/tftpboot/ring.wav'))
  expect(await reconfigured()).toMatchObject([{ file: 'var/tftpboot/ring.wav', outcome: 'removed' }])
})

test('a tenant below the root neither reads nor writes the folder', async () => {
  writeFileSync(on('var/templates/base.tpl'), '# on disk')
  const device = await fixture.newDevice(hotel.id)
  expect(await reconfigured({ writeFiles: true }, hotel.id)).toEqual([])
  expect(existsSync(on(`var/tftpboot/${fixture.fileOf(device)}`))).toBe(false)
  expect((await fixture.ask(listTemplates, { plugin, custom: true })).total).toBe(0)
  rmSync(on('var/templates/base.tpl'))
})
