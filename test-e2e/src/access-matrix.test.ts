import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalogue, type Permission } from '@strowger/schema'
import { askRest, eventually, type House, startHouse } from '@strowger/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answered, Asker, Made, Maker } from './access-matrix/maker.ts'
import { makers } from './access-matrix/makers/index.ts'
import { type MatrixTenant, newTenant, type RoleName, roles } from './access-matrix/tenants.ts'
import { expectNoFile, expectNoTrace, filesThatName } from './access-matrix/traces.ts'

const operations = catalogue.requests.flatMap(({ rest, example }) =>
  rest === undefined ? [] : [{ rest, example, name: `${rest.method} ${rest.path}` }],
)
type Listed = (typeof operations)[number]

const makerOf = new Map<string, Maker>()
for (const maker of makers) for (const name of maker.operations) makerOf.set(name, maker)
const ranks: Readonly<Record<Permission, number>> = { read: 0, write: 1, admin: 2 }

/** Complete for an Asterisk that somebody else has read it. */
const files = mkdtempSync(join(tmpdir(), 'strowger-files-'))
const asteriskFile = join(files, 'pjsip.conf')

let house: House
let parent: MatrixTenant
let child: MatrixTenant
let other: MatrixTenant
/** Everything that is the other tenant’s: no answer to the parent may show one of these. */
const foreign = new Set<string>()

beforeAll(async () => {
  house = await startHouse({ env: { APPLY_PROFILE: 'files', APPLY_FILE: asteriskFile } })
  parent = await newTenant(house, 'Parent')
  child = await newTenant(house, 'Child', parent.id)
  other = await newTenant(house, 'Other')
  foreign.add(other.id)
})
afterAll(async () => {
  await house?.close()
  rmSync(files, { recursive: true, force: true })
})

/** Hexadecimal or UUID, which are never alike by chance. */
const isUnmistakable = (value: string) => /^[a-z]?[0-9a-f-]{12,36}(?:\.\w+)?$/.test(value)

/** Ids that the other tenant got when something was made there. */
function note(made: Made): void {
  for (const value of Object.values(made.params ?? {})) {
    if (isUnmistakable(value)) foreign.add(value)
  }
}

function addressOf({ rest }: Listed, { params = {}, query = '' }: Made): string {
  return rest.path.replaceAll(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(params[name] ?? '')) + query
}

async function asked(operation: Listed, made: Made, asker: Asker): Promise<Answered> {
  const { rest, example } = operation
  const body =
    rest.body === undefined ? undefined : (made.body ?? (example.input as Record<string, unknown>)[rest.body])
  const address = addressOf(operation, made)
  const answer = await asker.ask(rest.method, address, body)
  if (asker.tenant !== other.id) expectNothingForeign(answer.text, `${address} ${JSON.stringify(body)}`)
  return answer
}

/** What was in the question may be in the answer: it tells nothing new. Nor does the audit of one’s own questions. */
function expectNothingForeign(text: string, question: string): void {
  if (question.startsWith('/api/v1/audit') && text.startsWith('{"items"')) {
    const { items } = JSON.parse(text) as { items: { tenant: string }[] }
    expect(items.filter(({ tenant }) => foreign.has(tenant))).toEqual([])
    return
  }
  const shown = [...foreign].filter((id) => text.includes(id) && !question.includes(id))
  expect(shown, text.slice(0, 500)).toEqual([])
}

const lasting = new Map<string, Promise<Made>>()

/** An object in the tenant of the asker: the same again where nothing will have happened to it, else a new one. */
async function make(operation: Listed, asker: Asker, isChanged: boolean): Promise<Made> {
  const fresh = async () => (await makerOf.get(operation.name)?.make?.(asker)) ?? {}
  if (isChanged) return fresh()
  const key = `${operation.name} ${asker.tenant}`
  const made = lasting.get(key) ?? fresh()
  lasting.set(key, made)
  return made
}

const mayAsk = ({ rest }: Listed, role: RoleName) => ranks[role] >= ranks[rest.permission]

