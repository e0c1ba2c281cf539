/** Works on every item, begun in their order, so many at a time. Rejects with the first that fails; others go on. */
export async function sideBySide<Item>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]()
  const next = async (): Promise<void> => {
    for (let item = left.next(); item.done !== true; item = left.next()) await work(item.value)
  }
  await Promise.all(Array.from({ length: most }, next))
}
