import { type Database, sql } from '@strowger/database'
import { Fault } from '@strowger/schema'
import type { RatingSchema } from './tables.ts'

const mebibyte = 1_048_576
/** Of one upload: more than any deck, less than would hurt. */
const maxBytes = 512 * mebibyte

export async function createStoredUpload(
  database: Database<RatingSchema>,
  upload: { tenant: string; id: string; name: string },
): Promise<void> {
  await database.inTenants([upload.tenant], { writer: { kind: 'system' } }, async (tx) => {
    // Nobody comes back for what was sent a day ago.
    await sql`delete from upload where at < clock_timestamp() - interval '1 day'`.execute(tx)
    await sql`insert into upload (id, tenant_id, name) values (${upload.id}, ${upload.tenant}, ${upload.name})`.execute(
      tx,
    )
  })
}

/** @throws Fault `not-found`, `too-large` */
export async function putStoredPart(
  database: Database<RatingSchema>,
  part: { tenant: string; id: string; place: number; content: Buffer },
): Promise<{ parts: number; bytes: number }> {
  const { tenant, id, place, content } = part
  return database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    const { rows: found } = await sql`select from upload where id = ${id} for update`.execute(tx)
    if (found.length === 0) throw new Fault('not-found', { detail: `There is no upload ${id}` })
    await sql`insert into upload_part (upload_id, tenant_id, place, content) values (${id}, ${tenant}, ${place}, ${content})
      on conflict (upload_id, place) do update set content = excluded.content`.execute(tx)
    const { rows } = await sql<{ parts: number; bytes: number }>`
      select count(*) as parts, sum(length(content)) as bytes from upload_part where upload_id = ${id}`.execute(tx)
    const { parts, bytes } = rows[0] ?? { parts: 0, bytes: 0 }
    if (Number(bytes) > maxBytes) throw new Fault('too-large', { detail: `An upload has ${maxBytes} bytes at most` })
    await sql`update upload set bytes = ${bytes} where id = ${id}`.execute(tx)
    return { parts: Number(parts), bytes: Number(bytes) }
  })
}

/** All of it. @throws Fault `not-found`; `conflict` when a part is missing. */
export async function readStoredUpload(
  database: Database<RatingSchema>,
  { tenant, id }: { tenant: string; id: string },
): Promise<Buffer> {
  return database.inTenants([tenant], {}, async (tx) => {
    const { rows: found } = await sql`select from upload where id = ${id}`.execute(tx)
    if (found.length === 0) throw new Fault('not-found', { detail: `There is no upload ${id}` })
    const { rows } = await sql<{ place: number; content: Buffer }>`
      select place, content from upload_part where upload_id = ${id} order by place`.execute(tx)
    const missing = rows.findIndex(({ place }, index) => place !== index)
    if (missing >= 0 || rows.length === 0)
      throw new Fault('conflict', { detail: `Part ${Math.max(missing, 0)} is missing` })
    return Buffer.concat(rows.map(({ content }) => content))
  })
}