test('every operation with something in its path has a maker, and every maker an operation', () => {
  const needed = operations.filter(({ rest }) => rest.path.includes('{')).map(({ name }) => name)
  expect(needed.filter((name) => makerOf.get(name)?.make === undefined)).toEqual([])
  const known = new Set(operations.map(({ name }) => name))
  expect([...makerOf.keys()].filter((name) => !known.has(name))).toEqual([])
})

const lists = ['devices', 'configs', 'users', 'roles', 'tokens', 'tenants', 'plugins/yealink-v86/templates?custom=true']

/** What the other tenant has, with revisions: nothing that was tried from outside may change it. */
async function stateOfOther(): Promise<string[]> {
  const answers = await Promise.all(
    lists.map((list) => other.as.admin.made('GET', `/api/v1/${list}${list.includes('?') ? '&' : '?'}limit=1000`)),
  )
  const policy = await other.as.admin.made('GET', '/api/v1/policy')
  return [policy, ...answers.flatMap(({ items }) => items)].map(
    ({ id, name, revision, tenant }) => `${tenant} ${id} ${name} ${revision}`,
  )
}

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
  const maker = makerOf.get(name)
  const expected = maker?.answers ?? operation.rest.success

  test.each(roles)('as %s: one’s own, a child’s, another tenant’s', async (role) => {
    const allowed = mayAsk(operation, role)
    const whenAllowed = maker?.ofInstallation ? 403 : expected
    const changes = operation.rest.method !== 'GET' && allowed
    const [own, childs, made] = await Promise.all([
      make(operation, parent.as.admin, changes),
      make(operation, child.as.admin, changes),
      maker?.ofInstallation ? {} : make(operation, other.as.admin, false),
    ])
    const [ofOwn, ofChild] = await Promise.all([
      asked(operation, own, parent.as[role]),
      asked(operation, childs, parent.below(child.id, role)),
    ])
    expect(['own', ofOwn.status], ofOwn.text).toEqual(['own', allowed ? whenAllowed : 403])
    expect(['child', ofChild.status], ofChild.text).toEqual(['child', allowed ? whenAllowed : 403])

    if (!maker?.namesOwn) note(made)
    const before = changes ? await stateOfOther() : []
    const byName = await asked(operation, made, parent.below(other.id, role))
    expect(['other, named', byName.status], byName.text).toEqual(['other, named', allowed ? 404 : 403])
    if (operation.rest.path.includes('{')) {
      const { status, text } = await asked(operation, made, parent.as[role])
      const isMeant = !maker?.namesOwn && !maker?.ofInstallation && expected !== 404
      if (!allowed) expect(status, text).toBe(403)
      else if (isMeant) expect([status, JSON.parse(text).code], text).toEqual([404, 'not-found'])
    }
    if (changes) expect(await stateOfOther()).toEqual(before)
  })
})

describe('whatever is asked', () => {
  test('no answer to one tenant shows an id of another', async () => {
    const reads = operations.filter(({ rest }) => rest.method === 'GET' && !rest.path.includes('{'))
    const fieldsOf = ({ name }: Listed) => {
      const definition = catalogue.requests.find(({ rest }) => rest && `${rest.method} ${rest.path}` === name)
      return Object.keys((definition?.input as { properties?: object })?.properties ?? {})
    }
    const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
      recurse: fc.constantFrom('true', 'false'),
      direction: fc.constantFrom('asc', 'desc'),
      limit: fc.constantFrom('1', '3', '1000'),
      offset: fc.constantFrom('0', '1'),
      search: fc.constantFrom('', 'a', '0', 'Other', ...[...foreign].slice(0, 5)),
    }
    const query = (operation: Listed) =>
      fc.record(
        Object.fromEntries(fieldsOf(operation).flatMap((field) => (values[field] ? [[field, values[field]]] : []))),
        { requiredKeys: [] },
      )
    const question = fc
      .constantFrom(...reads)
      .chain((operation) => fc.record({ operation: fc.constant(operation), query: query(operation) }))
    await fc.assert(
      fc.asyncProperty(question, fc.constantFrom(...roles), async ({ operation, query }, role) => {
        const text = new URLSearchParams(query as Record<string, string>).toString()
        await asked(operation, { query: text === '' ? '' : `?${text}` }, parent.as[role])
      }),
      { numRuns: 200 },
    )
    expect(foreign.size).toBeGreaterThan(50)
  })
})

