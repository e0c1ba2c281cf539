import { type Database, sql } from '@strowger/database'
import type { AccessSchema } from './tables.ts'
import type { KnownUser } from './users.ts'

/** Keeps the hash of a code with which the browser of this user opens a session. */
export async function insertSignIn(
  database: Database<AccessSchema>,
  user: Pick<KnownUser, 'id' | 'tenant'>,
  { hash, expiresAt }: { hash: Buffer; expiresAt: Date },
): Promise<void> {
  await database.inTenants([user.tenant], { writer: { kind: 'system' } }, (tx) =>
    tx
      .insertInto('sign_in')
      .values({ hash, tenant_id: user.tenant, user_id: user.id, expires_at: expiresAt })
      .execute(),
  )
}

/** The user of this code, once; undefined when it is none, was taken or has expired. */
export async function takeSignIn(
  { db }: Pick<Database<AccessSchema>, 'db'>,
  hash: Buffer,
): Promise<{ id: string; tenant: string; login: string } | undefined> {
  const { rows } = await sql<{ id: string; tenant: string; login: string }>`
    select user_id as id, tenant_id as tenant, login from take_sign_in(${hash})`.execute(db)
  return rows[0]
}
