import { bucketSubject } from '@strowger/bus'
import { type Database, type OutboxMessage, packBytes, sql } from '@strowger/database'
import { type Rendered, renderedBucket } from '@strowger/schema'
import type { ProvisioningSchema, RenderedRow } from './tables.ts'

/** What rendering a device came to. `lastGood` is sealed, in pieces; undefined keeps what is stored. */
export interface RenderingResult {
  readonly device: { readonly id: string }
  readonly tenant: string
  /** Where the device was when it was last rendered: its row there becomes this one. */
  readonly previousTenant: string | undefined
  readonly config: string
  readonly plugin: string | undefined
  readonly digests: Readonly<Record<string, string>>
  readonly error: string | undefined
  readonly access: string
  readonly lastGood: readonly Uint8Array[] | undefined
}

export function renderedFromRow(row: Omit<RenderedRow, 'last_good'>): Rendered {
  const { tenant_id: tenant, config, digests, plugin, access, error, revision, updated_at } = row
  return {
    tenant,
    revision: Number(revision),
    config,
    digests,
    at: new Date(updated_at).toISOString(),
    ...(plugin === null ? {} : { plugin }),
    ...(access === '' ? {} : { access }),
    ...(error === null ? {} : { error }),
  }
}

/** Stores results, in one transaction; each gets a new revision, and the read model is told. */
export async function storeRendered(
  database: Database<ProvisioningSchema>,
  results: readonly RenderingResult[],
): Promise<Map<string, Rendered>> {
  const tenants = [...new Set(results.flatMap(({ tenant, previousTenant }) => [tenant, previousTenant ?? tenant]))]
  const { bytes, starts, lengths } = packBytes(results.map(({ lastGood }) => lastGood))
  return database.inTenants(tenants, { writer: { kind: 'system' } }, async (tx) => {
    const { rows } = await sql<Pick<RenderedRow, 'device_id' | 'revision' | 'updated_at'>>`
      insert into rendered (device_id, tenant_id, config, plugin, digests, error, access, last_good)
      select device, tenant::uuid, config, plugin, digests::jsonb, error, access,
        substring(${bytes}::bytea from start for length) from unnest(
        ${results.map(({ device }) => device.id)}::text[], ${results.map(({ tenant }) => tenant)}::text[],
        ${results.map(({ config }) => config)}::text[], ${results.map(({ plugin }) => plugin ?? null)}::text[],
        ${results.map(({ digests }) => JSON.stringify(digests))}::text[], ${results.map(({ error }) => error ?? null)}::text[], ${results.map(({ access }) => access)}::text[],
        ${starts}::int[], ${lengths}::int[]
      ) as told (device, tenant, config, plugin, digests, error, access, start, length)
      on conflict (device_id) do update set tenant_id = excluded.tenant_id, config = excluded.config,
        plugin = excluded.plugin, digests = excluded.digests, error = excluded.error, access = excluded.access,
        last_good = coalesce(excluded.last_good, rendered.last_good), updated_at = now()
      returning device_id, revision, updated_at`.execute(tx)
    const stored = new Map(results.map((result) => [result.device.id, result]))
    const documents = new Map<string, Rendered>()
    for (const row of rows) {
      const result = stored.get(row.device_id)
      if (result === undefined) continue
      // What was written is known here: to have all of it sent back costs.
      const { tenant: tenant_id, config, digests, access, plugin = null, error = null } = result
      documents.set(row.device_id, renderedFromRow({ ...row, tenant_id, config, digests, access, plugin, error }))
    }
    await tx.outbox.addMany([...documents].map(([device, document]) => messageOf(device, document)))
    return documents
  })
}

/** Forgets devices that are gone. */
export async function removeRendered(
  database: Database<ProvisioningSchema>,
  tenants: readonly string[],
  devices: readonly string[],
): Promise<void> {
  await database.inTenants(tenants, { writer: { kind: 'system' } }, async (tx) => {
    await tx
      .deleteFrom('rendered')
      .where('device_id', 'in', [...devices])
      .execute()
    await tx.outbox.addMany(devices.map((device) => messageOf(device, undefined)))
  })
}

export async function readLastGood(
  database: Database<ProvisioningSchema>,
  tenant: string,
  device: string,
): Promise<Uint8Array | undefined> {
  const row = await database.inTenants([tenant], {}, (tx) =>
    tx.selectFrom('rendered').select('last_good').where('device_id', '=', device).executeTakeFirst(),
  )
  return row?.last_good ?? undefined
}

export function messageOf(device: string, document: Rendered | undefined): OutboxMessage {
  const subject = bucketSubject(renderedBucket, device)
  if (document === undefined) return { subject, payload: new Uint8Array(0), headers: { 'KV-Operation': 'DEL' } }
  return { subject, payload: document }
}
