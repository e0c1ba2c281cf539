import { sql } from '@strowger/database'
import type { ListQuery } from '@strowger/schema'

type Fragment = ReturnType<typeof sql>

/** `order by … limit … offset …` for a list, with `id` last, so that two pages never show the same row. */
export function pageClause<Order extends string>(
  { order, direction, limit = 100, offset = 0 }: ListQuery<Order>,
  columns: Readonly<Record<Order, Fragment>>,
  usually: { order: Order; direction: 'asc' | 'desc'; id: Fragment },
): Fragment {
  const way = (direction ?? usually.direction) === 'asc' ? sql`asc` : sql`desc`
  return sql`order by ${columns[order ?? usually.order]} ${way} nulls last, ${usually.id} ${way}
    limit ${limit} offset ${offset}`
}

/** Whether a text is part of any of these columns, whatever its case. */
export function searched(search: string | undefined, columns: Fragment): Fragment {
  return search === undefined ? sql`true` : sql`strpos(lower(concat_ws(' ', ${columns})), lower(${search})) > 0`
}

/** Conditions that hold together; undefined ones say nothing. */
export function all(...conditions: readonly (Fragment | undefined)[]): Fragment {
  return sql.join(
    conditions.filter((condition) => condition !== undefined),
    sql` and `,
  )
}
