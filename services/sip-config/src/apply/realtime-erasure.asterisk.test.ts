import { appliedBucket, eraseSip } from '@strowger/schema'
import { eventually, prepareAsterisk, type RunningAsterisk, startAsterisk } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clinic, hotel, startFixture } from '../../test/fixture.ts'
import { realtimeTables } from '../store/realtime-rows.ts'

const because = prepareAsterisk()
if (because !== undefined) console.warn(`A REAL ASTERISK: SKIPPED, ${because}`)

let asterisk: RunningAsterisk
let fixture: Awaited<ReturnType<typeof startFixture>>

beforeAll(async () => {
  if (because !== undefined) return
  fixture = await startFixture(async ({ admin }) => {
    const { host, port, user, password } = admin
    asterisk = await startAsterisk({
      profile: 'realtime',
      database: { host, port, name: admin.database, user, password },
    })
    return {
      APPLY_PROFILE: 'realtime',
      ARI_URL: `http://127.0.0.1:${asterisk.ariPort}`,
      ARI_PASSWORD: asterisk.secret,
      AMI_PORT: String(asterisk.amiPort),
      AMI_SECRET: asterisk.secret,
    }
  })
})
afterAll(async () => {
  await fixture?.close()
  await asterisk?.close()
})

const kinds = Object.keys(realtimeTables)

/** Every row that Asterisk reads, whole, under `<type> <id>`. */
async function rows(): Promise<Map<string, string>> {
  const all = Object.entries(realtimeTables).map(
    ([type, table]) => `select '${type}' as type, id, to_jsonb(stored)::text as text from sip.${table} stored`,
  )
  const found = await fixture.testDatabase.sql<{ type: string; id: string; text: string }>(all.join(' union all '))
  return new Map(found.map(({ type, id, text }) => [`${type} ${id}`, text]))
}

async function withEndpoint(name: string, tenant: string, match: string): Promise<Map<string, string>> {
  const before = await rows()
  const { uuid } = await fixture.createEndpoint(
    {
      name,
      aor_section_options: [['max_contacts', '1']],
      identify_section_options: [['match', match]],
      auth_section_options: [
        ['username', name],
        ['password', `secret-of-${name}`],
      ],
    },
    tenant,
  )
  return eventually(async () => {
    const now = await rows()
    const types = [...now.keys()].filter((key) => !before.has(key)).map((key) => key.split(' ')[0])
    if (new Set(types).size < kinds.length) throw new Error(`there are ${types.join(', ') || 'none'} of ${name} yet`)
    // The erasure waits for the objects that Asterisk is known to have.
    const told = await fixture.bus.bucket(appliedBucket).entries()
    const { objects = [] } = told.find(({ key }) => key.endsWith(uuid))?.value ?? {}
    if (objects.length < kinds.length) throw new Error(`of ${name} only ${objects.join(', ') || 'nothing'} is told yet`)
    return now
  })
}

describe.skipIf(because !== undefined)('the erasure of a tenant whose objects are rows', () => {
  it('leaves none of them in any table, and those of another tenant as they are', async () => {
    const others = await withEndpoint('clinic-phone', clinic.id, '192.0.2.21')
    const all = await withEndpoint('hotel-phone', hotel.id, '192.0.2.22')
    expect([...all.values()].join()).toContain('secret-of-hotel-phone')

    const { removed } = await fixture.ask(eraseSip, { tenant: hotel.id })

    expect(removed['objects of Asterisk']).toBeGreaterThanOrEqual(kinds.length)
    expect(await rows()).toEqual(others)
    expect(asterisk.cli('pjsip show endpoints')).not.toContain('hotel-phone')
    expect(asterisk.cli('pjsip show endpoints')).toContain('clinic-phone')
  })
})
