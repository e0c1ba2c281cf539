/** What a list is asked for, as `listParameters` describe it. */
export interface ListQuery<Order extends string> {
  readonly search?: string | undefined
  readonly order?: Order | undefined
  readonly direction?: 'asc' | 'desc' | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

type Sortable = string | number | undefined

/**
 * A page of what is held in memory, with the exact number of what fits the search. `by` gives for each order what is
 * compared; the first of them holds when none is asked for, in the direction `usually` (ascending). Equals are told
 * apart by `id`, so that two pages never show the same item. Pure.
 */
export function pageOf<Item, Order extends string>(
  items: readonly Item[],
  query: ListQuery<Order>,
  parts: {
    texts: (item: Item) => readonly (string | undefined)[]
    by: Readonly<Record<Order, (item: Item) => Sortable>>
    id: (item: Item) => string
    usually?: 'asc' | 'desc'
  },
): { items: Item[]; total: number } {
  const { search, limit = 100, offset = 0 } = query
  const { texts, by, id, usually = 'asc' } = parts
  const wanted = search?.toLowerCase()
  const found =
    wanted === undefined
      ? [...items]
      : items.filter((item) => texts(item).some((text) => text?.toLowerCase().includes(wanted)))
  const order = query.order ?? (Object.keys(by)[0] as Order)
  const sign = (query.direction ?? usually) === 'desc' ? -1 : 1
  found.sort((one, other) => sign * (compared(by[order](one), by[order](other)) || compared(id(one), id(other))))
  return { items: found.slice(offset, offset + limit), total: found.length }
}

/** What has no value comes last when ascending. */
function compared(one: Sortable, other: Sortable): number {
  if (one === other) return 0
  if (one === undefined) return 1
  if (other === undefined) return -1
  return one < other ? -1 : 1
}
