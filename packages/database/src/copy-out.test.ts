import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFixture, tenantA } from '../test/fixture.ts'
import { type CopiedRow, copyRowsFrom, sql, takeTime } from './index.ts'

let fixture: Awaited<ReturnType<typeof openFixture>>
beforeAll(async () => {
  fixture = await openFixture()
})
afterAll(() => fixture.close())

const inTenant = <Result>(work: Parameters<typeof fixture.database.inTenants<Result>>[2]) =>
  fixture.database.inTenants([tenantA], {}, work)

test('every kind of value comes as it is stored, with what the query was given', async () => {
  const rows: unknown[] = []
  const given = `it's "quoted", a \\ and a $1`
  const list = ['a"b', 'c\\d', `e'f`]
  await inTenant((tx) =>
    copyRowsFrom(
      tx,
      sql`select -2::smallint, 70000::int, -5000000000::bigint, 9007199254740993::bigint, true, ${given}::text,
        '2026-11-21T10:00:00.123456Z'::timestamptz, ${tenantA}::uuid, null::bigint, null::text, '1969-07-20T20:17Z'::timestamptz
        where ${given}::text = ${given} and 'c\\d' = any(${list}::text[]) and cardinality(${list}::text[]) = 3`,
      11,
      (row: CopiedRow) => {
        const uuid = new Uint8Array(16)
        row.uuid(7, uuid)
        rows.push([
          row.int(0),
          row.int(1),
          row.int8(2),
          row.int8(3),
          row.bool(4),
          row.text(5),
          row.timestampMs(6),
          Buffer.from(uuid).toString('hex'),
          row.int8(8),
          row.text(9),
          row.isNull(9),
          row.timestampMs(10),
        ])
      },
      () => undefined,
    ),
  )
  const instants = [Date.parse('2026-11-21T10:00:00.123Z'), Date.parse('1969-07-20T20:17Z')]
  expect(rows).toEqual([
    [
      -2,
      70_000,
      -5e9,
      9_007_199_254_740_993n,
      true,
      given,
      instants[0],
      tenantA.replaceAll('-', ''),
      null,
      '',
      true,
      instants[1],
    ],
  ])
})

test('a hundred thousand rows come whole and in order, however they were cut', async () => {
  let sum = 0
  let last = 0
  let texts = 0
  let inOrder = 0
  await inTenant((tx) =>
    copyRowsFrom(
      tx,
      sql`select n::int, repeat('é', n % 100) from generate_series(1, 100000) n`,
      2,
      (row) => {
        if (row.int(0) === last + 1) inOrder += 1
        last = row.int(0)
        sum += last
        texts += row.text(1).length
      },
      () => Promise.resolve(),
    ),
  )
  expect([sum, texts, inOrder]).toEqual([5_000_050_000, 4_950_000, 100_000])
})

test('texts of any length and alphabet come as they are, also after another of the same length', async () => {
  const texts = [
    'short',
    'other',
    'é',
    'ab',
    '€',
    'abc',
    'x'.repeat(20),
    'y'.repeat(21),
    'è'.repeat(10),
    '',
    'z'.repeat(90),
  ]
  const rows: string[] = []
  await inTenant((tx) =>
    copyRowsFrom(
      tx,
      sql`select said from unnest(${texts}::text[]) with ordinality as given (said, place) order by place`,
      1,
      (row) => rows.push(row.text(0)),
      () => undefined,
    ),
  )
  expect(rows).toEqual(texts)
})

test('who gives up in the middle gets the reason, and the next transaction works', async () => {
  const broken = inTenant((tx) =>
    copyRowsFrom(
      tx,
      sql`select n::int from generate_series(1, 1000000) n`,
      1,
      () => {},
      () => Promise.reject(new Error('enough')),
    ),
  )
  await expect(broken).rejects.toThrow('enough')
  const { rows } = await inTenant((tx) => sql<{ one: number }>`select 1 as one`.execute(tx))
  expect(rows).toEqual([{ one: 1 }])
})

test('what may take its time is not given up, by PostgreSQL or by the driver; everything else is', async () => {
  const hasty = await openFixture({ statementTimeoutMs: 100 })
  try {
    const read: number[] = []
    const slow = hasty.database.inTenants([tenantA], {}, async (tx) => {
      await takeTime(tx)
      await copyRowsFrom(
        tx,
        sql`select 7, pg_sleep(5.3)::text`,
        2,
        (row) => read.push(row.int(0)),
        () => undefined,
      )
    })
    const long = hasty.database.inTenants([tenantA], {}, async (tx) => {
      await takeTime(tx)
      await sql`select pg_sleep(5.3)`.execute(tx)
    })
    await Promise.all([slow, long])
    expect(read).toEqual([7])
    await expect(hasty.database.inTenants([tenantA], {}, (tx) => sql`select pg_sleep(1)`.execute(tx))).rejects.toThrow()
  } finally {
    await hasty.close()
  }
}, 20_000)
