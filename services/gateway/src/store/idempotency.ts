import { type Database, sql } from '@strowger/database'
import type { AccessSchema } from './tables.ts'

/** What is known of a key. `own`: it is ours to do; `busy`: the first one is still being answered. */
export type KeyState =
  | { readonly kind: 'own' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'other' }
  | { readonly kind: 'answered'; readonly status: number; readonly answer: Buffer }

interface Asked {
  readonly tenant: string
  /** Of actor, tenant and key. */
  readonly hash: Buffer
  /** Of what is asked. */
  readonly digest: Buffer
}

/**
 * Takes a key for this request, or says what became of it.
 * @param keptS how long an answer is kept
 * @param abandonedS after which one who never came to an answer has died
 */
export async function takeKey(
  database: Database<AccessSchema>,
  { tenant, hash, digest }: Asked,
  { keptS, abandonedS }: { keptS: number; abandonedS: number },
): Promise<KeyState> {
  return database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    const { rows: taken } = await sql`
      insert into idempotency as held (hash, tenant_id, request_digest) values (${hash}, ${tenant}, ${digest})
      on conflict (hash) do update set request_digest = excluded.request_digest, created_at = now(), status = null,
        answer = null
      where held.created_at < now() - make_interval(secs => ${keptS})
        or (held.status is null and held.created_at < now() - make_interval(secs => ${abandonedS}))
      returning 1`.execute(tx)
    if (taken.length > 0) return { kind: 'own' }
    const held = await tx.selectFrom('idempotency').selectAll().where('hash', '=', hash).executeTakeFirst()
    if (held === undefined) return { kind: 'busy' }
    if (!held.request_digest.equals(digest)) return { kind: 'other' }
    if (held.status === null || held.answer === null) return { kind: 'busy' }
    return { kind: 'answered', status: held.status, answer: held.answer }
  })
}

export async function keepAnswer(
  database: Database<AccessSchema>,
  { tenant, hash }: Asked,
  { status, answer }: { status: number; answer: Buffer },
): Promise<void> {
  await database.inTenants([tenant], { writer: { kind: 'system' } }, (tx) =>
    tx.updateTable('idempotency').set({ status, answer }).where('hash', '=', hash).execute(),
  )
}

/** Whoever asks with this key again is the first again. */
export async function releaseKey(database: Database<AccessSchema>, { tenant, hash }: Asked): Promise<void> {
  await database.inTenants([tenant], { writer: { kind: 'system' } }, (tx) =>
    tx.deleteFrom('idempotency').where('hash', '=', hash).execute(),
  )
}
