import { type Database, sql } from '@strowger/database'
import type { FetchFact } from '@strowger/schema'
import type { DevicesSchema } from './tables.ts'

/**
 * Keeps the newest confirming fetch of each device, in one transaction for all tenants. Facts of devices that are gone,
 * or of another tenant by now, are left out; none of them can move meanwhile.
 */
export async function recordFetches(
  database: Database<DevicesSchema>,
  told: readonly { tenant: string; facts: readonly FetchFact[] }[],
): Promise<void> {
  const newest = new Map<string, FetchFact & { tenant: string }>()
  for (const { tenant, facts } of told) {
    for (const fact of facts) {
      if (!fact.confirms) continue
      const known = newest.get(fact.device)
      if (known === undefined || known.at <= fact.at) newest.set(fact.device, { ...fact, tenant })
    }
  }
  if (newest.size === 0) return
  const tenants = [...new Set([...newest.values()].map(({ tenant }) => tenant))]
  await database.inTenants(tenants, { writer: { kind: 'system' } }, async (tx) => {
    await sql`
      insert into "fetch" (device_id, tenant_id, revision, digest, file, transport, address, at)
      select fact.device, fact.tenant, fact.revision, fact.digest, fact.file, fact.transport, fact.address, fact.at
      from jsonb_to_recordset(${JSON.stringify([...newest.values()])}::jsonb)
        as fact (tenant uuid, device text, revision bigint, digest text, file text, transport text, address text, at timestamptz)
      -- One by one by their key: PostgreSQL takes any list for a hundred facts, and would read all devices for ten.
      cross join lateral (
        select from device where device.id = fact.device and device.tenant_id = fact.tenant for share
      ) held
      order by fact.device
      on conflict (device_id) do update set tenant_id = excluded.tenant_id, revision = excluded.revision,
        digest = excluded.digest, file = excluded.file, transport = excluded.transport, address = excluded.address,
        at = excluded.at
      where "fetch".at <= excluded.at`.execute(tx)
  })
}

/** Read at once: all rows of 100,000 devices would take more memory than the service needs for them afterwards. */
const fetchesAPage = 5_000

/** The devices of these tenants that have ever taken their configuration, and from where they last did; page by page. */
export async function* fetchedDevices(
  database: Database<DevicesSchema>,
  tenants: readonly string[],
): AsyncGenerator<{ device: string; address: string }[]> {
  let last = ''
  for (;;) {
    const page = await database.inTenants(tenants, {}, (tx) =>
      tx
        .selectFrom('fetch')
        .select(['device_id as device', 'address'])
        .where('device_id', '>', last)
        .orderBy('device_id')
        .limit(fetchesAPage)
        .execute(),
    )
    if (page.length > 0) yield page
    if (page.length < fetchesAPage) return
    last = page.at(-1)?.device ?? last
  }
}

/** The last confirming fetch of each of these devices, of those that have made one. */
export async function lastFetchesOf(
  database: Database<DevicesSchema>,
  tenants: readonly string[],
  ids: readonly string[],
) {
  if (ids.length === 0) return []
  return database.inTenants(tenants, {}, (tx) =>
    tx
      .selectFrom('fetch')
      .select(['device_id', 'revision', 'digest', 'file', 'at'])
      .where('device_id', 'in', [...ids])
      .where('tenant_id', 'in', [...tenants])
      .execute(),
  )
}
