import { type Database, sql, type TenantTransaction } from '@strowger/database'
import type { RatingSchema } from './tables.ts'

/** Keeps the rows of an import; they are live when the item of the deck names this version. */
export async function insertDeckVersion(
  tx: TenantTransaction<RatingSchema>,
  version: { tenant: string; deck: string; rows: number; sha256: string; content: Uint8Array },
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into deck_version (tenant_id, deck, rows, sha256, content) values (${version.tenant}, ${version.deck},
      ${version.rows}, ${version.sha256}, ${Buffer.from(version.content.buffer, version.content.byteOffset, version.content.byteLength)})
    returning id`.execute(tx)
  return Number(rows[0]?.id)
}

export async function readDeckVersion(
  database: Database<RatingSchema>,
  tenants: readonly string[],
  version: number,
): Promise<Uint8Array | undefined> {
  return database.inTenants(tenants, {}, async (tx) => {
    const { rows } = await sql<{ content: Buffer }>`select content from deck_version where id = ${version}`.execute(tx)
    // Not as Buffer, whose slices share its memory.
    return rows[0] && new Uint8Array(rows[0].content)
  })
}

export async function listStoredVersions(
  database: Database<RatingSchema>,
  options: { tenant: string; deck: string; direction: 'asc' | 'desc'; limit: number; offset: number },
): Promise<{ items: { version: number; rows: number; sha256: string; at: string }[]; total: number }> {
  const { tenant, deck, direction, limit, offset } = options
  return database.inTenants([tenant], {}, async (tx) => {
    const where = sql`tenant_id = ${tenant} and deck = ${deck}`
    const { rows } = await sql<{ id: number; rows: number; sha256: string; at: Date }>`
      select id, rows, sha256, at from deck_version where ${where}
      order by id ${direction === 'asc' ? sql`asc` : sql`desc`} limit ${limit} offset ${offset}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`
      select count(*) as total from deck_version where ${where}`.execute(tx)
    const items = rows.map(({ id, rows: count, sha256, at }) => ({
      version: Number(id),
      rows: count,
      sha256,
      at: new Date(at).toISOString(),
    }))
    return { items, total: Number(counted[0]?.total ?? 0) }
  })
}