describe('a tenant that is erased', () => {
  test('is counted first, needs its name, and leaves nothing behind in any schema', async () => {
    const asAdmin = (method: string, path: string, body?: unknown) =>
      parent.below(parent.id, 'admin').ask(method, path, body)
    const doomed = await newTenant(house, 'Doomed', parent.id)
    const made: Made[] = [{ params: { id: doomed.id } }]
    for (const { make: fill, namesOwn, ofInstallation } of makers) {
      const one = await fill?.(doomed.as.admin)
      if (one && !namesOwn && !ofInstallation) made.push(one)
    }
    const ids = new Set(made.flatMap(({ params = {} }) => Object.values(params).filter(isUnmistakable)))
    expect(ids.size).toBeGreaterThan(30)
    for (const { id } of (await doomed.as.admin.made('GET', '/api/v1/tenants?recurse=true')).items) {
      if (id !== doomed.id) await doomed.as.admin.made('DELETE', `/api/v1/tenants/${id}`)
    }
    // What lies on disk: the whole configuration of an Asterisk, and rendered files that somebody wanted to look at.
    const phone = { mac: '00:15:65:d0:0d:01', plugin: 'yealink-v86', model: 'T46S' }
    await doomed.as.admin.made('POST', '/api/v1/devices', phone)
    const { items: phones } = await doomed.as.admin.made('GET', '/api/v1/devices?limit=1000')
    const { items: endpoints } = await doomed.as.admin.made('GET', '/api/v1/endpoints/sip?limit=1000')
    const written = [
      ...phones.flatMap(({ mac }: { mac?: string }) => mac?.replaceAll(':', '') ?? []),
      ...endpoints.map(({ name }: { name: string }) => name),
    ].filter((name: string) => name.length >= 8)
    const places = [files, house.folder]
    await askRest(house, 'POST', '/reconfigure', { body: { recurse: true, writeFiles: true } })
    await eventually(() => filesThatName(places, written).length >= 2)
    const path = `/api/v1/tenants/${doomed.id}/erase`
    expect((await asAdmin('POST', path, { name: 'Another' })).status).toBe(400)
    const dry = JSON.parse((await asAdmin('POST', `${path}?dry_run=true`, { name: 'Doomed' })).text)
    const removed = Object.fromEntries(
      dry.report.areas.map(({ area, removed }: { area: string; removed: object }) => [area, removed]),
    )
    expect(removed).toMatchObject({
      devices: { device: expect.any(Number), history: expect.any(Number) },
      configs: { config: expect.any(Number), custom_file: expect.any(Number) },
      access: { tenant: 1, token: expect.any(Number), user_account: expect.any(Number) },
    })
    const begun = JSON.parse((await asAdmin('POST', path, { name: 'Doomed' })).text)
    expect(begun).toMatchObject({ applied: true, task: { kind: 'gateway.erase-tenant' } })
    let task = begun.task
    for (const endMs = Date.now() + 60_000; ['waiting', 'running'].includes(task.state) && Date.now() < endMs; ) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      task = JSON.parse((await asAdmin('GET', `/api/v1/tasks/${task.id}`)).text)
    }
    expect(task, JSON.stringify(task)).toMatchObject({ state: 'done', result: { tenant: { name: 'Doomed' } } })
    expect((await doomed.as.admin.ask('GET', '/api/v1/devices')).status).toBe(401)
    const mine = await parent.as.admin.ask('GET', '/api/v1/devices?recurse=true&limit=1000')
    expect(mine.text).not.toContain(doomed.id)
    const again = await asAdmin('POST', path, { name: 'Doomed' })
    expect(again.status).toBe(404)
    await expectNoTrace(house, doomed.id, ids)
    await expectNoFile(places, [...written, ...ids])
  })
})
