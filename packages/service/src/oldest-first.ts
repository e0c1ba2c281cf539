/**
 * Tells the key of a map that was inserted first, for a map that is kept bounded by deleting just that one. Each call
 * goes on where the last one was: to look from the start again means to pass by all that has been deleted since the
 * map last grew, which under a flood costs more than the request itself (measured: 40 µs with 65,536 entries).
 */
export function createOldestFirst<Key>(map: ReadonlyMap<Key, unknown>): () => Key | undefined {
  let keys = map.keys()
  return () => {
    let next = keys.next()
    if (next.done) {
      keys = map.keys()
      next = keys.next()
    }
    return next.done ? undefined : next.value
  }
}
