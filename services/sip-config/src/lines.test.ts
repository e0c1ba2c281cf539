import { extensions, Fault, getUser, lineAssociations, lines } from '@strowger/schema'
import { eventually } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clinic, hotel, startFixture } from '../test/fixture.ts'

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture?.close())

const tenant = hotel.id
const fieldsOf = (type: 'endpoint', id: string) => fixture.desired.desiredObjects('asterisk').get(type)?.get(id)?.fields

describe('a line', () => {
  it('is made with its endpoint and extensions at once, and says to Asterisk what it is', async () => {
    const created = await fixture.ask(
      lines.create,
      {
        line: {
          context: 'hotel-internal',
          caller_id_name: 'Alice',
          endpoint_sip: {
            name: 'room101',
            auth_section_options: [
              ['username', 'room101'],
              ['password', 'x'],
            ],
          },
          extensions: [{ exten: '1001' }],
        },
      },
      tenant,
    )
    expect(created).toMatchObject({
      name: 'room101',
      context: 'hotel-internal',
      position: 1,
      provisioning_code: expect.stringMatching(/^\d{6}$/),
      extensions: [{ exten: '1001', context: 'hotel-internal' }],
      protocol: 'sip',
    })
    await eventually(() => fieldsOf('endpoint', 'room101') !== undefined)
    const fields = fieldsOf('endpoint', 'room101') ?? []
    expect(fields).toContainEqual(['context', 'hotel-internal'])
    expect(fields).toContainEqual(['callerid', '"Alice" <1001>'])
    await expect(fixture.ask(lines.create, { line: { context: 'hotel-internal' } }, clinic.id)).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

it('a line is given to no user of another tenant; ids that are nobody’s here are taken as they are', async () => {
  const answering = fixture.bus.reply(getUser, async ({ id }) => {
    if (id === 'of-nobody') throw new Fault('not-found')
    return { ...getUser.example.output, id, tenant: id === 'of-clinic' ? clinic.id : tenant }
  })
  await fixture.bus.flush()
  const { id } = await fixture.ask(lines.create, { line: { context: 'users-of-lines' } }, tenant)
  const give = (user: string) => fixture.ask(lineAssociations.putUser, { id, user_uuid: user }, tenant)
  await expect(give('of-clinic')).rejects.toMatchObject({ code: 'not-found' })
  await give('of-hotel')
  await give('of-nobody')
  await answering.close()
  await give('5d8f3c1e-7a61-4f7e-9a0e-3c5d2b1a0f9e')
  expect((await fixture.ask(lines.get, { id }, tenant)).users).toHaveLength(3)
})

describe('what is written below a line', () => {
  it('takes the revision of the line, refuses an old one, and gives the line another', async () => {
    const { id } = await fixture.ask(
      lines.create,
      { line: { context: 'revisions', endpoint_sip: { name: 'rev' } } },
      tenant,
    )
    const revision = async () => (await fixture.ask(lines.get, { id }, tenant)).revision
    const { id: extension } = await fixture.ask(
      extensions.create,
      { extension: { exten: '7001', context: 'revisions' } },
      tenant,
    )
    const user = '5d8f3c1e-7a61-4f7e-9a0e-3c5d2b1a0f9e'
    const writes = [
      (ifRevision: number) =>
        fixture.ask(lineAssociations.putExtension, { id, extension_id: extension, ifRevision }, tenant),
      (ifRevision: number) => fixture.ask(lineAssociations.putUser, { id, user_uuid: user, ifRevision }, tenant),
      (ifRevision: number) =>
        fixture.ask(
          lineAssociations.credentials,
          { id, credentials: { username: 'rev', generate: true }, ifRevision },
          tenant,
        ),
      (ifRevision: number) => fixture.ask(lineAssociations.deleteUser, { id, user_uuid: user, ifRevision }, tenant),
      (ifRevision: number) =>
        fixture.ask(lineAssociations.deleteExtension, { id, extension_id: extension, ifRevision }, tenant),
    ]
    for (const write of writes) {
      const read = await revision()
      await write(read)
      expect(await revision()).toBeGreaterThan(read)
      await expect(write(read)).rejects.toMatchObject({ code: 'stale-revision' })
    }
  })
})

describe('an extension', () => {
  it('changes its number and keeps its line, which Asterisk is told; what is not named stays', async () => {
    const line = await fixture.ask(
      lines.create,
      {
        line: {
          context: 'hotel-internal',
          endpoint_sip: { name: 'moving' },
          caller_id_name: 'Bob',
          extensions: [{ exten: '2001' }],
        },
      },
      tenant,
    )
    const { id = 0 } = line.extensions[0] ?? {}
    const before = await fixture.ask(extensions.get, { id }, tenant)
    expect(before).toMatchObject({ exten: '2001', context: 'hotel-internal', lines: [{ id: line.id }] })
    const update = { id, extension: { exten: '2002' }, ifRevision: before.revision }
    await fixture.ask(extensions.update, update, tenant)
    expect(await fixture.ask(extensions.get, { id }, tenant)).toMatchObject({
      exten: '2002',
      context: 'hotel-internal',
      lines: [{ id: line.id }],
    })
    await eventually(() => expect(fieldsOf('endpoint', 'moving')).toContainEqual(['callerid', '"Bob" <2002>']))
    await expect(fixture.ask(extensions.update, update, tenant)).rejects.toMatchObject({ code: 'stale-revision' })
  })

  it('takes neither a number that is taken, nor a context of another tenant, nor is it shown to one', async () => {
    const make = (exten: string) =>
      fixture.ask(extensions.create, { extension: { exten, context: 'hotel-taken' } }, tenant)
    const [one, other] = [await make('3001'), await make('3002')]
    const update = (extension: object, as = tenant) => fixture.ask(extensions.update, { id: other.id, extension }, as)
    await expect(update({ exten: one.exten })).rejects.toMatchObject({ code: 'conflict' })
    await fixture.ask(extensions.create, { extension: { exten: '1', context: 'clinic-own' } }, clinic.id)
    await expect(update({ context: 'clinic-own' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(update({ exten: '3003' }, clinic.id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(fixture.ask(extensions.get, { id: other.id }, clinic.id)).rejects.toMatchObject({ code: 'not-found' })
    expect(await fixture.ask(extensions.get, { id: other.id }, tenant)).toMatchObject({ exten: '3002' })
  })
})
