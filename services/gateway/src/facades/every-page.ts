const pageSize = 1_000

/** All items of a list, asked for page by page. */
export async function everything<Item>(
  ask: (limit: number, offset: number) => Promise<{ items: readonly Item[]; total: number }>,
): Promise<Item[]> {
  const all: Item[] = []
  for (;;) {
    const { items, total } = await ask(pageSize, all.length)
    all.push(...items)
    if (all.length >= total || items.length === 0) return all
  }
}
