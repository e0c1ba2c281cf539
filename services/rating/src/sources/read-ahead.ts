/**
 * Asks for the next while the last is worked on: a source is read while the database stores what was read before. Who
 * stops early first aborts the signal that the source has, so that what is waited for ends.
 */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]()
  let next = iterator.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done === true) return
      next = iterator.next()
      // A failure is told to whoever asks for the next; until then it must not end the process.
      next.catch(() => {})
      yield value
    }
  } finally {
    await next.catch(() => {})
    await iterator.return?.()
  }
}
