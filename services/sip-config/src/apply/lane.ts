/** Work that waits its turn, each piece once. */
export interface Lane<Piece> {
  add(pieces: Iterable<Piece>): void
  /** Of those that wait or are under way. */
  readonly size: number
  /** Nothing is begun any more until `resume`. What waits is forgotten. */
  stop(): void
  resume(): void
}

/** Begins pieces in the order in which they came, `depth` at once. `work` never rejects. */
export function createLane<Piece>(
  depth: number,
  work: (piece: Piece) => Promise<void>,
  onIdle: () => void,
): Lane<Piece> {
  const waiting = new Set<Piece>()
  let underWay = 0
  let isStopped = false

  function pump(): void {
    for (const piece of waiting) {
      if (underWay >= depth || isStopped) return
      waiting.delete(piece)
      underWay++
      void work(piece).then(ended)
    }
  }
  function ended(): void {
    underWay--
    pump()
    if (underWay + waiting.size === 0) onIdle()
  }
  return {
    add(pieces) {
      if (isStopped) return
      for (const piece of pieces) waiting.add(piece)
      pump()
    },
    get size() {
      return underWay + waiting.size
    },
    stop() {
      isStopped = true
      waiting.clear()
    },
    resume() {
      isStopped = false
    },
  }
}
