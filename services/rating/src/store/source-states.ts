import { type Database, sql } from '@strowger/database'
import type { SourcePlace } from '../import/slice.ts'
import type { RatingSchema, SourceStateTable } from './tables.ts'

type Place = Pick<SourcePlace, 'tenant' | 'id'>

export async function readCursor(database: Database<RatingSchema>, place: Place): Promise<unknown> {
  return (await readState(database, place))?.cursor ?? null
}

type State = Omit<SourceStateTable, 'records'> & { records: number }

export async function readState(database: Database<RatingSchema>, { tenant, id }: Place): Promise<State | undefined> {
  return database.inTenants([tenant], {}, async (tx) => {
    const { rows } =
      await sql<State>`select * from source_state where tenant_id = ${tenant} and source = ${id}`.execute(tx)
    return rows[0]
  })
}

export async function keepError(
  database: Database<RatingSchema>,
  { tenant, id }: Place,
  error: string,
  at: Date,
): Promise<void> {
  await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    await sql`insert into source_state (tenant_id, source, last_error, last_error_at) values (${tenant}, ${id}, ${error}, ${at})
      on conflict (tenant_id, source) do update set last_error = excluded.last_error, last_error_at = excluded.last_error_at`.execute(
      tx,
    )
  })
}

/** Everything is read from the beginning; what is stored already is found to be a repetition. */
export async function forgetCursor(database: Database<RatingSchema>, { tenant, id }: Place): Promise<void> {
  await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
    await sql`update source_state set cursor = null where tenant_id = ${tenant} and source = ${id}`.execute(tx)
  })
}
