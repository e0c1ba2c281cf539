import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from '@strowger/database'
import { silentLog } from '@strowger/service'
import { createTestDatabase, scratchFolder, type TestDatabase } from '@strowger/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hotel } from '../test/fixture.ts'

const migrations = fileURLToPath(new URL('../migrations/', import.meta.url))
let database: TestDatabase
let folder: string

beforeAll(async () => {
  database = await createTestDatabase({ empty: true })
  folder = scratchFolder('rating-migrations-')
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

/** Applies the migrations up to one of a number. */
async function migrateTo(last: string): Promise<void> {
  for (const file of readdirSync(migrations).filter((name) => name.slice(0, 4) <= last)) {
    cpSync(join(migrations, file), join(folder, file))
  }
  const owner = { schema: 'rating' as const, role: 'strowger_rating', password: 'test', migrations: folder }
  await migrate({ admin: database.admin, owners: [owner], log: silentLog() })
}

const rerated = (reason: string) => `insert into rating.rerated (run_id, tenant_id, at, key, revision, adjusts, status,
  reason, flags, direction) select n, '${hotel}', '2026-10-02', gen_random_uuid(), 1, false, 1, ${reason}, 0, 0
  from generate_series(1, 3) n`

it('what was stored before is found as what comes later', async () => {
  await migrateTo('0006')
  const parents = [{ parent: 'head', to: '2026-01-01T00:00:00Z' }, { parent: 'other' }]
  await database.sql(`begin; select set_config('app.writer', 'system', true);
    insert into rating.item (tenant_id, kind, id, revision, data) values
    ('${hotel}', 'node', 'office', 1, '${JSON.stringify({ parents })}'),
    ('${hotel}', 'node', 'head', 2, '{"parents": [{"parent": null}]}');
    commit`)
  await database.sql(`select rating.ensure_month('2026-10-01')`)
  await database.sql(rerated('9'))

  await migrateTo('9999')
  await database.sql(rerated('9'))
  await database.sql(`select rating.ensure_month('2026-11-01')`)
  const edges = await database.sql('select node, parent from rating.node_parent order by parent')
  expect(edges).toEqual([
    { node: 'office', parent: 'head' },
    { node: 'office', parent: 'other' },
  ])
  const found = await database.sql<{ count: string }>('select count(*) from rating.rerated where run_id = 2')
  expect(Number(found[0]?.count)).toBe(2)
  // Row security is as it was.
  const open = await database.sql(`select relname from pg_class join pg_namespace n on n.oid = relnamespace
    where nspname = 'rating' and relname in ('item', 'node_parent') and not (relrowsecurity and relforcerowsecurity)`)
  expect(open).toEqual([])
})

it('each month has the same indexes, whenever it was begun', async () => {
  const indexes = await database.sql<{ month: string; list: string }>(`
    select right(c.relname, 6) as month, string_agg(regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', ''), '; '
      order by pg_get_indexdef(indexrelid)) as list
    from pg_index join pg_class c on c.oid = indrelid where c.relname like 'rerated\\_20%' group by 1 order by 1`)
  expect(indexes.map(({ month }) => month)).toEqual(['202610', '202611'])
  expect(indexes[0]?.list.replaceAll('202610', '')).toBe(indexes[1]?.list.replaceAll('202611', ''))
  expect(indexes[0]?.list).toContain('brin (run_id)')
})
